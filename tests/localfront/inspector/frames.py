"""Frames of the inspector's page at 200 requests a second: `python -m tests.localfront.inspector.frames`.

Counts frames by `requestAnimationFrame`, without requests and with them, and tasks that held the page's
thread. The requests' rows are made up, so that the page is measured and not the server. It judges nothing: a
busy machine has fewer frames whatever the page does.
"""

from __future__ import annotations

import sys
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import CDPSession, Page, Route

from tests.localfront.inspector.measured_page import measured_page

RATE = 200  # requests a second
SECONDS = 10
COUNT = """(seconds) => new Promise((resolve) => {
  const begun = performance.now(), gaps = [], held = [];
  new PerformanceObserver((list) => held.push(...list.getEntries().map((e) => e.duration)))
    .observe({ type: "longtask" });
  let last = begun;
  const frame = (now) => {
    gaps.push(now - last);
    last = now;
    if (now - begun < seconds * 1000) return requestAnimationFrame(frame);
    gaps.sort((a, b) => a - b);
    resolve({ rate: gaps.length / seconds, p95: gaps[Math.floor(gaps.length * 0.95)],
      worst: gaps.at(-1), longTasks: held.length,
      rows: document.querySelectorAll(".row").length });
  };
  requestAnimationFrame(frame);
})"""


def main() -> int:
    with measured_page() as (_, page):
        page.get_by_text("Live", exact=True).wait_for()
        _tell("nothing asked", page)
        page.route("**/api/requests?after=*", _Rows().respond)
        page.reload()  # its open question went to the server
        _tell(f"{RATE} requests a second", page)
        _tell(f"{RATE} requests a second, thousands in the list", page)
        sys.stdout.write(f"{page.locator('[data-count]').inner_text()} in the list\n")
    return 0


def _tell(what: str, page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})  # processor time
    before = _task_seconds(session)
    seen = page.evaluate(COUNT, SECONDS)
    busy = (_task_seconds(session) - before) / SECONDS * 1000
    session.detach()
    sys.stdout.write(
        f"{what}: {seen['rate']:.0f} frames a second, 95 % within {seen['p95']:.0f} ms, the longest "
        f"{seen['worst']:.0f} ms, {seen['longTasks']} tasks over 50 ms, {seen['rows']} rows drawn; "
        f"{busy:.0f} ms of processor time a second for the page's thread\n"
    )
    sys.stdout.flush()


def _task_seconds(session: CDPSession) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))


class _Rows:
    """Answers the page's polling like an inspector that gets RATE requests a second."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()

    def respond(self, route: Route) -> None:
        after = int(parse_qs(urlsplit(route.request.url).query)["after"][0])
        last = int((time.perf_counter() - self._begun) * RATE)
        route.fulfill(json={"last": last, "rows": [_row(n) for n in range(after + 1, last + 1)]})


def _row(number: int) -> dict[str, Any]:
    result = ("Hit", "Miss", "Error")[number % 3]
    return {
        "number": number,
        "at": time.time(),
        "method": "GET",
        "host": "localhost",
        "target": f"/assets/{number % 97}/style.css?page={number % 50}",
        "status": 200,
        "result": result,
        "tone": result.lower(),
        "ms": number % 40 / 10,
        "distribution": "E1",
        "behavior": "*",
        "functions": ["viewer-request"],
        "failed": False,
        "reason": "",
    }


if __name__ == "__main__":
    sys.exit(main())
