"""`localfront serve --reload`, with a page open in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.localfront.command.log_lines import PATIENCE
from tests.localfront.command.test_serve_broken import with_function
from tests.localfront.command.test_serve_files import get, serving, site, wait_for, write

__all__ = ["site"]
MILLISECONDS = 1000


async def has_compared(page: Page) -> None:
    """Wait until the script has polled once, so that it notices later changes."""
    for _ in range(2):
        async with page.expect_response("**/.localfront/version", timeout=PATIENCE * MILLISECONDS):
            pass


@pytest.mark.asyncio(loop_scope="session")
async def test_an_open_page_reloads_when_pages_or_functions_change(
    site: Path, browser: Browser
) -> None:
    options = with_function(site, {}, ca=False)
    (site / "pages" / "one.html").write_text("<h1>first</h1>")
    with serving(site, *options, "--reload") as (port, log):
        wait_for(log, "--reload: pages reload in the browser")
        page = await browser.new_page()
        await page.goto(f"http://localhost:{port}/")
        await expect(page.locator("h1")).to_have_text("first")
        await has_compared(page)

        (site / "pages" / "one.html").write_text("<h1>second</h1>")
        (site / "pages" / "two.html").write_text("<h1>rewritten</h1>")
        patience = PATIENCE * MILLISECONDS
        await expect(page.locator("h1")).to_have_text("second", timeout=patience)
        await has_compared(page)

        (site / "code" / "edge.py").write_text(
            "def handler(event, context):\n"
            "    return {**event['Records'][0]['cf']['request'], 'uri': '/two.html'}\n"
        )
        await expect(page.locator("h1")).to_have_text("rewritten", timeout=patience)
        await page.close()


@pytest.mark.parametrize("options", [[], ["--reload"]])
def test_only_browsers_get_the_reload_script_and_only_with_the_option(
    site: Path, options: list[str]
) -> None:
    (site / "pages" / "one.html").write_text("<h1>first</h1>")
    write(site, DefaultRootObject="one.html")
    with serving(site, *options) as (port, _):
        assert get(port, "/") == (200, b"<h1>first</h1>")
        assert get(port, "/.localfront/version")[0] == (200 if options else 403)
