"""The protocol that the browser and localfront negotiate."""

from playwright.sync_api import Page

PROTOCOLS = "performance.getEntries().map(entry => entry.nextHopProtocol).filter(Boolean)"


def test_pages_and_their_assets_are_served_over_http2(page: Page) -> None:
    page.goto("/login/", wait_until="load")

    protocols = page.evaluate(PROTOCOLS)

    assert len(protocols) > 1
    assert set(protocols) == {"h2"}
