"""Functions, stores and settings in Chromium."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from tests.localfront.inspector.demo_site import Demo
from tests.localfront.inspector.page_parts import (
    NARROW,
    ORDINARY,
    ask,
    findings_on,
    rows,
    severe_findings,
    station,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_functions_are_shown_with_their_statistics(page: Page, site: Demo) -> None:
    ask(site, "/style.css")
    ask(site, "/broken")
    await page.get_by_role("button", name="Functions", exact=True).click()
    guard = page.get_by_role("row").filter(has_text="guard:7")

    await expect(guard).to_contain_text("python3.13")
    await expect(guard).to_contain_text("guard, live")
    await expect(guard).to_contain_text("* viewer-request")
    await expect(guard).to_contain_text(" of 128 MB")
    await expect(guard.locator("[data-tone=error]")).not_to_have_text("0")
    await expect(page.get_by_role("row").filter(has_text="stamp")).to_contain_text(
        "CloudFront Function"
    )


async def test_a_store_is_edited_in_place_and_the_next_request_has_it(
    page: Page, site: Demo
) -> None:
    await page.get_by_role("button", name="Stores", exact=True).click()
    await page.get_by_role("button", name="Edit greeting").click()
    store = page.locator("[data-stores]")
    await expect(store.get_by_label("Value")).to_have_value("Ahoy")
    assert await severe_findings(page) == []
    await store.get_by_label("Value").fill("Good night")
    await store.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("row").filter(has_text="greeting")).to_contain_text("Good night")

    ask(site, "/login?page=31")
    await page.get_by_role("button", name="Requests", exact=True).click()
    await rows(page).first.click()
    stamped = station(page, "Viewer response function")
    await stamped.locator("summary").first.click()
    await expect(stamped.get_by_role("row").filter(has_text="x-greeting")).to_contain_text(
        "Good night"
    )

    await page.get_by_role("button", name="Stores", exact=True).click()
    await page.get_by_role("button", name="Edit greeting").click()
    await store.get_by_label("Value").fill("Ahoy")
    await store.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("row").filter(has_text="greeting")).to_contain_text("Ahoy")


async def test_a_table_cannot_be_edited_while_it_is_reloaded(page: Page) -> None:
    await page.get_by_role("button", name="Stores", exact=True).click()
    edit = page.get_by_role("button", name="Edit greeting")
    await expect(edit).to_be_visible()
    may_arrive = asyncio.Semaphore(0)

    async def late(route: Route) -> None:
        response = await route.fetch()
        await may_arrive.acquire()
        await route.fulfill(response=response)

    await page.route("**/api/stores", late)
    for _ in range(2):
        await page.get_by_role("button", name="Stores", exact=True).click()
    editing = asyncio.create_task(edit.click())
    before = await edit.element_handle()
    may_arrive.release()  # the first of the two
    await before.wait_for_element_state("hidden")  # another stands in its place
    assert not await edit.evaluate(
        """(button) => {
          const { x, y, width, height } = button.getBoundingClientRect();
          return button.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        }"""
    )
    assert not editing.done()

    may_arrive.release()
    await editing
    await expect(page.locator("[data-stores]").get_by_label("Value")).to_have_value("Ahoy")


async def test_each_setting_is_shown_with_its_source(page: Page) -> None:
    await page.get_by_role("button", name="Settings", exact=True).click()
    settings = page.locator("[data-settings]")

    await expect(settings.locator("details").filter(has_text="Distribution E")).to_contain_text(
        "distribution.json"
    )
    policy = settings.locator("details").filter(has_text="Cache policy 22222222")
    await policy.locator("summary").click()
    await expect(policy).to_contain_text("policy.json")
    await expect(policy).to_contain_text("listed (theme)")
    await page.evaluate(
        "document.querySelectorAll('[data-settings] details').forEach((d) => (d.open = true))"
    )
    for group, setting, source in (
        ("Distribution E", "Enabled", "Enabled"),
        ("Distribution E", "HTTP/2", "HttpVersion"),
        ("Behavior 1: /api/*", "Compression", "Compress"),
        ("Behavior 1: /api/*", "Allowed methods", "AllowedMethods"),
        ("Origin pages", "Kind", "S3OriginConfig"),
        ("Origin pages", "Attempts", "ConnectionAttempts, ConnectionTimeout"),
        ("Origin pages", "here", "--origin-override, command line"),
        ("Origin api", "here", "the origin itself"),
        ("Cache policy 22222222", "TTL", "MinTTL, DefaultTTL, MaxTTL"),
        ("Options of localfront", "edge", "command line"),
        ("Options of localfront", "workers", "default"),
    ):
        rows_there = settings.locator("details").filter(has_text=group).locator("tr")
        row = rows_there.filter(has=page.get_by_role("rowheader", name=setting, exact=True))
        await expect(row.locator("td").last).to_contain_text(source)
    await expect(settings).to_contain_text("managed by AWS")
    assert "hunter2" not in await page.content()


async def test_every_view_is_accessible_and_fits_narrow_screens(page: Page, site: Demo) -> None:
    for target in ("/style.css", "/broken", "/login?page=77"):
        ask(site, target)
    found = {}
    for view, content in (
        ("Try", "See where it goes"),
        ("Cache", "/login"),
        ("Functions", "guard:7"),
        ("Stores", "greeting"),
        ("Settings", "Origin pages"),
    ):
        await page.get_by_role("button", name=view, exact=True).click()
        await expect(page.locator("main:not([hidden])")).to_contain_text(content)
        await page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
        in_light = await findings_on(page, "light", ORDINARY)
        found[view] = in_light + await findings_on(page, "dark", NARROW)

    assert not any(found.values()), found
