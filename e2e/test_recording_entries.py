"""Recording an entry: exactly once, without losing text."""

import pytest
from playwright.sync_api import Page, Route, expect

from e2e.browser_messages import BrowserMessages
from e2e.fleet import Captain, Fleet
from e2e.pages.log_page import LogPage
from e2e.pages.login_page import LoginPage
from e2e.visitor import Visitor


@pytest.mark.live
def test_a_recorded_entry_appears_first_and_is_stored(
    captain: Captain, visitor: Visitor, log_page: LogPage, page: Page
) -> None:
    visitor.sign_in(captain)
    visitor.record("Left the dock.")
    log_page.open()

    log_page.record("Engines at full.\n\nAll is well.")

    log_page.expect_entries("Engines at full.\n\nAll is well.", "Left the dock.")
    expect(log_page.status("Recorded under stardate")).to_be_visible()
    expect(log_page.new_entry).to_have_value("")
    page.reload()
    log_page.expect_entries("Engines at full.\n\nAll is well.", "Left the dock.")


@pytest.mark.browser_context_args(reduced_motion="no-preference")
def test_the_first_entry_replaces_the_empty_log_message(
    captain: Captain, visitor: Visitor, log_page: LogPage, page: Page
) -> None:
    visitor.sign_in(captain)
    log_page.open()

    log_page.record("Engines at full.")

    log_page.expect_entries("Engines at full.")
    expect(page.get_by_text("Your first entry will appear here.")).to_be_hidden()


def test_an_empty_entry_is_not_sent(
    captain: Captain, visitor: Visitor, log_page: LogPage, fleet: Fleet
) -> None:
    visitor.sign_in(captain)
    log_page.open()

    log_page.record("  \n ")

    expect(log_page.alert.filter(has_text="Write the entry first")).to_be_visible()
    expect(log_page.new_entry).to_be_focused()
    assert fleet.texts_of(captain) == []


def test_the_counter_shows_the_remaining_characters(
    captain: Captain, visitor: Visitor, log_page: LogPage
) -> None:
    visitor.sign_in(captain)
    log_page.open()

    log_page.new_entry.fill("o" * 1999)

    expect(log_page.new_entry).to_have_accessible_description("1 character left")
    expect(log_page.new_entry).to_have_attribute("maxlength", "2000")


def test_the_same_text_may_be_recorded_twice_on_purpose(
    captain: Captain, visitor: Visitor, log_page: LogPage
) -> None:
    visitor.sign_in(captain)
    log_page.open()

    log_page.record("All is well.")
    log_page.expect_entries("All is well.")
    log_page.record("All is well.")

    log_page.expect_entries("All is well.", "All is well.")


def test_an_entry_whose_response_was_lost_is_not_stored_twice(
    captain: Captain,
    visitor: Visitor,
    log_page: LogPage,
    page: Page,
    fleet: Fleet,
    browser_messages: BrowserMessages,
) -> None:
    browser_messages.allow(r"net::ERR_FAILED")
    visitor.sign_in(captain)
    log_page.open()
    log_page.expect_entries()
    page.route("**/api/logs", lose_the_response, times=1)

    log_page.record("Engines at full.")
    expect(log_page.alert.filter(has_text="cannot be reached")).to_be_visible()
    assert fleet.texts_of(captain) == ["Engines at full."]  # it had arrived
    log_page.record_button.click()

    log_page.expect_entries("Engines at full.")
    expect(log_page.status("Recorded under stardate")).to_be_visible()
    assert fleet.texts_of(captain) == ["Engines at full."]


def test_a_draft_outlives_the_session_but_only_for_its_captain(
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
    log_page.record("A long and thoughtful entry.")
    expect(login_page.notice("Your session has ended.")).to_be_visible()

    login_page.log_in(captain)

    expect(log_page.new_entry).to_have_value("A long and thoughtful entry.")
    visitor.sign_in(fleet.commission())
    log_page.open()
    expect(log_page.new_entry).to_be_enabled()
    expect(log_page.new_entry).to_have_value("")


def lose_the_response(route: Route) -> None:
    """Let the request reach the server, but drop its response."""
    route.fetch()
    route.abort()
