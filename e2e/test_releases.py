"""A release while a visitor has a page of the previous one open."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from e2e.fleet import Captain, Fleet
from e2e.pages.log_page import LogPage
from e2e.stack import Stack
from e2e.visitor import Visitor
from harness.checkout import FRONTEND
from harness.packaging import frontend_build
from harness.stack import reload

FORGOTTEN_WITHIN = 60  # seconds


@pytest.fixture
def next_release(tmp_path: Path, stack: Stack) -> Iterator[Path]:
    """A build with other asset names; the earlier files are restored afterwards."""
    source = tmp_path / "frontend"
    shutil.copytree(FRONTEND, source)
    for asset in (*source.rglob("*.js"), *source.rglob("*.css")):
        asset.write_text(asset.read_text() + "\n/* the next release */\n")
    yield frontend_build.build(tmp_path / "next", source=source)
    before = frontend_build.build(tmp_path / "before")
    reload.put_build(before, stack.emulator, stack.outputs)


def scripts_of(page: Page) -> set[str]:
    names = "[...document.querySelectorAll('script, link')].map(e => e.src || e.href)"
    return {str(url) for url in page.evaluate(names)}


def open_next(log_page: LogPage, old: set[str]) -> None:
    """Open the page repeatedly until CloudFront serves the new one."""
    deadline = time.monotonic() + FORGOTTEN_WITHIN
    log_page.open()
    while scripts_of(log_page.page) == old:
        assert time.monotonic() < deadline, old
        log_page.open()


def test_an_open_page_keeps_working_while_a_release_replaces_it(
    captain: Captain,
    visitor: Visitor,
    log_page: LogPage,
    fleet: Fleet,
    page: Page,
    stack: Stack,
    next_release: Path,
) -> None:
    visitor.sign_in(captain)
    fleet.record(captain, *(f"Entry {number}" for number in range(12)))
    log_page.open()
    log_page.expect_open_for(captain.user_name)
    old = scripts_of(page)

    reload.put_build(next_release, stack.emulator, stack.outputs)

    log_page.record("Written on the old page.")
    expect(page.get_by_text("Written on the old page.")).to_be_visible()  # when it is stored
    log_page.load_older()
    expect(page.get_by_text("Entry 0", exact=True)).to_be_visible()
    assert "Written on the old page." in fleet.texts_of(captain)
    for url in old:
        assert page.request.get(url).ok  # for a page that CloudFront kept a moment longer
    open_next(log_page, old)
    log_page.expect_open_for(captain.user_name)
    assert scripts_of(page) & old <= {url for url in old if "/images/" in url}
    log_page.record("Written on the new page.")
    expect(page.get_by_text("Written on the new page.")).to_be_visible()
