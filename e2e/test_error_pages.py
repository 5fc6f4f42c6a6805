"""The error page for unknown addresses."""

from playwright.sync_api import Page, expect

from e2e.fleet import Captain
from e2e.pages.error_page import ErrorPage
from e2e.pages.log_page import LogPage
from e2e.pages.login_page import LoginPage
from e2e.visitor import Visitor

NOWHERE = ("/nope", "/a/b/c.html", "/%6eope%2f%2e%2e")
HOME_IN_DISGUISE = (
    "/%68ome.html",
    "/%2568ome.html",
    "/%68ome.html%2f..",
    "//home.html",
    "/HOME.HTML",
)


def test_an_unknown_url_shows_the_error_page(page: Page, error_page: ErrorPage) -> None:
    for path in NOWHERE:
        response = page.goto(path)

        assert response is not None
        assert (path, response.status) == (path, 403)
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


def test_no_encoding_of_the_home_pages_path_bypasses_login(
    base_url: str, page: Page, login_page: LoginPage
) -> None:
    for path in HOME_IN_DISGUISE:
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
