"""After logging out, the browser has no data of the log."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from e2e.browser_messages import BrowserMessages
from e2e.fleet import Captain, Fleet
from e2e.pages.error_page import ErrorPage
from e2e.pages.log_page import LogPage
from e2e.pages.login_page import LoginPage
from e2e.visitor import Visitor

SECRET = "The treaty is signed; tell no one."


@pytest.mark.live
def test_logging_out_ends_the_session_for_good(
    captain: Captain, visitor: Visitor, log_page: LogPage, login_page: LoginPage
) -> None:
    session_id = visitor.sign_in(captain)
    log_page.open()

    log_page.log_out()

    login_page.expect_open()
    expect(login_page.notice("You are logged out.")).to_be_visible()
    assert visitor.session_cookie() is None
    visitor.present(session_id)  # someone noted it down
    assert visitor.session_status() == 401


def test_logging_out_everywhere_ends_the_sessions_on_other_devices(
    captain: Captain,
    visitor: Visitor,
    log_page: LogPage,
    login_page: LoginPage,
    page: Page,
) -> None:
    elsewhere = visitor.sign_in(captain)
    here = visitor.sign_in(captain)
    log_page.open()
    log_page.expect_open_for(captain.user_name)

    page.get_by_role("button", name="Log out everywhere").click()

    login_page.expect_open()
    expect(login_page.notice("You are logged out.")).to_be_visible()
    for session_id in (here, elsewhere):
        visitor.present(session_id)
        assert visitor.session_status() == 401


def test_the_back_button_does_not_bring_the_log_back(
    captain: Captain,
    visitor: Visitor,
    log_page: LogPage,
    login_page: LoginPage,
    page: Page,
) -> None:
    visitor.sign_in(captain)
    visitor.record(SECRET)
    log_page.open()
    log_page.expect_entries(SECRET)
    log_page.log_out()
    expect(login_page.notice("You are logged out.")).to_be_visible()

    page.go_back()

    login_page.expect_open()
    expect(page.get_by_text(SECRET)).to_have_count(0)


@pytest.fixture
def remembering_context(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser_context_args: dict[str, Any],
    browser_messages: BrowserMessages,
) -> Iterator[BrowserContext]:
    """A browser with the back/forward cache enabled, as users have it."""
    in_a_headless_shell = "--enable-bfcache"
    browser = browser_type.launch(
        **{
            **browser_type_launch_args,
            "args": [*browser_type_launch_args["args"], in_a_headless_shell],
        },
        ignore_default_args=["--disable-back-forward-cache"],
    )
    context = browser.new_context(**browser_context_args)
    browser_messages.listen(context)
    yield context
    browser.close()


def test_a_page_restored_by_the_browser_has_no_contents(
    captain: Captain, fleet: Fleet, base_url: str, remembering_context: BrowserContext
) -> None:
    visitor = Visitor(remembering_context, fleet, site_url=base_url)
    session_id = visitor.sign_in(captain)
    visitor.record(SECRET)
    page = remembering_context.new_page()
    log_page, login_page = LogPage(page), LoginPage(page)
    log_page.open()
    log_page.expect_entries(SECRET)
    page.evaluate(WATCH_LEAVING_AND_COMING_BACK)
    page.goto("/nope")
    ErrorPage(page).expect_open()
    fleet.end_session(session_id)  # logged out elsewhere, say

    page.go_back(wait_until="commit")

    expect(login_page.notice("Your session has ended.")).to_be_visible()
    stored = page.evaluate("sessionStorage.getItem('kept')")
    assert stored == "true", "the browser did not keep the page: nothing was tested"
    assert SECRET not in page.evaluate("sessionStorage.getItem('left behind')")


def test_a_failed_logout_is_shown(
    captain: Captain,
    visitor: Visitor,
    log_page: LogPage,
    login_page: LoginPage,
    page: Page,
    browser_messages: BrowserMessages,
) -> None:
    browser_messages.allow(r"net::ERR_FAILED")
    visitor.sign_in(captain)
    log_page.open()
    page.route("**/api/logout", lambda route: route.abort(), times=1)

    log_page.log_out()
    expect(log_page.alert.filter(has_text="You are still logged in.")).to_be_visible()
    log_page.log_out()

    expect(login_page.notice("You are logged out.")).to_be_visible()


# Registered after the page's own listeners, so they see what those left behind.
WATCH_LEAVING_AND_COMING_BACK = """
addEventListener("pagehide", () => {
  sessionStorage.setItem("left behind", document.body.innerText);
}, { once: true });
addEventListener("pageshow", (event) => {
  sessionStorage.setItem("kept", event.persisted);
});
"""
