"""A page on a sibling subdomain, such as a forgotten campaign site, attacks the log."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from e2e.fleet import Captain, Fleet
from e2e.pages.log_page import LogPage
from e2e.pages.login_page import LoginPage
from e2e.stack import Stack
from e2e.visitor import Visitor

SIBLING = "https://evil.starfleet.localhost/"


@pytest.fixture
def site(stack: Stack) -> str:
    """The site by a name that has sibling subdomains, unlike `localhost`."""
    return f"https://logs.starfleet.localhost:{urlsplit(stack.site_url).port}"


@pytest.fixture
def sibling(context: BrowserContext) -> Page:
    """A page on the sibling subdomain, open in the same browser."""
    context.route(
        f"{SIBLING}**",
        lambda route: route.fulfill(content_type="text/html", body="<h1>Win!</h1>"),
    )
    page = context.new_page()
    page.goto(SIBLING)
    return page


def test_a_sibling_domain_cannot_redirect_entries_to_its_own_log(
    captain: Captain, fleet: Fleet, site: str, sibling: Page, page: Page
) -> None:
    attacker = fleet.commission()
    page.goto(f"{site}/login/")
    LoginPage(page).log_in(captain)
    log_page = LogPage(page)
    log_page.expect_open_for(captain.user_name)
    tossed = fleet.open_session(attacker)
    for name in ("session-id", "__Host-session-id"):
        for path in ("/", "/api", "/api/logs", "/api/session"):
            sibling.evaluate(
                "cookie => { document.cookie = cookie }",
                f"{name}={tossed}; Domain=starfleet.localhost; Path={path}; Secure",
            )
    assert "session-id=" in sibling.evaluate("document.cookie")

    page.goto(f"{site}/")
    log_page.expect_open_for(captain.user_name)
    log_page.record("For my eyes only.")

    log_page.expect_entries("For my eyes only.")
    assert fleet.texts_of(captain) == ["For my eyes only."]
    assert fleet.texts_of(attacker) == []


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", SIBLING])
def test_another_sites_form_cannot_log_a_user_out(
    elsewhere: str,
    captain: Captain,
    fleet: Fleet,
    context: BrowserContext,
    site: str,
    page: Page,
) -> None:
    visitor = Visitor(context, fleet, site_url=site)
    visitor.sign_in(captain)
    form = f'<form method="post" action="{site}/api/logout"><button>Win!</button></form>'
    context.route(
        f"{elsewhere}**",
        lambda route: route.fulfill(content_type="text/html", body=form),
    )
    page.goto(elsewhere)
    with page.expect_response(f"{site}/api/logout") as response:
        page.get_by_role("button").click()
    # 403: the embedded emulator's guard may refuse it before the function is asked.
    assert response.value.status in {204, 400, 403}

    page.goto(f"{site}/")

    LogPage(page).expect_open_for(captain.user_name)
    expect(page.get_by_role("button", name="Log out", exact=True)).to_be_visible()
