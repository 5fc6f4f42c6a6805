"""API failures: the page reports them, keeps its data, and recovers."""

from playwright.sync_api import Page, expect

from e2e.browser_messages import BrowserMessages
from e2e.fleet import Captain, Fleet
from e2e.pages.log_page import PAGE_SIZE, LogPage
from e2e.pages.login_page import LoginPage
from e2e.visitor import Visitor

OVERLOADED = {
    "status": 503,
    "headers": {"Retry-After": "7"},
    "json": {"error": {"code": "try_later", "message": "Try again later."}},
}
NO_JSON = {"status": 502, "content_type": "text/html", "body": "<h1>Bad gateway</h1>"}


def test_a_log_that_cannot_be_reached_is_loaded_on_retry(
    captain: Captain,
    visitor: Visitor,
    log_page: LogPage,
    page: Page,
    browser_messages: BrowserMessages,
) -> None:
    browser_messages.allow(r"net::ERR_FAILED")
    visitor.sign_in(captain)
    visitor.record("Left the dock.")
    page.route("**/api/logs*", lambda route: route.abort(), times=1)

    log_page.open()
    expect(log_page.alert.filter(has_text="cannot be reached")).to_be_visible()
    log_page.try_again()

    log_page.expect_entries("Left the dock.")
    log_page.expect_open_for(captain.user_name)
    expect(log_page.retry_button).to_be_hidden()
    expect(page.get_by_role("heading", name="Entries")).to_be_focused()


def test_an_overloaded_api_is_explained_with_the_time_to_wait(
    captain: Captain,
    visitor: Visitor,
    log_page: LogPage,
    page: Page,
    browser_messages: BrowserMessages,
) -> None:
    browser_messages.allow(r"status of 503")
    visitor.sign_in(captain)
    visitor.record("Left the dock.")
    page.route("**/api/logs?*", lambda route: route.fulfill(**OVERLOADED), times=1)

    log_page.open()
    expect(log_page.alert.filter(has_text="Try again in 7 seconds")).to_be_visible()
    log_page.try_again()

    log_page.expect_entries("Left the dock.")


def test_a_failed_load_of_older_entries_keeps_the_newer_ones(
    captain: Captain,
    visitor: Visitor,
    fleet: Fleet,
    log_page: LogPage,
    page: Page,
    browser_messages: BrowserMessages,
) -> None:
    browser_messages.allow(r"status of 502")
    visitor.sign_in(captain)
    fleet.record(captain, *(f"Day {day}." for day in range(PAGE_SIZE + 1)))
    log_page.open()
    expect(log_page.entries).to_have_count(PAGE_SIZE)
    page.route("**/api/logs*", lambda route: route.fulfill(**NO_JSON), times=1)

    log_page.load_older()
    expect(log_page.alert.filter(has_text="malfunction")).to_be_visible()
    expect(log_page.entries).to_have_count(PAGE_SIZE)
    log_page.load_older()

    expect(log_page.entries).to_have_count(PAGE_SIZE + 1)
    expect(log_page.alert.filter(has_text="malfunction")).to_have_count(0)


def test_an_entry_that_could_not_be_recorded_stays_in_the_form(
    captain: Captain,
    visitor: Visitor,
    log_page: LogPage,
    page: Page,
    browser_messages: BrowserMessages,
) -> None:
    browser_messages.allow(r"status of 503")
    visitor.sign_in(captain)
    log_page.open()
    log_page.expect_entries()
    page.route("**/api/logs", lambda route: route.fulfill(**OVERLOADED), times=1)

    log_page.record("Engines at full.")
    expect(log_page.alert.filter(has_text="Try again in 7 seconds")).to_be_visible()
    expect(log_page.new_entry).to_have_value("Engines at full.")
    log_page.record_button.click()

    log_page.expect_entries("Engines at full.")


def test_login_reports_an_overloaded_api_and_succeeds_later(
    captain: Captain,
    login_page: LoginPage,
    log_page: LogPage,
    page: Page,
    browser_messages: BrowserMessages,
) -> None:
    browser_messages.allow(r"status of 503")
    page.route("**/api/login", lambda route: route.fulfill(**OVERLOADED), times=1)
    login_page.open()

    login_page.log_in(captain)
    expect(login_page.failure).to_contain_text("Try again in 7 seconds")
    login_page.submit.click()

    log_page.expect_open_for(captain.user_name)
