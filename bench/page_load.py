"""A page and its 30 assets with a function on each, compared with the same without functions.

In a real browser over HTTPS; and with a raw client over HTTP/1.1 on six connections, as many as
browsers open to a host. The raw client renders nothing, so its ratio is an upper bound.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median

from bench import bare_server
from bench.browser import load_times
from bench.cases import Effort
from bench.cores import Cores
from bench.figures import Slice
from bench.generator import Generator, Target, in_turn
from bench.report import Figures
from bench.served_site import HIT, Server

ASSETS, CONNECTIONS = bare_server.ASSETS, 6
LOADS = 10  # loads of the page per round
SECONDS_A_LOAD = 5.0  # of the browser, at most
PATHS = {"with": "/edge", "javascript": "/js", "without": ""}


def page_load(load: Generator, server: Server, effort: Effort) -> Figures:
    """Load times with the raw client. Server and workers may use every core, as in normal use."""
    targets = {name: _page(load, server, f"{path}/hit") for name, path in PATHS.items()}
    loads: dict[str, list[Slice]] = {name: [] for name in PATHS}
    for turn in range(LOADS * effort.rounds):
        for name in in_turn(list(PATHS), turn):
            loads[name].append(load.carry_out(targets[name]))
    ms = {name: median(s.seconds for s in done) * 1000 for name, done in loads.items()}
    return _of_pages(ms) | {
        "failed": sum(s.failed for done in loads.values() for s in done),
    }


def _of_pages(ms: dict[str, float]) -> Figures:
    return {
        "page_with_a_function_ms": ms["with"],
        "page_with_a_cloudfront_function_ms": ms["javascript"],
        "page_without_ms": ms["without"],
        "times_without": ms["with"] / ms["without"],
        "times_without_of_a_cloudfront_function": ms["javascript"] / ms["without"],
    }


def page_load_in_a_browser(server: Server, effort: Effort, directory: Path, on: Cores) -> Figures:
    """Load times in a browser. Browser, server and workers may use every core."""
    site = f"https://localhost:{server.https_port}"
    rounds = LOADS * effort.rounds
    took = load_times(
        {name: f"{site}{path}{bare_server.PAGE}" for name, path in PATHS.items()},
        rounds=rounds,
        directory=directory,
        cores=on,
        seconds=SECONDS_A_LOAD * rounds,
    )
    ms = {name: median(times) for name, times in took.items()}
    return _of_pages(ms)


def _page(load: Generator, server: Server, path: str) -> Target:
    """Requests for the page and its assets, all of them stored in the cache."""
    target = server.target(path, expect=HIT)
    load.carry_out(target.expecting("HTTP/1.1 200").by_number(10))
    return target.by_number(1 + ASSETS, connections=CONNECTIONS)
