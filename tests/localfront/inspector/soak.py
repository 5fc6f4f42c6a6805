"""Ten thousand requests with the inspector open: `python -m tests.localfront.inspector.soak`.

Prints the memory of the server and of the page's scripts as it goes, and fails where either grows with
the requests once the list is full.
"""

from __future__ import annotations

import http.client
import sys
import time
from pathlib import Path

from playwright.sync_api import Page

from tests.localfront.inspector.demo_site import Demo
from tests.localfront.inspector.measured_page import measured_page

REQUESTS = 10_000
STEP = 1000
TARGETS = ("/style.css", "/login", "/log", "/api/entries", "/nothing")
MOST_GROWTH = 1.25  # from the middle to the end


def main() -> int:
    with measured_page("--enable-precise-memory-info", "--js-flags=--expose-gc") as (site, page):
        measured = [_after(step, site, page) for step in range(STEP, REQUESTS + 1, STEP)]
    middle, end = measured[len(measured) // 2], measured[-1]
    grew = [last / before for before, last in zip(middle, end, strict=True)]
    sys.stdout.write(f"from the middle to the end: server x{grew[0]:.2f}, page x{grew[1]:.2f}\n")
    return int(any(growth > MOST_GROWTH for growth in grew))


def _after(count: int, site: Demo, page: Page) -> tuple[float, float]:
    """Megabytes of the server and of the page, after this many requests."""
    begun = time.perf_counter()
    connection = http.client.HTTPConnection(site.site.partition("//")[2], timeout=60)
    for number in range(STEP):
        connection.request("GET", f"{TARGETS[number % len(TARGETS)]}?page={number % 50}")
        connection.getresponse().read()
        if number % 100 == 0:
            page.evaluate("1")  # the browser's events are taken in as they come
    connection.close()
    rate = STEP / (time.perf_counter() - begun)
    page.wait_for_timeout(1000)
    server = _resident_mb(site.pid)
    heap = page.evaluate("gc(), performance.memory.usedJSHeapSize") / 2**20
    counted = page.locator("[data-count]").inner_text()
    elements = page.evaluate("document.querySelectorAll('*').length")
    sys.stdout.write(
        f"{count:>6} requests, {rate:.0f}/s: server {server:.0f} MB, page {heap:.1f} MB, "
        f"{elements} elements, {counted}\n"
    )
    sys.stdout.flush()
    return server, heap


def _resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [memory] = [line for line in lines if line.startswith("VmRSS")]
    return int(memory.split()[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
