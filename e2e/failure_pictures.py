"""Pictures of the pages that a failed test left open."""

from contextlib import suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, Error

from e2e.solid_surfaces import paint_all

PATIENCE_MS = 5_000  # a page that hangs has no picture


def keep_pictures(context: BrowserContext, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(context.pages, start=1):
        with suppress(Error):
            paint_all(page, timeout_ms=PATIENCE_MS)
            page.screenshot(path=folder / f"test-failed-{number}.png", timeout=PATIENCE_MS)
