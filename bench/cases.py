"""The cases: requests to localfront, and the same to the bare server."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bench.figures import Slice, difference, middle, ratio
from bench.generator import Generator, Target
from bench.peers import Peer
from bench.report import Figures
from bench.served_site import HIT, MISS, Server, Site

BUSY = 8  # enough connections to keep the server busy


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """The length of a measurement: more rounds give steadier medians."""

    rounds: int
    seconds: float
    hits_for_memory: int


THOROUGH = Effort(rounds=9, seconds=1.0, hits_for_memory=1_000_000)
QUICK = Effort(rounds=3, seconds=0.4, hits_for_memory=20_000)


def beside_the_bare_server(load: Generator, ours: Target, bare: Target, effort: Effort) -> Figures:
    """Throughput with the server busy, and latency with one connection, which never waits for
    another.
    """
    targets = {"ours": ours, "bare": bare}
    busy = load.interleaved(targets, rounds=effort.rounds, connections=BUSY, seconds=effort.seconds)
    alone = load.interleaved(
        targets, rounds=effort.rounds, connections=1, seconds=effort.seconds / 2
    )
    return {
        "ratio_to_bare_server": ratio(busy["ours"], busy["bare"], _rate),
        "cpu_ratio_to_bare_server": ratio(busy["bare"], busy["ours"], _cpu),
        **_figures("", busy["ours"], alone["ours"]),
        **_figures("bare_", busy["bare"], alone["bare"]),
    }


def _figures(prefix: str, busy: list[Slice], alone: list[Slice]) -> Figures:
    return {
        f"{prefix}requests_per_s": middle(busy, _rate),
        f"{prefix}cpu_us": middle(busy, lambda s: s.cpu_us_per_request),
        f"{prefix}p50_ms": middle(alone, lambda s: s.p50_ms),
        f"{prefix}p99_ms": middle(alone, lambda s: s.p99_ms),
        f"{prefix}failed": sum(s.failed for s in busy + alone),
    }


def cache_hit(load: Generator, site: Site, server: Server, effort: Effort) -> Figures:
    ours = server.target("/hit", expect=HIT)
    return beside_the_bare_server(load, _warm(load, ours), site.bare.target("/"), effort)


def cache_miss(load: Generator, site: Site, server: Server, effort: Effort) -> Figures:
    ours = server.target("/miss/{n}", expect=MISS)
    return beside_the_bare_server(load, ours, site.bare.target("/"), effort)


def https_hit(load: Generator, site: Site, server: Server, effort: Effort) -> Figures:
    ours = server.target("/hit", tls=True, expect=HIT)
    bare = site.bare.target("/", tls=True)
    return beside_the_bare_server(load, _warm(load, ours), bare, effort)


def http2_hit(load: Generator, site: Site, server: Server, effort: Effort) -> Figures:
    """Hits over HTTP/2, compared with the bare server over HTTPS and HTTP/1.1, its only version."""
    ours = server.target("/hit", tls=True, http2=True, expect=HIT)
    bare = site.bare.target("/", tls=True)
    return beside_the_bare_server(load, _warm(load, ours), bare, effort)


def large_body_hit(load: Generator, site: Site, server: Server, effort: Effort) -> Figures:
    ours = server.target("/large", expect=HIT)
    bare = site.bare.target("/large")
    return beside_the_bare_server(load, _warm(load, ours), bare, effort)


CASES = {
    "cache_hit": cache_hit,
    "cache_miss": cache_miss,
    "https_hit": https_hit,
    "http2_hit": http2_hit,
    "large_body_hit": large_body_hit,
}
TITLES = {
    "cache_hit": "localfront, cache hit, 4 KiB",
    "cache_miss": "localfront, cache miss, origin on this machine",
    "https_hit": "localfront, cache hit over HTTPS",
    "http2_hit": "localfront, cache hit over HTTP/2",
    "large_body_hit": "localfront, cache hit, 1 MiB",
    "viewer_request": "localfront, Lambda@Edge in Python",
    "viewer_request_computing": "localfront, Lambda@Edge in Python that computes for 2 ms",
    "viewer_request_node": "localfront, Lambda@Edge in Node.js",
    "cloudfront_function": "localfront, CloudFront Functions",
    "inspector_cost": "what the inspector adds to a hit while none of its pages is open",
    "page_load": "a page and its 30 assets, a function on each",
    "page_load_in_a_browser": "the same page in a browser, over HTTPS",
    "live_reload": "from saving an edge function to the first response from it",
    "memory": "memory",
    "start": "`dev`, from the command to the open site",
    "serve_on_a_plan": "`localfront serve` on a plan, from the command to `ready`",
    "growth": "growth",
}


def viewer_request(load: Generator, server: Server, unpinned: Server, effort: Effort) -> Figures:
    """The time that a function adds to a hit; and rates of hits with 1, 2 and 4 workers.

    The workers may use every core, as in normal use; the added time is measured on one core.
    """
    added = with_a_function(load, server, "/edge/hit", effort)
    rates = by_workers(load, unpinned, "/edge/hit", effort, seconds=effort.seconds)
    return added | rates | {"failed": added["failed"] + rates["failed"]}


def viewer_request_computing(load: Generator, unpinned: Server, effort: Effort) -> Figures:
    """Rates of hits with a function that computes for 2 ms, as one that verifies a token does."""
    return by_workers(load, unpinned, "/computing/hit?ms=2", effort, seconds=effort.seconds / 2)


def by_workers(
    load: Generator, server: Server, path: str, effort: Effort, *, seconds: float
) -> Figures:
    """Rates with as many connections as workers, and how many times one worker's rate four have."""
    target = _warm(load, server.target(path, expect=HIT))
    done = load.interleaved(
        {str(workers): target.by(workers, seconds) for workers in (1, 2, 4)},
        rounds=effort.rounds,
        seconds=seconds,
    )
    rates = {f"requests_per_s_{workers}_workers": middle(s, _rate) for workers, s in done.items()}
    return rates | {
        "four_workers_to_one": ratio(done["4"], done["1"], _rate),
        "failed": sum(s.failed for slices in done.values() for s in slices),
    }


def with_a_function(load: Generator, server: Server, path: str, effort: Effort) -> Figures:
    """The time that the function at `path` adds to a hit on one connection; it returns the request.

    `cpu_us` is localfront's own time, without the workers'.
    """
    targets = {
        "with": _warm(load, server.target(path, expect=HIT)),
        "without": _warm(load, server.target("/hit", expect=HIT)),
    }
    return _added(load.interleaved(targets, rounds=effort.rounds, seconds=effort.seconds))


def _added(alone: Mapping[str, list[Slice]]) -> Figures:
    return {
        "added_p50_ms": difference(alone["with"], alone["without"], lambda s: s.p50_ms),
        "p50_ms": middle(alone["with"], lambda s: s.p50_ms),
        "p99_ms": middle(alone["with"], lambda s: s.p99_ms),
        "without_p50_ms": middle(alone["without"], lambda s: s.p50_ms),
        "cpu_us": middle(alone["with"], lambda s: s.cpu_us_per_request),
        "failed": sum(s.failed for s in alone["with"] + alone["without"]),
    }


def of_peer(load: Generator, site: Site, peer: Peer, effort: Effort) -> Figures:
    theirs = peer.server.target(peer.path, expect=peer.expect)
    return beside_the_bare_server(load, _warm(load, theirs), site.bare.target("/"), effort)


def of_peers_function(load: Generator, peer: Peer, effort: Effort) -> Figures:
    """The time that a peer's function adds to the same server's response without one."""
    paths = {"with": peer.path_with_function, "without": peer.path}
    targets = {
        name: _warm(load, peer.server.target(path, expect=peer.expect))
        for name, path in paths.items()
    }
    return _added(load.interleaved(targets, rounds=effort.rounds, seconds=effort.seconds))


def _warm(load: Generator, target: Target) -> Target:
    """Store the object in the cache; its first response is a miss."""
    load.carry_out(target.expecting("HTTP/1.1 200").by_number(10))
    return target


def _rate(done: Slice) -> float:
    return done.requests_per_s


def _cpu(done: Slice) -> float:
    return done.cpu_us_per_request or math.nan
