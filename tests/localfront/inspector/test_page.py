"""The page in Chromium, with the serving command."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.localfront.inspector.demo_site import Demo
from tests.localfront.inspector.page_parts import (
    LOGGED_IN,
    NARROW,
    ORDINARY,
    ask,
    findings_on,
    rows,
    severe_findings,
    station,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_requests_appear_live_newest_first_and_can_be_filtered(
    page: Page, site: Demo
) -> None:
    for target in ("/style.css", "/api/entries", "/style.css"):
        ask(site, target)

    await expect(rows(page)).to_have_count(3)
    await expect(rows(page).first).to_contain_text("/style.css")
    await page.get_by_role("searchbox").fill("entries")
    await expect(rows(page)).to_have_count(1)
    await expect(page.get_by_text("1 of 3 requests")).to_be_visible()
    await page.get_by_role("searchbox").fill("")
    await page.get_by_label("Behavior").select_option("/api/*")
    await expect(rows(page)).to_have_count(1)


async def test_the_key_moves_from_the_url_to_this_tab_only(page: Page, site: Demo) -> None:
    key = site.inspector.partition("#")[2]

    assert key not in page.url
    assert key in await page.evaluate("Object.values(sessionStorage)")
    assert await page.evaluate("document.cookie + JSON.stringify({...localStorage})") == "{}"
    await page.reload()
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()


async def test_without_the_key_the_page_says_where_to_find_it(browser: Browser, site: Demo) -> None:
    page = await browser.new_page()
    await page.goto(site.inspector.partition("#")[0])

    await expect(page.get_by_role("heading", name="This page has no key.")).to_be_visible()
    await page.close()


async def test_the_keyboard_moves_opens_and_filters(page: Page, site: Demo) -> None:
    for target in ("/style.css", "/api/entries"):
        ask(site, target)
    await expect(rows(page)).to_have_count(2)

    await page.get_by_role("listbox").focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(".head h2")).to_contain_text("/api/entries")
    await page.keyboard.press("j")
    await expect(page.locator(".head h2")).to_contain_text("/style.css")
    await expect(rows(page).and_(page.get_by_role("option", selected=True))).to_contain_text(
        "/style.css"
    )
    await page.keyboard.press("/")
    await expect(page.get_by_role("searchbox")).to_be_focused()


async def test_a_hit_is_drawn_explained_and_linked_to_the_request_that_stored_it(
    page: Page, site: Demo
) -> None:
    for _ in range(2):
        ask(site, "/log?page=9&utm=1", LOGGED_IN)
    await rows(page).filter(has_text="Hit").click()

    turn, cache = page.locator(".stop--turn"), station(page, "Cache").first
    await expect(turn).to_contain_text("cache")
    summary = await cache.locator(".station__summary").inner_text()
    await expect(turn).to_have_attribute("title", summary)
    await expect(cache).to_contain_text("fresh for")
    await expect(cache.get_by_role("row").filter(has_text="Query string")).to_contain_text("page=9")
    await expect(station(page, "Origin").nth(1)).to_contain_text("Served from the cache")
    await cache.get_by_role("button", name="CA-013").click()
    await expect(page.get_by_role("dialog")).to_contain_text("default TTL")
    await page.keyboard.press("Escape")
    await cache.get_by_role("button", name="request ").click()
    await expect(page.locator(".head .tag")).to_have_text("Miss")


async def test_an_error_page_is_drawn_as_a_second_pass(page: Page, site: Demo) -> None:
    ask(site, "/no-such-page", LOGGED_IN)
    await rows(page).click()

    passed = page.locator(".loop__beyond")
    summary = await station(page, "Error page").locator(".station__summary").inner_text()
    await expect(passed).to_contain_text("Then once more.")
    await expect(passed).to_contain_text(f": {summary}")


async def test_a_secret_is_revealed_by_a_click(page: Page, site: Demo) -> None:
    ask(site, "/log?page=8", LOGGED_IN)
    await rows(page).click()
    await expect(page.locator(".loop")).to_be_visible()
    assert "hunter2" not in await page.content()

    ran = station(page, "Viewer request function")
    await ran.locator("summary").first.click()
    await ran.get_by_text("Event", exact=True).click()
    await ran.get_by_role("button", name="Show what is secret").first.click()

    await expect(
        station(page, "Cache").first.get_by_role("row").filter(has_text="theme")
    ).to_contain_text("dark")
    await expect(ran).to_contain_text("session-id=hunter2")


async def test_a_functions_output_and_changes_are_shown(page: Page, site: Demo) -> None:
    ask(site, "/log/", LOGGED_IN)
    await rows(page).click()
    ran = station(page, "Viewer request function")
    await ran.locator("summary").first.click()

    await expect(ran.get_by_role("row").filter(has_text="uri")).to_contain_text("/log/index.html")
    await expect(ran.get_by_role("row").filter(has_text="X-Guarded")).to_contain_text("yes")
    await expect(ran).to_contain_text("cookies: 30 characters")


async def test_a_failed_function_is_visible_at_once(page: Page, site: Demo) -> None:
    ask(site, "/broken")
    await page.get_by_label("Function errors").check()
    await rows(page).click()

    await expect(page.locator(".notice--failure").first).to_contain_text("KeyError: 'session'")
    await expect(station(page, "Viewer request function")).to_contain_text("Traceback")


async def test_a_paused_list_does_not_change_until_resumed(page: Page, site: Demo) -> None:
    pause = page.get_by_role("button", name="Pause")
    await pause.click()
    await expect(page.get_by_text("Paused")).to_be_visible()
    ask(site, "/style.css")
    await page.evaluate(  # until its next pause between two questions: one would have been asked by then
        """() => new Promise((resolve) => {
          const rest = setTimeout;
          window.setTimeout = (...given) => { resolve(); return rest(...given); };
        })"""
    )
    await expect(rows(page)).to_have_count(0)

    await pause.click()

    await expect(rows(page)).to_have_count(1)


async def test_a_request_can_be_edited_and_sent_again(page: Page, site: Demo) -> None:
    ask(site, "/log", LOGGED_IN)
    await rows(page).click()
    head = await page.locator(".head").element_handle()
    await page.get_by_role("button", name="Send again").click()
    await head.wait_for_element_state("hidden")  # replaced by the new request's
    await expect(rows(page)).to_have_count(2)

    await page.get_by_role("button", name="Change and send").click()
    await page.get_by_role("dialog").get_by_label("URL").fill(f"{site.site}/style.css")
    await page.get_by_role("button", name="Send", exact=True).click()

    await expect(page.locator(".head h2")).to_contain_text("/style.css")
    await expect(rows(page)).to_have_count(3)


@pytest.mark.parametrize("path", ["/again$", "/requests/[0-9]+$"], ids=["sent", "its way"])
async def test_a_response_does_not_close_the_form_being_edited(
    page: Page, site: Demo, path: str
) -> None:
    ask(site, "/log", LOGGED_IN)
    await rows(page).click()
    again = page.get_by_role("button", name="Send again")
    await expect(again).to_be_visible()
    here, written = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        fetched = await route.fetch()
        here.set()
        await written.wait()
        await route.fulfill(response=fetched)

    await page.route(re.compile(path), late)
    await again.click()
    await here.wait()
    await page.get_by_role("button", name="Change and send").click()
    url = page.get_by_role("dialog").get_by_label("URL")
    async with page.expect_response(re.compile(path)) as response:
        written.set()
    await (await response.value).finished()
    await expect(rows(page)).to_have_count(2)

    await expect(url).to_be_visible()
    await expect(rows(page).last).to_have_attribute("aria-selected", "true")


async def test_stored_objects_are_listed_previewed_and_dropped(page: Page, site: Demo) -> None:
    ask(site, "/style.css")
    await page.get_by_role("button", name="Cache", exact=True).click()
    await page.get_by_role("searchbox").last.fill("/style*")
    await page.get_by_role("button", name="Look").click()
    await expect(page.get_by_role("status").filter(has_text="would drop")).to_be_visible()
    stored = page.locator(".is-named")
    await expect(stored.first).to_contain_text("/style.css")
    findings = await severe_findings(page)

    while await stored.count():
        before = await stored.count()
        await stored.first.get_by_role("button", name="Drop").click()
        await expect(stored).to_have_count(before - 1)

    assert findings == []
    ask(site, "/style.css")
    await page.get_by_role("button", name="Requests", exact=True).click()
    await expect(rows(page).first).to_contain_text("Miss")


async def test_thousands_of_rows_render_as_thirty_elements(page: Page) -> None:
    drawn = await page.evaluate(
        """async () => {
          const { Rows } = await import("/scripts/rows.js");
          const { RequestList } = await import("/scripts/list.js");
          const rows = new Rows(), box = document.querySelector("[data-list]");
          const list = new RequestList(box, rows, () => {});
          for (let n = 1; n <= 7_000; n += 1) rows.add([{number: n, at: 0, method: "GET", host: "h",
            target: `/${n}`, status: 200, result: "Hit", tone: "hit", ms: 1, distribution: "",
            behavior: "", functions: [], failed: false, reason: ""}]);
          const begun = performance.now();
          for (let n = 0; n < 100; n += 1) { box.scrollTop = n * 500; list.drawNow(); }
          return [box.querySelectorAll(".row").length, rows.all.length, performance.now() - begun];
        }"""
    )

    assert drawn[0] < 60
    assert drawn[1] <= 5500
    assert drawn[2] < 20_000  # hundreds of milliseconds, if the machine has nothing else to do


async def test_axe_finds_no_serious_violation(page: Page, site: Demo) -> None:
    ask(site, "/log/", LOGGED_IN)
    ask(site, "/nothing")
    await expect(rows(page)).to_have_count(2)
    found = await findings_on(page, "dark", ORDINARY)
    found += await findings_on(page, "light", ORDINARY)
    await rows(page).first.click()
    await expect(page.locator(".stations")).to_be_visible()
    await page.evaluate(
        "document.querySelectorAll('.station details').forEach((d) => (d.open = true))"
    )
    found += await findings_on(page, "light", ORDINARY)
    found += await findings_on(page, "dark", ORDINARY)
    found += await findings_on(page, "dark", NARROW)

    assert found == []


async def test_the_clock_is_moved_shown_and_reset(page: Page) -> None:
    await page.get_by_role("button", name="Clock", exact=True).click()
    dialog = page.get_by_role("dialog", name="The clock")
    await dialog.get_by_label("Move it").fill("+1d1h")
    await dialog.get_by_role("button", name="Move", exact=True).click()
    await dialog.get_by_role("button", name="Close").click()

    await page.get_by_role("button", name="Clock +1d1h", exact=True).click()
    await dialog.get_by_role("button", name="Real time").click()
    await dialog.get_by_role("button", name="Close").click()
    await expect(page.get_by_role("button", name="Clock", exact=True)).to_be_visible()
