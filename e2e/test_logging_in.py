"""Logging in, and failing to."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from e2e.browser_messages import BrowserMessages
from e2e.fleet import KIRK, PICARD, Captain, Fleet
from e2e.pages.log_page import PAGE_SIZE, LogPage
from e2e.pages.login_page import LoginPage
from e2e.stack import Stack
from e2e.visitor import Visitor

MORE_TRIES_THAN_ANYONE_NEEDS = 20


@pytest.mark.live
def test_a_visitor_without_a_session_is_sent_to_login(
    log_page: LogPage, login_page: LoginPage
) -> None:
    log_page.open()

    login_page.expect_open()


@pytest.mark.parametrize(
    ("captain", "other"),
    [
        pytest.param(PICARD, KIRK, id="picard"),
        pytest.param(KIRK, PICARD, id="kirk"),
    ],
)
def test_a_captain_logs_in_and_reads_only_their_own_entries(
    captain: Captain,
    other: Captain,
    login_page: LoginPage,
    log_page: LogPage,
    fleet: Fleet,
) -> None:
    login_page.open()
    login_page.log_in(captain)

    log_page.expect_open_for(captain.user_name)
    own = fleet.texts_of(captain)
    assert own, f"the harness stored no entries for {captain.user_name}"
    log_page.expect_entries(*own[:PAGE_SIZE])
    if len(own) > PAGE_SIZE:
        log_page.load_older()
        log_page.expect_entries(*own[: 2 * PAGE_SIZE])
    assert not set(own) & set(fleet.texts_of(other))


def test_a_captain_who_is_logged_in_skips_the_login_page(
    captain: Captain, visitor: Visitor, login_page: LoginPage, log_page: LogPage
) -> None:
    visitor.sign_in(captain)

    login_page.open()

    log_page.expect_open_for(captain.user_name)


@pytest.mark.browser_context_args(reduced_motion="no-preference")
@pytest.mark.live
def test_a_wrong_password_shows_an_error_and_can_be_corrected(
    captain: Captain, login_page: LoginPage, log_page: LogPage
) -> None:
    login_page.open()
    login_page.send(captain.user_name, "make it so?")

    expect(login_page.failure).to_contain_text("is wrong. Check both")
    expect(login_page.password).to_be_focused()
    login_page.expect_open()

    login_page.log_in(captain)
    log_page.expect_open_for(captain.user_name)


def test_a_password_is_never_in_the_url(
    captain: Captain, login_page: LoginPage, page: Page
) -> None:
    login_page.open()
    login_page.send(captain.user_name, "make it so?")

    expect(login_page.failure).not_to_be_empty()
    assert "make" not in page.url
    form = page.get_by_role("form", name="Log in")
    expect(form).to_have_attribute("method", "post")  # and so if the script fails


def test_empty_fields_are_reported_one_by_one(login_page: LoginPage) -> None:
    login_page.open()
    login_page.submit.click()

    expect(login_page.user_name).to_be_focused()
    expect(login_page.user_name).to_have_accessible_description("Enter your user name.")
    expect(login_page.password).to_have_accessible_description("Enter your password.")

    login_page.user_name.fill("picard")
    login_page.submit.click()
    expect(login_page.password).to_be_focused()
    expect(login_page.user_name).not_to_have_attribute("aria-invalid", "true")


def test_after_too_many_wrong_passwords_login_says_when_to_retry(
    captain: Captain, context: BrowserContext, login_page: LoginPage
) -> None:
    wrong = {"username": captain.user_name, "password": "wrong"}
    for _ in range(MORE_TRIES_THAN_ANYONE_NEEDS):
        if context.request.post("/api/login", data=wrong).status == 429:
            break

    login_page.open()
    login_page.log_in(captain)

    expect(login_page.failure).to_have_text(
        re.compile(r"^Too many attempts\. Try again in \d+ (seconds?|minutes)\.$")
    )


def test_login_says_when_the_browser_is_offline(
    captain: Captain,
    context: BrowserContext,
    login_page: LoginPage,
    log_page: LogPage,
    browser_messages: BrowserMessages,
) -> None:
    browser_messages.allow(r"net::ERR_INTERNET_DISCONNECTED")
    login_page.open()
    context.set_offline(True)
    login_page.log_in(captain)
    expect(login_page.failure).to_contain_text("You are offline.")

    context.set_offline(False)
    login_page.submit.click()

    log_page.expect_open_for(captain.user_name)


def test_logging_in_needs_only_a_keyboard(
    captain: Captain, login_page: LoginPage, log_page: LogPage, page: Page
) -> None:
    login_page.open()

    page.keyboard.press("Tab")
    expect(login_page.user_name).to_be_focused()
    page.keyboard.type(captain.user_name)
    page.keyboard.press("Tab")
    expect(login_page.password).to_be_focused()
    page.keyboard.type(captain.password)
    page.keyboard.press("Tab")
    expect(login_page.show_password).to_be_focused()
    page.keyboard.press("Tab")
    expect(login_page.submit).to_be_focused()
    page.keyboard.press("Enter")

    log_page.expect_open_for(captain.user_name)


def test_a_password_manager_finds_its_fields(login_page: LoginPage) -> None:
    login_page.open()

    expect(login_page.user_name).to_have_attribute("autocomplete", "username")
    expect(login_page.password).to_have_attribute("autocomplete", "current-password")
    expect(login_page.password).to_have_attribute("type", "password")


def test_the_password_can_be_shown(login_page: LoginPage) -> None:
    login_page.open()
    login_page.show_password.click()

    expect(login_page.password).to_have_attribute("type", "text")
    expect(login_page.show_password).to_have_attribute("aria-pressed", "true")


@pytest.mark.live
def test_the_session_cookie_is_kept_from_scripts_and_other_sites(
    captain: Captain, login_page: LoginPage, log_page: LogPage, visitor: Visitor
) -> None:
    login_page.open()
    login_page.log_in(captain)
    log_page.expect_open_for(captain.user_name)

    cookie = visitor.session_cookie()

    assert cookie is not None
    assert cookie["httpOnly"]
    assert cookie["secure"]
    assert cookie["sameSite"] == "Strict"
    assert cookie["path"] == "/"
    assert log_page.page.evaluate("document.cookie") == ""


def test_plain_http_is_redirected_to_https(stack: Stack, page: Page, login_page: LoginPage) -> None:
    page.goto(f"{stack.http_url}/login/?reason=expired")

    assert page.url == f"{stack.site_url}/login/?reason=expired"
    login_page.expect_open()
