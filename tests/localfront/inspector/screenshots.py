"""Take the documentation's pictures: `python -m tests.localfront.inspector.screenshots`."""

from __future__ import annotations

import http.client
import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from harness.processes.chromium import find_chromium
from tests.localfront.inspector.demo_site import REPOSITORY, Demo, demo

IMAGES = REPOSITORY / "docs" / "images"
VISITOR = {"Cookie": "session-id=abc; theme=dark", "Accept-Encoding": "br, gzip"}
VISITS = (
    "/", "/login", "/style.css", "/style.css", "/api/entries", "/nothing", "/broken",
    "/log?page=1", "/log?page=1&utm=2",
)  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder)) as site:
        for target in VISITS:
            _visit(site, target, VISITOR if target.startswith("/log?") else {})
        with sync_playwright() as playwright:
            for_root = ["--no-sandbox"] if os.geteuid() == 0 else []
            chromium = playwright.chromium.launch(
                executable_path=find_chromium(os.environ), args=for_root
            )
            _shoot(chromium, site, "dark", IMAGES / "inspector.png")
            _shoot(chromium, site, "light", IMAGES / "inspector-light.png")
            _shoot_try(chromium, site, IMAGES / "inspector-try.png")
            chromium.close()


def _visit(site: Demo, target: str, headers: dict[str, str]) -> None:
    connection = http.client.HTTPConnection(site.site.partition("//")[2], timeout=60)
    connection.request("GET", target, headers=headers)
    connection.getresponse().read()
    connection.close()


def _shoot(chromium: Browser, site: Demo, scheme: str, file: Path) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(site.inspector)
    page.locator(".row").filter(has_text="/log").first.click()
    page.locator(".stations").wait_for()
    page.screenshot(path=file)
    context.close()


def _shoot_try(chromium: Browser, site: Demo, file: Path) -> None:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.emulate_media(color_scheme="dark")
    page.goto(site.inspector)
    page.get_by_role("button", name="Try", exact=True).click()
    form = page.locator("[data-try]")
    form.get_by_label("URL").fill(f"{site.site}/log?page=1&utm=3")
    form.get_by_label("Headers").fill("Cookie: session-id=abc; theme=dark")
    form.get_by_role("button", name="See where it goes").click()
    page.locator("[data-try-way] .stations").wait_for()
    page.screenshot(path=file)
    page.close()


if __name__ == "__main__":
    main()
