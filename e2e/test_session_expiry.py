"""The end of a session: by the clock, by the server, and before DynamoDB deletes it."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.fleet import AN_HOUR, Captain, Fleet
from e2e.pages.log_page import LogPage
from e2e.pages.login_page import LoginPage
from e2e.visitor import Visitor


def test_an_open_page_goes_to_login_when_the_session_expires(
    captain: Captain,
    visitor: Visitor,
    log_page: LogPage,
    login_page: LoginPage,
    fleet: Fleet,
    page: Page,
) -> None:
    page.clock.install()
    session_id = visitor.sign_in(captain, lasts_seconds=120, ends_in_seconds=AN_HOUR)
    log_page.open()
    expect(log_page.time_left).to_have_text(re.compile(r"^[12]:\d\d$"))
    fleet.leave(session_id, seconds=AN_HOUR)  # as if another tab had prolonged it
    page.clock.fast_forward("02:01")
    expect(log_page.time_left).to_have_text(re.compile(r"^(59|1:00):\d\d$"))
    log_page.expect_open_for(captain.user_name)

    fleet.end_session(session_id)  # as if that time had passed for the API, too
    page.clock.fast_forward("01:00:01")

    expect(login_page.notice("Your session has ended.")).to_be_visible()
    login_page.expect_open()


@pytest.mark.live
def test_an_action_on_an_open_page_finds_that_the_session_is_over(
    captain: Captain,
    visitor: Visitor,
    log_page: LogPage,
    login_page: LoginPage,
    fleet: Fleet,
) -> None:
    session_id = visitor.sign_in(captain)
    log_page.open()
    log_page.expect_open_for(captain.user_name)
    fleet.end_session(session_id)

    log_page.record("Are we still here?")

    expect(login_page.notice("Your session has ended.")).to_be_visible()
    assert fleet.texts_of(captain) == []


def test_a_reload_finds_that_the_session_is_over(
    captain: Captain,
    visitor: Visitor,
    log_page: LogPage,
    login_page: LoginPage,
    fleet: Fleet,
    page: Page,
) -> None:
    session_id = visitor.sign_in(captain)
    log_page.open()
    log_page.expect_open_for(captain.user_name)
    fleet.end_session(session_id)

    page.reload()

    login_page.expect_open()


def test_an_expired_session_still_in_dynamodb_is_refused(
    captain: Captain, visitor: Visitor, log_page: LogPage, login_page: LoginPage
) -> None:
    visitor.sign_in(captain, lasts_seconds=-1)

    log_page.open()

    login_page.expect_open()
    assert visitor.session_status() == 401


def test_the_time_left_follows_the_servers_clock(
    captain: Captain, visitor: Visitor, log_page: LogPage, page: Page
) -> None:
    page.clock.install(time="2001-01-01T00:00:00Z")
    visitor.sign_in(captain, lasts_seconds=90)

    log_page.open()

    expect(log_page.time_left).to_have_text(re.compile(r"^1:[0-3]\d$"))


def test_the_end_is_announced_in_advance_and_not_every_second(
    captain: Captain, visitor: Visitor, log_page: LogPage, page: Page
) -> None:
    page.clock.install()
    visitor.sign_in(captain)
    log_page.open()
    expect(log_page.time_left).to_contain_text(":")
    announcement = log_page.session.get_by_role("status")
    expect(announcement).to_be_empty()

    page.clock.fast_forward("55:30")

    expect(announcement).to_have_text(re.compile(r"Your session ends in \d+ seconds"))
    announced = announcement.inner_text()
    before = log_page.time_left.inner_text()
    page.clock.run_for(3_000)
    expect(log_page.time_left).not_to_have_text(before)
    assert announcement.inner_text() == announced


def test_the_page_offers_to_extend_the_session_in_time(
    captain: Captain, visitor: Visitor, log_page: LogPage, fleet: Fleet, page: Page
) -> None:
    page.clock.install()
    session_id = visitor.sign_in(captain, lasts_seconds=60, ends_in_seconds=AN_HOUR)
    log_page.open()
    log_page.expect_open_for(captain.user_name)
    stay = page.get_by_role("button", name="Stay logged in")
    expect(stay).to_be_hidden()

    page.clock.fast_forward(1000 * (log_page.seconds_left() - 20))
    expect(stay).to_be_visible()
    fleet.leave(session_id, seconds=20)  # as if that time had passed for the API, too
    stay.click()

    expect(stay).to_be_hidden()
    expect(page.get_by_role("button", name="Log out", exact=True)).to_be_focused()
    cookie = visitor.session_cookie()
    assert cookie is not None
    assert cookie.get("expires", -1) > 0  # set anew, by the API
    assert visitor.session_status() == 200


def test_at_the_end_of_the_absolute_lifetime_no_extension_is_offered(
    captain: Captain, visitor: Visitor, log_page: LogPage, page: Page
) -> None:
    page.clock.install()
    visitor.sign_in(captain)
    log_page.open()
    log_page.expect_open_for(captain.user_name)

    page.clock.fast_forward("55:30")

    expect(log_page.time_left).to_have_text(re.compile(r"^[34]:\d\d$"))
    expect(page.get_by_role("button", name="Stay logged in")).to_be_hidden()
