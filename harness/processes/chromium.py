"""Find a browser for the end-to-end tests, or say how to get one."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from harness.errors import MissingToolError

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


def find_chromium(environ: Mapping[str, str]) -> Path:
    """Return CHROMIUM, a Chromium or Chrome on PATH, or the one Playwright downloaded.

    Raises MissingToolError when there is none.
    """
    named = environ.get("CHROMIUM")
    candidates = [named] if named else [*NAMES, *MAC_APPLICATIONS]
    for candidate in candidates:
        found = shutil.which(candidate, path=environ.get("PATH"))
        if found:
            return Path(found)
    playwrights = None if named else playwrights_chromium()
    if playwrights is None:
        raise MissingToolError(
            "No Chromium for the browser tests. Install one (`apt install chromium`, "
            "`brew install --cask chromium`, or `.nox/test/bin/playwright install "
            "chromium`), or set CHROMIUM to its path."
        )
    return playwrights


def playwrights_chromium() -> Path | None:
    # Only the test environment has Playwright, and only its tests ask.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        executable = Path(playwright.chromium.executable_path)
    return executable if executable.exists() else None
