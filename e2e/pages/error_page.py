"""The error page."""

from playwright.sync_api import Page, expect


class ErrorPage:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.heading = page.get_by_role("heading", name="Off the charts", level=1)
        self.way_home = page.get_by_role("link", name="Set a course for home")

    def expect_open(self) -> None:
        expect(self.heading).to_be_visible()
        expect(self.way_home).to_be_visible()

    def go_home(self) -> None:
        self.way_home.click()
