"""The view "Try" in Chromium: predict a request's path, then send it."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.localfront.inspector.demo_site import Demo
from tests.localfront.inspector.page_parts import rows, severe_findings, station

pytestmark = pytest.mark.asyncio(loop_scope="session")


def form(page: Page) -> Locator:
    return page.locator("[data-try]")


async def test_the_predicted_path_is_shown_before_sending(page: Page, site: Demo) -> None:
    await page.get_by_role("button", name="Try", exact=True).click()
    await expect(form(page).get_by_label("URL")).to_have_value(
        re.compile("https://localhost:[0-9]+/")
    )
    await form(page).get_by_label("URL").fill(f"{site.site}/log?page=77&utm=1")
    await form(page).get_by_label("Headers").fill("Cookie: session-id=hunter2; theme=dark")
    await form(page).get_by_label("Country").fill("de")
    await page.get_by_role("button", name="See where it goes").click()

    await expect(page.get_by_text("Behavior * of ")).to_contain_text("Nothing was sent.")
    way = page.locator("[data-try-way]")
    await expect(station(page, "Viewer request function")).to_contain_text("guard:7 would run")
    cache = station(page, "Cache").first
    await expect(cache).to_contain_text("Miss: nothing is stored")
    await expect(cache.get_by_role("row").filter(has_text="Query string")).to_contain_text(
        "page=77"
    )
    await expect(way.locator(".station").filter(has_text="pages (")).to_contain_text("the folder")
    assert "hunter2" not in await way.inner_text()
    assert await severe_findings(page) == []
    await page.get_by_role("button", name="Requests", exact=True).click()
    await expect(rows(page)).to_have_count(0)

    await page.get_by_role("button", name="Try", exact=True).click()
    await page.get_by_role("button", name="Send it").click()

    await expect(page.locator(".head h2")).to_contain_text("/log?page=77&utm=1")
    await expect(page.locator(".head .tag")).to_have_text("Miss")
    await expect(rows(page)).to_have_count(1)


async def test_a_url_typed_early_is_not_overwritten_by_the_default(
    page: Page,
) -> None:
    typed = asyncio.Event()

    async def late(route: Route) -> None:
        await typed.wait()
        await route.continue_()

    await page.route("**/api/site", late)
    await page.get_by_role("button", name="Try", exact=True).click()
    await form(page).get_by_label("URL").fill("http://localhost/typed")
    await form(page).get_by_label("Headers").focus()
    async with page.expect_response("**/api/site") as response:
        typed.set()
    await (await response.value).finished()
    await page.evaluate("() => new Promise(requestAnimationFrame)")  # the page has read it

    await expect(form(page).get_by_label("URL")).to_have_value("http://localhost/typed")
    await expect(form(page).get_by_label("Headers")).to_be_focused()


async def test_a_late_response_does_not_replace_that_of_a_newer_request(
    page: Page, site: Demo
) -> None:
    first: list[Route] = []
    responded = asyncio.Event()

    async def late(route: Route) -> None:
        if not first:
            first.append(route)
            await responded.wait()
        await route.continue_()

    await page.route("**/api/foresee", late)
    await page.get_by_role("button", name="Try", exact=True).click()
    see = page.get_by_role("button", name="See where it goes")
    await form(page).get_by_label("URL").fill(f"{site.site}/log")
    await see.click()
    await form(page).get_by_label("URL").fill(f"{site.site}/login?page=1")
    await see.click()
    last = page.get_by_text("Behavior /login* of ")
    await expect(last).to_be_visible()
    async with page.expect_response("**/api/foresee") as response:
        responded.set()
    await (await response.value).finished()
    await page.evaluate("() => new Promise(requestAnimationFrame)")  # the page has read it

    await expect(last).to_be_visible()


async def test_a_sent_request_makes_the_next_a_hit_and_a_refusal_is_predicted(
    page: Page, site: Demo
) -> None:
    await page.get_by_role("button", name="Try", exact=True).click()
    await form(page).get_by_label("URL").fill(f"{site.site}/login?page=78")
    await page.get_by_role("button", name="Send it").click()
    await expect(page.locator(".head .tag")).to_have_text("Miss")
    await page.get_by_role("button", name="Try", exact=True).click()
    await page.get_by_role("button", name="See where it goes").click()
    cache = page.locator("[data-try-way] .station").filter(has_text="Hit, ")

    await expect(cache).to_contain_text("fresh for")
    await form(page).get_by_label("Method").select_option("DELETE")
    await page.get_by_role("button", name="See where it goes").click()
    await expect(page.get_by_text("Refused. VP-005")).to_be_visible()
