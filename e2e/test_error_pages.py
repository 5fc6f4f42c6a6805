"""The error page for unknown addresses."""

import pytest
from playwright.sync_api import Page, expect

from e2e.fleet import Captain
from e2e.pages.error_page import ErrorPage
from e2e.pages.log_page import LogPage
from e2e.pages.login_page import LoginPage
from e2e.visitor import Visitor

NOWHERE = [
    pytest.param("/nope", id="unknown"),
    pytest.param("/a/b/c.html", id="deep"),
    pytest.param("/%6eope%2f%2e%2e", id="encoded"),
]

HOME_IN_DISGUISE = [
    pytest.param("/%68ome.html", id="encoded letter"),
    pytest.param("/%2568ome.html", id="encoded twice"),
    pytest.param("/%68ome.html%2f..", id="encoded way up"),
    pytest.param("//home.html", id="two slashes"),
    pytest.param("/HOME.HTML", id="capitals"),
]


@pytest.mark.parametrize("path", NOWHERE)
def test_an_unknown_url_shows_the_error_page(path: str, page: Page, error_page: ErrorPage) -> None:
    response = page.goto(path)

    assert response is not None
    assert response.status == 403
    error_page.expect_open()


def test_the_error_page_links_to_login_without_a_session(
    page: Page, error_page: ErrorPage, login_page: LoginPage
) -> None:
    page.goto("/a/b/c.html")

    error_page.go_home()

    login_page.expect_open()


def test_the_error_page_links_to_the_log_with_a_session(
    captain: Captain,
    visitor: Visitor,
    page: Page,
    error_page: ErrorPage,
    log_page: LogPage,
) -> None:
    visitor.sign_in(captain)
    page.goto("/nope")

    error_page.go_home()

    log_page.expect_open_for(captain.user_name)


@pytest.mark.parametrize("path", HOME_IN_DISGUISE)
def test_no_encoding_of_the_home_pages_path_bypasses_login(
    path: str, base_url: str, page: Page, login_page: LoginPage
) -> None:
    page.goto(base_url + path)  # by itself, a browser takes //name for a host

    login_page.expect_open()
    expect(page.get_by_role("heading", name="Entries")).to_have_count(0)


def test_an_encoded_parent_path_shows_the_error_page(
    captain: Captain, visitor: Visitor, page: Page, error_page: ErrorPage
) -> None:
    visitor.sign_in(captain)

    response = page.goto("/%68ome.html%2f..")

    assert response is not None
    assert response.status == 403
    error_page.expect_open()
