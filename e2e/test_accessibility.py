"""axe-core finds no serious or critical violation on any page in any main state, on any screen."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, Route, expect

from e2e.accessibility import severe_findings_on_each_screen
from e2e.browser_messages import BrowserMessages
from e2e.fleet import AN_HOUR, Captain, Fleet
from e2e.pages.error_page import ErrorPage
from e2e.pages.log_page import PAGE_SIZE, LogPage
from e2e.pages.login_page import LoginPage
from e2e.visitor import Visitor


def test_the_login_page_is_accessible(login_page: LoginPage, page: Page) -> None:
    page.goto("/login/?reason=expired")
    expect(login_page.notice("Your session has ended.")).to_be_visible()

    assert severe_findings_on_each_screen(page) == []


def test_the_login_page_with_errors_is_accessible(login_page: LoginPage, page: Page) -> None:
    login_page.open()
    login_page.send("nobody", "wrong")
    expect(login_page.failure).not_to_be_empty()
    login_page.user_name.fill("")
    login_page.submit.click()
    expect(login_page.user_name).to_have_accessible_description("Enter your user name.")

    assert severe_findings_on_each_screen(page) == []


def test_the_log_with_entries_is_accessible(
    captain: Captain, visitor: Visitor, fleet: Fleet, log_page: LogPage, page: Page
) -> None:
    visitor.sign_in(captain)
    fleet.record(captain, *(f"Day {day}." for day in range(PAGE_SIZE + 1)))
    log_page.open()
    expect(log_page.older_button).to_be_visible()
    log_page.record("Engines at full.")
    expect(log_page.status("Recorded under stardate")).to_be_visible()

    assert severe_findings_on_each_screen(page) == []


def test_the_empty_log_is_accessible(
    captain: Captain, visitor: Visitor, log_page: LogPage, page: Page
) -> None:
    visitor.sign_in(captain)
    log_page.open()
    log_page.record(" ")
    expect(log_page.alert.filter(has_text="Write the entry first")).to_be_visible()

    assert severe_findings_on_each_screen(page) == []


def test_the_log_is_accessible_while_it_loads(
    captain: Captain, visitor: Visitor, log_page: LogPage, page: Page
) -> None:
    visitor.sign_in(captain)
    held: list[Route] = []
    page.route("**/api/logs*", lambda route: held.append(route))
    log_page.open()
    expect(log_page.status("Loading the log…")).to_be_attached()

    assert severe_findings_on_each_screen(page) == []


def test_the_log_is_accessible_when_the_api_fails(
    captain: Captain,
    visitor: Visitor,
    log_page: LogPage,
    page: Page,
    browser_messages: BrowserMessages,
) -> None:
    browser_messages.allow(r"net::ERR_FAILED")
    visitor.sign_in(captain)
    page.route("**/api/logs*", lambda route: route.abort())
    log_page.open()
    expect(log_page.retry_button).to_be_visible()

    assert severe_findings_on_each_screen(page) == []


def test_the_end_of_a_session_is_accessible(
    captain: Captain, visitor: Visitor, log_page: LogPage, page: Page
) -> None:
    visitor.sign_in(captain, lasts_seconds=AN_HOUR)
    log_page.open()
    expect(log_page.time_left).to_contain_text(":")
    # Stopped, so that these last seconds last as long as axe takes. It needs the timers.
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(seconds=log_page.seconds_left() - 5))
    expect(log_page.time_left).to_have_text(re.compile(r"^0:0\d$"))

    assert severe_findings_on_each_screen(page) == []


def test_the_error_page_is_accessible(error_page: ErrorPage, page: Page) -> None:
    page.goto("/nope")
    error_page.expect_open()

    assert severe_findings_on_each_screen(page) == []
