"""The cost of the inspector for a hit while none of its pages is open: with and without it."""

from __future__ import annotations

from bench.cases import BUSY, Effort
from bench.figures import Slice, middle, ratio
from bench.generator import Generator, Target
from bench.report import Figures
from bench.served_site import HIT, Server

ROUNDS = 4  # as many as in other cases: a few hundredths matter


def inspector_cost(load: Generator, server: Server, without: Server, effort: Effort) -> Figures:
    """The ratio of processor times, which other load affects less than the rate."""
    targets = {"with": _warm(load, server), "without": _warm(load, without)}
    done = load.interleaved(
        targets, rounds=ROUNDS * effort.rounds, connections=BUSY, seconds=effort.seconds
    )
    return {
        "cpu_ratio": ratio(done["with"], done["without"], _cpu),
        "cpu_us": middle(done["with"], _cpu),
        "without_cpu_us": middle(done["without"], _cpu),
        "failed": sum(s.failed for s in done["with"] + done["without"]),
    }


def _cpu(done: Slice) -> float:
    return done.cpu_us_per_request or 0.0


def _warm(load: Generator, server: Server) -> Target:
    """Store the object in the cache; its first response is a miss."""
    target = server.target("/hit", expect=HIT)
    load.carry_out(target.expecting("HTTP/1.1 200").by_number(10))
    return target
