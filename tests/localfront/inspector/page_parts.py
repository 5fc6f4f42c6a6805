"""Parts of the inspector's page, and requests to the site."""

from __future__ import annotations

import http.client
from typing import Literal
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]  # ships no types
from playwright.async_api import Locator, Page, expect

from tests.localfront.inspector.demo_site import Demo

expect.set_options(timeout=20_000)
LOGGED_IN = {"Cookie": "session-id=hunter2; theme=dark", "Accept-Encoding": "br"}
ORDINARY = 1200, 800
NARROW = 390, 800
# One line per serious or critical violation: the whole result takes a tenth of a second to send.
SEVERE_FINDINGS = """async () => {
  const found = await axe.run({ resultTypes: ["violations"] });
  return found.violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.help} at ${one.nodes.map((node) => node.target)}`);
}"""


def ask(site: Demo, target: str, headers: dict[str, str] | None = None) -> int:
    connection = http.client.HTTPConnection(site.site.partition("//")[2], timeout=60)
    connection.request("GET", target, headers=headers or {})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def clear(site: Demo) -> None:
    """Clear the list by the request that the page's button sends."""
    address, _, key = site.inspector.partition("#")
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request("DELETE", "/api/requests", headers={"Authorization": f"Bearer {key}"})
    response = connection.getresponse()
    response.read()
    connection.close()
    assert response.status == 200


def rows(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Requests").get_by_role("option")


def station(page: Page, title: str) -> Locator:
    return page.locator(".station").filter(has=page.locator(".station__title", has_text=title))


async def severe_findings(page: Page) -> list[str]:
    """Axe's serious and critical violations; gradients are judged by the color beneath them."""
    read = await page.evaluate(
        """() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync("*, *::before, *::after { background-image: none !important }");
          document.adoptedStyleSheets = [sheet];
          document.getAnimations().forEach((one) => one.finish());  // a color in transition has too little contrast
          return "axe" in window;
        }"""
    )
    if not read:
        await page.evaluate(AXE_SCRIPT)  # half a megabyte, once for each document
    found: list[str] = await page.evaluate(SEVERE_FINDINGS)
    return found


async def findings_on(
    page: Page, scheme: Literal["dark", "light"], size: tuple[int, int]
) -> list[str]:
    """Violations in this color scheme and viewport, and whether the page is wider than it."""
    width, height = size
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size({"width": width, "height": height})
    found = await severe_findings(page)
    if await page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("wider than the screen")
    return [f"{scheme}, {width} wide: {finding}" for finding in found]
