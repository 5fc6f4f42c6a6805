"""Parts of the inspector's page, and requests to the site."""

from __future__ import annotations

import http.client

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.async_api import Locator, Page, expect

from tests.localfront.inspector.demo_site import Demo

expect.set_options(timeout=20_000)
LOGGED_IN = {"Cookie": "session-id=hunter2; theme=dark", "Accept-Encoding": "br"}
ORDINARY = 1200, 800
NARROW = 390, 800


def ask(site: Demo, target: str, headers: dict[str, str] | None = None) -> int:
    connection = http.client.HTTPConnection(site.site.partition("//")[2], timeout=60)
    connection.request("GET", target, headers=headers or {})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def rows(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Requests").get_by_role("option")


def station(page: Page, title: str) -> Locator:
    return page.locator(".station").filter(has=page.locator(".station__title", has_text=title))


async def severe_findings(page: Page) -> list[str]:
    """One line a finding of impact serious or critical. Gradients are judged by what lies below."""
    await page.evaluate(
        """() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync("*, *::before, *::after { background-image: none !important }");
          document.adoptedStyleSheets = [sheet];
        }"""
    )
    here = await page.evaluate("'axe' in window")  # half a megabyte to read, once for each document
    found = (await (Axe("0") if here else Axe()).run(page)).response["violations"]
    return [
        f"{one['id']}: {one['help']} at {[str(node['target']) for node in one['nodes']]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
