"""The login page, at /login/."""

import re

from playwright.sync_api import Locator, Page, expect

from e2e.fleet import Captain

PATH = re.compile(r"^https://[^/]+/login/(\?.*)?$")


class LoginPage:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.user_name = page.get_by_role("textbox", name="User name")
        self.password = page.get_by_label("Password", exact=True)
        self.show_password = page.get_by_role("button", name="Show password")
        self.submit = page.get_by_role("button", name="Log in")
        self.failure = page.get_by_role("alert")

    def open(self) -> None:
        self.page.goto("/login/")

    def log_in(self, captain: Captain) -> None:
        self.send(captain.user_name, captain.password)

    def send(self, user_name: str, password: str) -> None:
        self.user_name.fill(user_name)
        self.password.fill(password)
        self.submit.click()

    def notice(self, text: str) -> Locator:
        return self.page.get_by_role("status").filter(has_text=text)

    def expect_open(self) -> None:
        expect(self.page).to_have_url(PATH)
        expect(self.submit).to_be_visible()
