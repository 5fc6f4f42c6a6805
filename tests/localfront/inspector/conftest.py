"""The serving command, and the inspector open in the browser."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Error, Page, expect

from tests.localfront.inspector.demo_site import Demo, demo
from tests.localfront.inspector.page_parts import ORDINARY, clear


@pytest_asyncio.fixture(loop_scope="session", scope="package")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    with demo(tmp_path_factory.mktemp("demo")) as served:
        yield served


@pytest_asyncio.fixture(loop_scope="session", scope="package")
async def tab(browser: Browser) -> AsyncIterator[Page]:
    """One tab for consecutive tests: a browser process per page takes longer than the page."""
    context = await browser.new_context()
    yield await context.new_page()
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(tab: Page, site: Demo) -> AsyncIterator[Page]:
    """The inspector's page with an empty list; fails the test on a console error."""
    complaints: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        complaints.append(message.text)

    def on_error(error: Error) -> None:
        complaints.append(str(error))

    clear(site)
    tab.on("console", on_console)
    tab.on("pageerror", on_error)
    address, _, key = site.inspector.partition("#")
    # The query makes this a new document: a change of the fragment alone would not load it.
    await tab.goto(f"{address}?new#{key}")
    await expect(tab.get_by_text("Live", exact=True)).to_be_visible()
    yield tab
    tab.remove_listener("console", on_console)
    tab.remove_listener("pageerror", on_error)
    await reset(tab)
    assert complaints == []


async def reset(tab: Page) -> None:
    """Remove the test's storage, routes, media and other tabs; the next test loads the page anew."""
    for other in tab.context.pages:
        if other is not tab:
            await other.close()
    await tab.unroute_all(behavior="ignoreErrors")
    await tab.evaluate("sessionStorage.clear(); localStorage.clear()")
    await tab.context.clear_cookies()
    await tab.emulate_media(color_scheme="null", reduced_motion="null")
    await tab.set_viewport_size({"width": ORDINARY[0], "height": ORDINARY[1]})
    await tab.mouse.move(0, 0)
