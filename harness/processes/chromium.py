"""Find a browser for the end-to-end tests, or say how to get one."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from harness.errors import MissingToolError

# Chromium without windows or a user interface: browser tests take half the processor time in it.
HEADLESS_SHELLS = ("chromium-headless-shell", "chrome-headless-shell", "headless_shell")
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
)
MAC_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find_chromium(environ: Mapping[str, str], *, headed: bool = False) -> Path:
    """Return CHROMIUM, a headless shell, Chromium or Chrome on PATH, or Playwright's.

    A headless shell has no window, so it cannot run `headed` tests. Raises MissingToolError when
    there is none.
    """
    named = environ.get("CHROMIUM")
    shells = () if headed else HEADLESS_SHELLS
    candidates = [named] if named else [*shells, *NAMES, *MAC_APPLICATIONS]
    for candidate in candidates:
        found = shutil.which(candidate, path=environ.get("PATH"))
        if found:
            return Path(found)
    playwrights = None if named else playwrights_chromium(headed=headed)
    if playwrights is None:
        raise MissingToolError(
            "No Chromium for the browser tests. Install one (`apt install chromium` or, faster, "
            "`chromium-headless-shell`; `brew install --cask chromium`; "
            "`.nox/test/bin/playwright install chromium`), or set CHROMIUM to its path."
        )
    return playwrights


def playwrights_chromium(*, headed: bool) -> Path | None:
    # Only the test environment, whose tests call this, has Playwright.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        whole = Path(playwright.chromium.executable_path)
    shells = [] if headed else playwrights_headless_shells(whole)
    return next((program for program in (*shells, whole) if program.exists()), None)


def playwrights_headless_shells(whole: Path) -> list[Path]:
    """The headless shell of the same download: chromium_headless_shell-N/, beside chromium-N/.

    Source: Playwright's registry (EXECUTABLE_PATHS); its API returns only the path of the full
    browser.
    """
    beside = re.sub(r"/chromium-(\d+)/.*", r"/chromium_headless_shell-\1", str(whole))
    return list(Path(beside).glob("*/chrome-headless-shell"))
