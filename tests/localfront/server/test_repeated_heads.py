"""Cached heads: found by their bytes, and bounded whatever viewers send."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest
from aiohttp import HttpVersion11
from aiohttp.http import RawRequestMessage
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from localfront.cache.key import cache_key
from localfront.lambda_edge.contract.events import EventConfig, viewer_request_event
from localfront.server.http_reading import NOBODY
from localfront.server.repeated_heads import MAX_BYTES, RepeatedHead, RepeatedHeads
from tests.localfront.factories import a_cache_policy

MB = 1024 * 1024
CONFIG = EventConfig(
    distribution_domain_name="d1.cloudfront.net", distribution_id="D1", request_id="1"
)


def a_head(target: str, *lines: str) -> bytes:
    below = "".join(f"{line}\r\n" for line in ("Host: logs.example.com", *lines))
    return f"GET {target} HTTP/1.1\r\n{below}\r\n".encode()


def parsed(head: bytes) -> RawRequestMessage:
    """The head as aiohttp's parser gives it."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    raw = tuple((name, value) for name, _, value in (line.partition(b": ") for line in lines))
    named = CIMultiDict((name.decode(), value.decode()) for name, value in raw)
    target = first.split(b" ")[1].decode()
    return RawRequestMessage(
        "GET",
        target,
        HttpVersion11,
        CIMultiDictProxy(named),
        raw,
        False,
        None,
        False,
        False,
        URL("/"),
    )


def comes(heads: RepeatedHeads, wire: bytes) -> RepeatedHead | None:
    """Receive a head: parse and cache it, unless it is cached."""
    known = heads.find(wire)
    if known is None:
        heads.keep(wire, parsed(wire))
    return known


def worked_out(head: RepeatedHead) -> None:
    """The values that localfront computes from a head: its event, and its object's key."""
    request = head.request_from(NOBODY)
    viewer_request_event(request, config=CONFIG)
    key = cache_key(request, "D1", a_cache_policy())
    head.known.store(None, (request.headers, request.uri, request.querystring), key)


def kept(make: Callable[[int], bytes], number: int, *, most_bytes: int) -> int:
    """The bytes in memory after this many heads that are never repeated."""
    heads = RepeatedHeads(most_bytes)
    tracemalloc.start()
    try:
        for i in range(number):
            wire = make(i)
            comes(heads, wire)
            head = heads.find(wire)
            assert head is not None
            worked_out(head)
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


EVER_NEW = {
    "short lines": (lambda i: a_head("/a?b", *(f"{k:03d}: {i}" for k in range(500))), 7),
    "one long line": (lambda i: a_head("/a?b", f"Cookie: {i}{'c' * 7900}"), 150),
    "a browser's lines": (lambda i: a_head("/a?b", *(f"{k}: {i:040d}" for k in range(12))), 150),
    "paths": (lambda i: a_head(f"/{i}/{'p' * 100}?{'q' * 100}"), 1_800),
    "long paths": (lambda i: a_head(f"/{i}/{'p' * 7900}"), 250),
}


@pytest.mark.parametrize(("make", "number"), EVER_NEW.values(), ids=EVER_NEW)
def test_request_heads_that_are_never_repeated_do_not_fill_the_memory(
    make: Callable[[int], bytes], number: int
) -> None:
    most, unbounded = MB, 10**12

    assert kept(make, number, most_bytes=unbounded) > 2 * most
    assert kept(make, number, most_bytes=most) < most


def test_ten_thousand_objects_requested_in_turn_are_remembered() -> None:
    heads = RepeatedHeads()
    browser = [f"X-{k}: {k:040d}" for k in range(12)]
    wires = [a_head(f"/object/{number}", *browser) for number in range(10_000)]
    comes(heads, wires[0])

    first = [heads.find(wire) for wire in wires]
    assert None not in first
    assert all(heads.find(wire) is head for wire, head in zip(wires, first, strict=True))


def test_repeated_header_lines_are_remembered_while_others_are_evicted() -> None:
    heads = RepeatedHeads(MB)
    used, unused = a_head("/used", "X-Used: 1"), a_head("/unused", "X-Used: 0")
    comes(heads, unused)
    comes(heads, used)
    for number in range(1_000):
        comes(heads, a_head("/", f"X-A: {number}"))
        assert heads.find(a_head(f"/{number}", "X-Used: 1"))

    assert not heads.find(unused)
    assert not heads.find(a_head("/", "X-A: 0"))


def test_paths_are_evicted_in_order_of_arrival() -> None:
    heads = RepeatedHeads(MB)
    comes(heads, a_head("/"))
    known = {number: heads.find(a_head(f"/{number}")) for number in range(2_000)}

    assert heads.find(a_head("/1999")) is known[1999]
    assert heads.find(a_head("/0")) is not known[0]


def test_an_evicted_head_is_remembered_again_when_repeated() -> None:
    heads = RepeatedHeads(MB)
    wire = a_head("/a", "X-Again: 1")
    for _ in range(3):
        assert comes(heads, wire) is None
        assert comes(heads, wire) is not None
        for number in range(400):
            comes(heads, a_head("/", f"X-A: {number}"))


def test_request_heads_too_long_to_remember_are_parsed() -> None:
    heads = RepeatedHeads()
    comes(heads, a_head("/"))
    wire = a_head("/" + "a" * MAX_BYTES)

    assert comes(heads, wire) is None
    assert comes(heads, wire) is None
