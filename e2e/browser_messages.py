"""The browser's console messages and uncaught errors during a test."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, WebError

# The API answers 401 and 429, and the error page comes with 403: part of what is tested.
_EXPECTED = re.compile(r"Failed to load resource: .* status of 4\d\d\b")

# Chromium logs most violations itself; this makes sure of those that it does not.
_REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.violatedDirective} blocked ${event.blockedURI}`);
});
"""


@dataclass  # no slots: Playwright notes on the object which of its methods listen
class BrowserMessages:
    """The browser's errors and warnings in order; `allow` is for tests that cause them."""

    complaints: list[str] = field(default_factory=list)
    _allowed: list[re.Pattern[str]] = field(default_factory=lambda: [_EXPECTED])

    def listen(self, context: BrowserContext) -> None:
        context.add_init_script(_REPORT_VIOLATIONS)
        context.on("console", self._on_console)
        context.on("weberror", self._on_web_error)

    def allow(self, pattern: str) -> None:
        self._allowed.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        return [
            complaint
            for complaint in self.complaints
            if not any(allowed.search(complaint) for allowed in self._allowed)
        ]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            url = message.location["url"]
            self.complaints.append(f"{message.type}: {message.text} ({url})")

    def _on_web_error(self, web_error: WebError) -> None:
        self.complaints.append(f"uncaught: {web_error.error}")
