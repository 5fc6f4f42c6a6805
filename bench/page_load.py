"""A page and its 30 assets, each of which a function sees, beside the same without a function.

A raw client stands for the browser: six connections, as browsers open to a host over HTTP/1.1. It
renders nothing, so that the ratio is an upper bound of a browser's.
"""

from __future__ import annotations

from statistics import median

from bench.cases import Effort
from bench.figures import Slice
from bench.generator import Generator, Target, in_turn
from bench.report import Figures
from bench.served_site import HIT, Server

ASSETS, CONNECTIONS = 30, 6
LOADS = 10  # of the page, in a round


def page_load(load: Generator, server: Server, effort: Effort) -> Figures:
    """The server and the workers may use every core, as they may with a user."""
    paths = {"with": "/edge/hit", "javascript": "/js/hit", "without": "/hit"}
    targets = {name: _page(load, server, path) for name, path in paths.items()}
    loads: dict[str, list[Slice]] = {name: [] for name in paths}
    for turn in range(LOADS * effort.rounds):
        for name in in_turn(list(paths), turn):
            loads[name].append(load.carry_out(targets[name]))
    ms = {name: median(s.seconds for s in done) * 1000 for name, done in loads.items()}
    return {
        "page_with_a_function_ms": ms["with"],
        "page_with_a_cloudfront_function_ms": ms["javascript"],
        "page_without_ms": ms["without"],
        "times_without": ms["with"] / ms["without"],
        "times_without_of_a_cloudfront_function": ms["javascript"] / ms["without"],
        "failed": sum(s.failed for done in loads.values() for s in done),
    }


def _page(load: Generator, server: Server, path: str) -> Target:
    """All of it in the cache."""
    target = server.target(path, expect=HIT)
    load.carry_out(target.expecting("HTTP/1.1 200").by_number(10))
    return target.by_number(1 + ASSETS, connections=CONNECTIONS)
