"""The command that serves, a browser, and the inspector open in it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from harness.errors import MissingToolError
from harness.processes.chromium import find_chromium
from harness.processes.steady_network import wrapped
from tests.localfront.inspector.demo_site import Demo, demo
from tests.localfront.inspector.page_parts import ORDINARY


@pytest_asyncio.fixture(loop_scope="package", scope="package")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    with demo(tmp_path_factory.mktemp("demo")) as served:
        yield served


@pytest_asyncio.fixture(loop_scope="package", scope="package")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    try:
        chromium = wrapped(find_chromium(os.environ), tmp_path_factory.mktemp("browser"))
    except MissingToolError as error:
        pytest.skip(str(error))
    async with async_playwright() as playwright:
        for_root = ["--no-sandbox"] if os.geteuid() == 0 else []
        started = await playwright.chromium.launch(executable_path=chromium, args=for_root)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="package")
async def page(browser: Browser, site: Demo) -> AsyncIterator[Page]:
    """The inspector, opened by its address, with an empty list; nothing may complain in it."""
    context = await browser.new_context(viewport={"width": ORDINARY[0], "height": ORDINARY[1]})
    opened = await context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    await opened.goto(site.inspector)
    await expect(opened.get_by_text("Live", exact=True)).to_be_visible()
    await opened.get_by_role("button", name="Clear").click()
    await expect(opened.get_by_text("0 requests")).to_be_visible()
    yield opened
    await context.close()
    assert complaints == []
