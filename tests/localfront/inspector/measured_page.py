"""The demonstration's inspector in its own Chromium, for manual measurements."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from harness.processes.chromium import find_chromium
from tests.localfront.inspector.demo_site import Demo, demo

# The started process is the server itself, so its memory is the server's.
OF_ITS_OWN = (sys.executable, "-m", "localfront")


@contextmanager
def measured_page(*arguments: str) -> Iterator[tuple[Demo, Page]]:
    """The site, and its inspector's page, opened; `arguments` are Chromium's."""
    with (
        tempfile.TemporaryDirectory() as folder,
        demo(Path(folder), program=OF_ITS_OWN) as site,
        sync_playwright() as playwright,
    ):
        for_root = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = playwright.chromium.launch(
            executable_path=find_chromium(os.environ), args=[*for_root, *arguments]
        )
        page = chromium.new_page()
        page.goto(site.inspector)
        yield site, page
        chromium.close()
