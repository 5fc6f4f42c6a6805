"""The list in Chromium: filters, several distributions, clearing, and a narrow screen."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.localfront.inspector.demo_site import Demo
from tests.localfront.inspector.page_parts import NARROW, ask, rows

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_each_filter_shows_its_own_requests(page: Page, site: Demo) -> None:
    ask(site, "/style.css?a=7")
    ask(site, "/style.css?a=7")
    ask(site, "/broken")
    ask(site, "/log")
    await expect(rows(page)).to_have_count(4)

    for label, option, count in (
        ("Status", "3", 1),
        ("Status", "5", 1),
        ("Result", "Hit", None),
        ("Behavior", "*", 4),
    ):
        await page.get_by_label(label).select_option(option)
        visible = rows(page)
        if count is None:
            await expect(visible.first).to_contain_text("Hit")
            assert "302" not in " ".join(await visible.all_inner_texts())
        else:
            await expect(visible).to_have_count(count)
        await page.get_by_label(label).select_option("")
    await page.get_by_label("Function errors").check()
    await expect(rows(page)).to_have_count(1)
    await expect(rows(page)).to_contain_text("/broken")
    await expect(page.get_by_label("Distribution")).to_be_hidden()  # there is one alone


async def test_several_distributions_are_distinguished(page: Page) -> None:
    visible = await page.evaluate(
        """async () => {
          const { Filters } = await import("/scripts/filters.js");
          const { Rows } = await import("/scripts/rows.js");
          const rows = new Rows(), form = document.querySelector("[data-filters]");
          const filters = new Filters(form, (wanted) => rows.filter(wanted));
          const all = ["E1", "E2", "E1"].map((distribution, n) => ({number: n + 1, at: 0, method: "GET",
            host: "h", target: "/", status: 200, result: "Hit", tone: "hit", ms: 1, distribution,
            behavior: "", functions: [], failed: false, reason: ""}));
          filters.offer(all);
          rows.add(all);
          const choice = form.elements.distribution;
          choice.value = "E2";
          choice.dispatchEvent(new Event("input", { bubbles: true }));
          return [choice.checkVisibility(), rows.shown.map((row) => row.number)];
        }"""
    )

    assert visible == [True, [2]]


async def test_a_cleared_list_stays_empty_after_a_reload(page: Page, site: Demo) -> None:
    ask(site, "/style.css")
    await expect(rows(page)).to_have_count(1)

    await page.get_by_role("button", name="Clear").click()

    await expect(page.get_by_text("0 requests")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await expect(rows(page)).to_have_count(0)


async def test_on_a_narrow_screen_a_request_replaces_the_list(page: Page, site: Demo) -> None:
    ask(site, "/style.css")
    await expect(rows(page)).to_have_count(1)
    await page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    await rows(page).first.click()
    await expect(page.locator(".stations")).to_be_visible()
    await expect(rows(page).first).to_be_hidden()
    width = await page.evaluate("document.documentElement.scrollWidth")

    await page.get_by_role("button", name="All requests").click()

    await expect(rows(page).first).to_be_visible()
    assert width <= NARROW[0]


async def test_hundreds_of_requests_in_one_frame_are_drawn_once(page: Page) -> None:
    drawn, added, most = await page.evaluate(
        """async () => {
          const { Rows } = await import("/scripts/rows.js");
          const { RequestList } = await import("/scripts/list.js");
          const rows = new Rows(), box = document.querySelector("[data-list]");
          const list = new RequestList(box, rows, () => {});
          const frame = () => new Promise(requestAnimationFrame);
          await frame();
          await frame();
          let drawn = 0, added = 0;
          const drawNow = list.drawNow.bind(list);
          list.drawNow = () => { drawn += 1; drawNow(); };
          const watching = new MutationObserver((all) => {
            for (const one of all) added += one.addedNodes.length;
          });
          watching.observe(box, { childList: true });
          for (let n = 1; n <= 400; n += 1) list.grew(rows.add([{number: n, at: 0, method: "GET", host: "h",
            target: `/${n}`, status: 200, result: "Hit", tone: "hit", ms: 1, distribution: "",
            behavior: "", functions: [], failed: false, reason: ""}]));
          await frame();
          await frame();
          return [drawn, added, Math.ceil(box.clientHeight / 36) + 12];
        }"""
    )

    assert drawn <= 2  # the second for the list's own size, which may change with the first
    assert 0 < added <= 2 * most
