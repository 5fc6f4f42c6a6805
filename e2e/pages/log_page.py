"""The log page, at /."""

import re

from playwright.sync_api import Locator, Page, expect

PAGE_SIZE = 10  # entries the page asks for at a time
_PATH = re.compile(r"^https://[^/]+/$")


class LogPage:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.session = page.get_by_role("region", name="Session")
        self.time_left = page.get_by_role("timer", name="Time left in this session")
        self.log_out_button = page.get_by_role("button", name="Log out", exact=True)
        self.new_entry = page.get_by_role("textbox", name="Log entry")
        self.record_button = page.get_by_role("button", name="Record entry")
        self.entries = page.get_by_role("list", name="Entries").get_by_role("listitem")
        self.older_button = page.get_by_role("button", name="Load older entries")
        self.retry_button = page.get_by_role("button", name="Try again")
        self.alert = page.get_by_role("alert")

    def open(self) -> None:
        self.page.goto("/")

    def record(self, text: str) -> None:
        self.new_entry.fill(text)
        self.record_button.click()

    def log_out(self) -> None:
        self.log_out_button.click()

    def load_older(self) -> None:
        self.older_button.click()

    def try_again(self) -> None:
        self.retry_button.click()

    def seconds_left(self) -> int:
        """The text of the countdown: "1:02:05" or "59:00"."""
        seconds = 0
        for part in self.time_left.inner_text().split(":"):
            seconds = 60 * seconds + int(part)
        return seconds

    def status(self, text: str) -> Locator:
        return self.page.get_by_role("status").filter(has_text=text)

    def expect_open_for(self, user_name: str) -> None:
        expect(self.page).to_have_url(_PATH)
        expect(self.session).to_contain_text(user_name)

    def expect_entries(self, *texts: str) -> None:
        """Expect exactly these entries, in this order."""
        if texts:
            expect(self.entries).to_contain_text(list(texts))
        else:
            expect(self.entries).to_have_count(0)
