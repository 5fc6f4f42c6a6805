"""The log page's content."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from e2e.fleet import AN_HOUR, Captain, Fleet
from e2e.pages.log_page import PAGE_SIZE, LogPage
from e2e.visitor import Visitor

ISO_UTC = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
CLOCK_FACE = re.compile(r"^1:[0-3]\d$")


def test_entries_are_newest_first_with_stardate_and_time(
    captain: Captain, visitor: Visitor, log_page: LogPage
) -> None:
    visitor.sign_in(captain)
    visitor.record("Left the dock.", "Passed the last beacon.")

    log_page.open()

    log_page.expect_entries("Passed the last beacon.", "Left the dock.")
    newest = log_page.entries.first
    expect(newest.get_by_role("heading", level=3)).to_contain_text("Stardate")
    expect(newest.get_by_role("time")).to_have_attribute("datetime", ISO_UTC)


def test_older_entries_load_page_by_page_and_keep_the_reading_position(
    captain: Captain, visitor: Visitor, fleet: Fleet, log_page: LogPage
) -> None:
    visitor.sign_in(captain)
    texts = [f"Day {day:02d}, nothing to report." for day in range(1, 13)]
    fleet.record(captain, *texts)
    newest_first = texts[::-1]

    log_page.open()
    log_page.expect_entries(*newest_first[:PAGE_SIZE])
    log_page.load_older()

    log_page.expect_entries(*newest_first)
    expect(log_page.older_button).to_be_hidden()
    eleventh = log_page.entries.nth(PAGE_SIZE)
    expect(eleventh.get_by_role("heading", level=3)).to_be_focused()


def test_an_empty_log_says_so(
    captain: Captain, visitor: Visitor, log_page: LogPage, page: Page
) -> None:
    visitor.sign_in(captain)

    log_page.open()

    expect(page.get_by_text("Your first entry will appear here.")).to_be_visible()
    expect(log_page.status("The log is empty.")).to_be_attached()


@pytest.mark.browser_context_args(reduced_motion="no-preference")
def test_a_loading_log_says_so(
    captain: Captain, visitor: Visitor, log_page: LogPage, page: Page
) -> None:
    visitor.sign_in(captain)
    visitor.record("Left the dock.")
    held: list[Route] = []
    page.route("**/api/logs*", lambda route: held.append(route))

    with page.expect_request("**/api/logs*"):
        log_page.open()
    expect(log_page.status("Loading the log…")).to_be_attached()
    expect(log_page.new_entry).to_be_disabled()
    held[0].continue_()

    log_page.expect_entries("Left the dock.")
    expect(log_page.status("1 entry loaded.")).to_be_attached()


def test_markup_in_an_entry_is_escaped(
    captain: Captain, visitor: Visitor, log_page: LogPage, page: Page
) -> None:
    markup = "<b>Bold</b> <img src=x onerror=\"document.title = 'boarded'\">"
    visitor.sign_in(captain)
    visitor.record(markup)

    log_page.open()

    log_page.expect_entries(markup)
    expect(page).to_have_title(re.compile("^Captain.s log$"))


def test_the_page_shows_who_is_logged_in_and_the_time_left(
    captain: Captain, visitor: Visitor, log_page: LogPage
) -> None:
    visitor.sign_in(captain, lasts_seconds=90)

    log_page.open()

    log_page.expect_open_for(captain.user_name)
    expect(log_page.time_left).to_have_text(CLOCK_FACE)


def test_a_skip_link_leads_to_the_entries(
    captain: Captain, visitor: Visitor, log_page: LogPage, page: Page
) -> None:
    visitor.sign_in(captain)
    log_page.open()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the entries")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Entries")).to_be_focused()


# The elements that stick out of the window, so that a failure names them.
TOO_WIDE = """
[...document.querySelectorAll("body *")]
  .filter((element) => element.getBoundingClientRect().right > innerWidth)
  .map((element) => element.outerHTML.slice(0, 200))
"""


@pytest.mark.parametrize("path", ["/", "/login/", "/nope"])
def test_no_page_scrolls_sideways_on_the_smallest_screen(
    path: str, captain: Captain, visitor: Visitor, log_page: LogPage, page: Page
) -> None:
    page.set_viewport_size({"width": 320, "height": 568})
    if path == "/":
        visitor.sign_in(captain, lasts_seconds=10 * AN_HOUR)
        visitor.record("A word as long as a voyage: " + "o" * 300)

    page.goto(path)

    expect(log_page.entries).to_have_count(1 if path == "/" else 0)
    wide = page.evaluate(TOO_WIDE)
    assert (page.evaluate("document.documentElement.scrollWidth"), wide) == (320, [])
