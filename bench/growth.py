"""How the time per request grows with the configuration, the cache and the connections.

behaviors    a hit on the default behavior, after none of its distribution's patterns has matched; the
             number counts all behaviors, in distributions of at most 50 (CloudFront allows 75)
new paths    the same, but each path is requested once: a miss, including the origin request
objects      hits on this many objects, one after the other
connections  hits on this many connections at once
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from bench.cases import BUSY, Effort
from bench.distribution import ACCOUNT, CACHED, behavior, config_of
from bench.figures import Slice, middle
from bench.generator import Generator, Target
from bench.report import Figures
from bench.served_site import HIT, MISS, Server, Site

BEHAVIORS = (10, 100, 1_000)
AT_MOST = 50  # per distribution
ASKED = "d0.cloudfront.localhost"
OBJECTS = (1, 100, 10_000)
CONNECTIONS = (1, 8, 64, 512)


def growth(load: Generator, site: Site, effort: Effort) -> Iterator[tuple[str, dict[str, Figures]]]:
    """Yield each series' name and its points, as they are measured."""
    with ExitStack() as ending:
        servers = {str(n): ending.enter_context(with_behaviors(site, n)) for n in BEHAVIORS}
        hits = {n: each.target("/hit", expect=HIT, host=ASKED) for n, each in servers.items()}
        for target in hits.values():
            warm(load, target, 1)
        yield "behaviors", line(load, busy(hits), effort)
        new = {n: each.target("/new/{n}", expect=MISS, host=ASKED) for n, each in servers.items()}
        yield "behaviors, new paths", line(load, busy(new), effort)
    with with_behaviors(site, BEHAVIORS[0]) as server:
        by_number = server.target("/object/{n}", expect=HIT, host=ASKED)
        warm(load, by_number.out_of(max(OBJECTS)), max(OBJECTS))
        objects = {str(n): by_number.out_of(n) for n in OBJECTS}
        yield "objects", line(load, busy(objects), effort)
        connected = {str(n): by_number.out_of(1).by(n, effort.seconds) for n in CONNECTIONS}
        yield "connections", line(load, connected, effort)


def with_behaviors(site: Site, number: int) -> AbstractContextManager[Server]:
    """A localfront with this many behaviors besides the default ones."""
    port, each = site.origin.http_port, min(number, AT_MOST)
    distributions = [distribution(i, each, port) for i in range(number // each)]
    return site.localfront_on(distributions, f"behaviors-{number}", site.plan.server)


def distribution(number: int, behaviors: int, origin_port: int) -> dict[str, Any]:
    patterns = [behavior(f"/part-{i}/*", CACHED) for i in range(behaviors)]
    return {
        "Id": f"D{number}",
        "ARN": f"arn:aws:cloudfront::{ACCOUNT}:distribution/D{number}",
        "Status": "Deployed",
        "DomainName": f"d{number}.cloudfront.net",
        "DistributionConfig": config_of(origin_port, patterns),
    }


def busy(targets: Mapping[str, Target]) -> dict[str, Target]:
    return {name: target.by(BUSY, 0) for name, target in targets.items()}


def line(load: Generator, targets: Mapping[str, Target], effort: Effort) -> dict[str, Figures]:
    done = load.interleaved(targets, rounds=effort.rounds, seconds=effort.seconds)
    return {name: point(slices) for name, slices in done.items()}


def point(slices: list[Slice]) -> Figures:
    return {
        "requests_per_s": middle(slices, lambda s: s.requests_per_s),
        "p50_ms": middle(slices, lambda s: s.p50_ms),
        "cpu_us": middle(slices, lambda s: s.cpu_us_per_request),
        "failed": sum(s.failed for s in slices),
    }


def warm(load: Generator, target: Target, objects: int) -> None:
    """Store the objects in the cache; the first responses are misses."""
    load.carry_out(target.expecting("HTTP/1.1 200").by_number(objects + BUSY, connections=BUSY))
