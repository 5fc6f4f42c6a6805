"""Links from an error page to the inspector, in Chromium; and the page's accessibility."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from tests.localfront.inspector.demo_site import Demo
from tests.localfront.inspector.page_parts import NARROW, ORDINARY, findings_on

pytestmark = pytest.mark.asyncio(loop_scope="session")
LINK = "This request in the inspector"


async def test_an_error_page_links_to_its_request_in_the_open_inspector(
    page: Page, site: Demo
) -> None:
    failed = await page.context.new_page()
    await failed.goto(f"{site.site}/broken?this=one")
    assert site.inspector.partition("#")[2] not in await failed.content()
    async with failed.expect_popup() as opening:
        await failed.get_by_role("link", name=LINK).click()
    opened = await opening.value

    await expect(opened.locator(".head h2")).to_contain_text("/broken?this=one")
    await opened.reload()
    await expect(opened.locator(".head h2")).to_contain_text("/broken?this=one")
    assert site.inspector.partition("#")[2] not in opened.url
    await opened.close()
    await failed.close()


async def test_without_a_key_the_link_waits_for_another_tab_with_one(
    browser: Browser, site: Demo
) -> None:
    context = await browser.new_context()
    failed = await context.new_page()
    await failed.goto(f"{site.site}/broken")
    async with failed.expect_popup() as opening:
        await failed.get_by_role("link", name=LINK).click()
    opened = await opening.value
    await expect(opened.get_by_role("heading", name="This page has no key.")).to_be_visible()

    await (await context.new_page()).goto(site.inspector)

    await expect(opened.locator(".head h2")).to_contain_text("/broken")
    await context.close()


async def test_an_expired_key_is_requested_from_other_tabs_once(page: Page, site: Demo) -> None:
    stale = await page.context.new_page()
    await stale.goto(f"{site.inspector.partition('#')[0]}#{'x' * 32}")

    await expect(stale.get_by_text("Live", exact=True)).to_be_visible()
    await stale.close()


async def test_the_sites_pages_cannot_receive_the_key(page: Page, site: Demo) -> None:
    """They have another port, and therefore another origin, like the pages of any other program."""
    other = await page.context.new_page()
    await other.goto(f"{site.site}/broken")
    await other.evaluate(
        """() => {
          window.heard = [];
          window.channel = new BroadcastChannel("localfront.inspector");
          channel.onmessage = (event) => heard.push(event.data);
          channel.postMessage("asks");
        }"""
    )
    messages = await page.evaluate(
        """() => new Promise((resolve) => {
          const channel = new BroadcastChannel("localfront.inspector");
          channel.onmessage = (event) => resolve(event.data.key);
          channel.postMessage("asks");
        })"""
    )

    assert messages == site.inspector.partition("#")[2]
    assert await other.evaluate("heard") == []


async def test_axe_finds_no_serious_violation_in_an_error_page(
    browser: Browser, site: Demo
) -> None:
    context = await browser.new_context(bypass_csp=True)  # axe is a script, and the page takes none
    page = await context.new_page()
    await page.goto(f"{site.site}/broken?{'long' * 60}")
    await expect(page.get_by_role("heading", name="guard.py, line 4")).to_be_visible()
    found = await findings_on(page, "dark", ORDINARY)
    found += await findings_on(page, "light", ORDINARY)
    found += await findings_on(page, "light", NARROW)

    assert found == []
    await context.close()
