"""The fixtures for a live site."""

from playwright.sync_api import BrowserContext, expect

from e2e.browser_messages import BrowserMessages
from e2e.fleet import Captain
from e2e.live_fleet import prevent_other_log_ins
from e2e.pages.log_page import LogPage
from e2e.pages.login_page import LoginPage
from e2e.stack import Live


def test_passwords_are_only_tried_with_the_flows_own_user_names(
    captain: Captain,
    context: BrowserContext,
    login_page: LoginPage,
    log_page: LogPage,
    browser_messages: BrowserMessages,
) -> None:
    browser_messages.allow(r"net::ERR_FAILED")
    prevent_other_log_ins(context, live(captain.user_name))
    login_page.open()

    login_page.send("picard", "wrong")
    expect(login_page.failure).to_contain_text("cannot be reached")

    login_page.log_in(captain)
    log_page.expect_open_for(captain.user_name)


def live(user_name: str) -> Live:
    return Live(user_name=user_name, password="", ca_file=None, browser_home=None)
