"""Compression before storage, and the variant that a viewer gets."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

import brotli
import pytest

from localfront.http_messages.messages import Request
from tests.localfront.edge_location import HIT, MISS, REFRESH_HIT, Edge, origins
from tests.localfront.factories import (
    a_behavior,
    a_cache_policy,
    a_request,
    a_response,
)
from tests.localfront.streams import Pieces

TEXT = b"In the year 2266. " * 100
LINES = [
    ("Content-Type", "text/html"),
    ("Content-Length", str(len(TEXT))),
    ("Cache-Control", "max-age=60"),
    ("ETag", '"1"'),
]
PAGE = a_response(body=TEXT, headers=LINES)
COMPRESSING = a_behavior(compress=True, cache_policy=a_cache_policy(gzip=True, brotli=True))


def taking(codings: str, **changes: Any) -> Request:
    request = a_request("/a", headers=[("Accept-Encoding", codings)])
    return replace(request, **changes)


def an_edge() -> Edge:
    return Edge(behavior=COMPRESSING, origins=origins(a=PAGE))


@pytest.mark.proves("CM-001", "CM-004", "CM-007")
async def test_each_viewer_gets_an_accepted_coding_compressed_once() -> None:
    edge = an_edge()

    missed, hit = (
        await edge.get(taking("gzip, deflate, br")),
        await edge.get(taking("br, gzip")),
    )
    plain = await edge.get(a_request("/a"))

    for outcome in (missed, hit):
        assert outcome.response.headers.get("content-encoding") == "br"
        assert brotli.decompress(outcome.response.held) == TEXT
    assert (missed.x_cache, hit.x_cache) == (MISS, HIT)
    assert plain.response.body == TEXT
    assert "content-encoding" not in plain.response.headers


@pytest.mark.proves("CM-004")
async def test_a_stored_gzip_copy_serves_a_viewer_that_accepts_both() -> None:
    edge = an_edge()
    await edge.get(taking("gzip"))

    outcome = await edge.get(taking("br, gzip"))

    assert outcome.x_cache == HIT
    assert outcome.response.headers.get("content-encoding") == "gzip"
    assert zlib.decompress(outcome.response.held, 31) == TEXT
    assert len(edge.origins.received) == 1


async def test_a_viewer_never_gets_a_coding_that_it_does_not_accept() -> None:
    edge = an_edge()
    await edge.get(taking("br, gzip"))

    gzip = await edge.get(taking("gzip"))
    none = await edge.get(taking("deflate"))

    assert gzip.response.headers.get("content-encoding") == "gzip"
    assert none.response.body == TEXT


@pytest.mark.proves("CM-003")
async def test_http_1_0_gets_no_compression_not_even_from_the_cache() -> None:
    edge = an_edge()
    await edge.get(taking("gzip"))

    outcome = await edge.get(taking("gzip", http_version="1.0"))

    assert outcome.response.body == TEXT


@pytest.mark.proves("CM-002")
async def test_a_streamed_body_is_compressed_as_it_arrives() -> None:
    body = Pieces([TEXT[:500], TEXT[500:]], length=len(TEXT))
    edge = Edge(behavior=COMPRESSING, origins=origins(a=a_response(body=body, headers=LINES)))

    missed = await edge.get(taking("br"))
    hit = await edge.get(taking("br"))

    assert brotli.decompress(missed.response.held) == TEXT
    assert (hit.x_cache, hit.response.body) == (HIT, missed.response.body)


@pytest.mark.proves("CM-006", "CM-009")
async def test_a_compressed_copy_is_revalidated_and_stays_compressed() -> None:
    edge = an_edge()
    await edge.get(taking("gzip"))
    edge.clock.advance(61)
    edge.origins.responses["/a"] = replace(PAGE, status=304, body=b"")

    outcome = await edge.get(taking("gzip"))

    assert outcome.x_cache == REFRESH_HIT
    assert outcome.response.headers.get("etag") == 'W/"1"'
    assert zlib.decompress(outcome.response.held, 31) == TEXT


@pytest.mark.proves("CM-003")
@pytest.mark.parametrize("status", [403, 404])
async def test_errors_with_a_page_are_compressed_too(status: int) -> None:
    edge = Edge(behavior=COMPRESSING, origins=origins(a=replace(PAGE, status=status)))

    outcome = await edge.get(taking("gzip"))

    assert zlib.decompress(outcome.response.held, 31) == TEXT


@pytest.mark.proves("RG-003")
async def test_ranges_of_a_compressed_object_are_of_its_compressed_bytes() -> None:
    edge = an_edge()
    whole = (await edge.get(taking("gzip"))).response.held
    wanted = a_request("/a", headers=[("Accept-Encoding", "gzip"), ("Range", "bytes=0-9")])

    outcome = await edge.get(wanted)

    assert (outcome.response.status, outcome.response.body) == (206, whole[:10])


@pytest.mark.proves("CM-007")
async def test_the_origin_gets_the_normalised_accept_encoding() -> None:
    edge = an_edge()
    for codings in ("deflate, gzip;q=0.5, br", "identity"):
        await edge.get(taking(codings))

    accepted = [a.request.headers.get("accept-encoding") for a in edge.origins.received]

    assert accepted == ["br,gzip", "identity"]
