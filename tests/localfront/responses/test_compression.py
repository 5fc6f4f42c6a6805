from __future__ import annotations

import gzip
from dataclasses import replace
from typing import Any

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.cache.key import CacheKey
from localfront.config.managed_policies import CACHING_DISABLED
from localfront.errors import OriginError
from localfront.http_messages.bodies import pieces, read_whole
from localfront.http_messages.messages import Response
from localfront.responses.compression import (
    CONTENT_TYPES,
    Coding,
    CompressedStream,
    alternatives,
    coding_for,
    compressed,
)
from tests.localfront.factories import (
    a_behavior,
    a_cache_policy,
    a_request,
    a_response,
)
from tests.localfront.streams import Pieces

PAGE = b"<p>make it so</p>\n" * 100
COMPRESSING = a_behavior(compress=True)
BOTH = a_request(headers=[("Accept-Encoding", "gzip, deflate, br, zstd")])
CODINGS: tuple[Coding, ...] = ("br", "gzip")


def a_page(
    *more: tuple[str, str],
    content_type: str = "text/html; charset=utf-8",
    length: str = str(len(PAGE)),
    **changes: Any,
) -> Response:
    lines = [("Content-Type", content_type), ("Content-Length", length), *more]
    return a_response(headers=lines, **{"body": PAGE, **changes})


def accepting(value: str) -> Coding | None:
    request = a_request(headers=[("Accept-Encoding", value)])
    return coding_for(request, a_page(), COMPRESSING)


def decoded(body: bytes, coding: Coding) -> bytes:
    whole = brotli.decompress(body) if coding == "br" else gzip.decompress(body)
    assert isinstance(whole, bytes)
    return whole


@pytest.mark.parametrize(
    ("value", "coding"),
    [
        ("gzip, br", "br"),
        ("br", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("deflate", None),
        ("identity", None),
        ("", None),
    ],
)
@pytest.mark.proves("CM-004")
def test_brotli_is_preferred_among_the_accepted_codings(value: str, coding: Coding | None) -> None:
    assert accepting(value) == coding


@pytest.mark.parametrize(
    ("gzips", "brotlis", "coding"),
    [
        (True, True, "br"),
        (True, False, "gzip"),
        (False, True, "br"),
        (False, False, None),
    ],
)
@pytest.mark.proves("CM-001")
def test_the_cache_policy_switches_each_coding_on(
    gzips: bool, brotlis: bool, coding: Coding | None
) -> None:
    policy = a_cache_policy(gzip=gzips, brotli=brotlis)
    behavior = a_behavior(compress=True, cache_policy=policy)

    assert coding_for(BOTH, a_page(), behavior) == coding


@pytest.mark.proves("CM-001")
def test_the_behavior_switches_compression_on() -> None:
    assert coding_for(BOTH, a_page(), a_behavior(compress=False)) is None


@pytest.mark.proves("CM-008")
def test_without_caching_there_is_no_compression() -> None:
    policy = replace(CACHING_DISABLED, gzip=True, brotli=True)

    assert coding_for(BOTH, a_page(), a_behavior(compress=True, cache_policy=policy)) is None


@pytest.mark.parametrize(
    ("length", "coding"),
    [
        ("999", None),
        ("1000", "br"),
        ("10000000", "br"),
        ("10000001", None),
        ("0001800", "br"),
        ("+1800", None),
        ("1800 ", None),
        ("1e4", None),
        ("-1800", None),
        ("\u0661\u0668\u0660\u0660", None),
        ("9" * 5000, None),
        ("", None),
    ],
)
@pytest.mark.proves("CM-002")
def test_the_size_limits_are_checked_by_content_length(length: str, coding: Coding | None) -> None:
    assert coding_for(BOTH, a_page(length=length), COMPRESSING) == coding


@pytest.mark.proves("CM-002")
def test_without_one_content_length_nothing_is_compressed() -> None:
    page = a_page()
    silent = page.with_headers(page.headers.without("Content-Length"))
    twice = page.with_headers(page.headers.adding("content-length", "1800"))

    assert coding_for(BOTH, silent, COMPRESSING) is None
    assert coding_for(BOTH, twice, COMPRESSING) is None


@pytest.mark.parametrize("status", [200, 201, 206, 301, 403, 404, 410, 500])
@pytest.mark.proves("CM-003")
def test_only_three_statuses_are_compressed(status: int) -> None:
    found = coding_for(BOTH, a_page(status=status), COMPRESSING)

    assert (found is not None) == (status in (200, 403, 404))


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(a_page(("Content-Encoding", "gzip")), id="gzip already"),
        pytest.param(a_page(("content-encoding", "identity")), id="any value"),
        pytest.param(a_page(body=b""), id="no body, as to HEAD"),
    ],
)
@pytest.mark.proves("CM-003")
def test_an_encoded_or_empty_body_is_not_compressed(response: Response) -> None:
    assert coding_for(BOTH, response, COMPRESSING) is None


@pytest.mark.proves("CM-003")
def test_viewers_of_http_1_0_get_nothing_compressed() -> None:
    assert coding_for(replace(BOTH, http_version="1.0"), a_page(), COMPRESSING) is None


@pytest.mark.parametrize(
    "content_type", ["text/html", "TEXT/CSS", " application/json ;charset=utf-8"]
)
@pytest.mark.proves("CM-005")
def test_listed_types_are_compressed_whatever_their_spelling(content_type: str) -> None:
    assert coding_for(BOTH, a_page(content_type=content_type), COMPRESSING) == "br"


@pytest.mark.parametrize(
    "content_type", ["image/png", "video/mp4", "font/woff2", "text/htmlx", "text/*", ""]
)
@pytest.mark.proves("CM-005")
def test_other_types_are_not_compressed(content_type: str) -> None:
    assert coding_for(BOTH, a_page(content_type=content_type), COMPRESSING) is None


@pytest.mark.proves("CM-005")
def test_the_list_has_all_documented_types() -> None:
    assert len(CONTENT_TYPES) == 48
    assert "application/vnd.mapbox-vector-tile" in CONTENT_TYPES


@pytest.mark.parametrize("coding", CODINGS)
def test_a_compressed_response_has_its_coding_and_new_length(
    coding: Coding,
) -> None:
    response = compressed(a_page(), coding)

    assert decoded(response.held, coding) == PAGE
    assert response.headers.get_all("Content-Encoding") == (coding,)
    assert response.headers.get_all("Content-Length") == (str(len(response.held)),)
    assert response.headers.get_all("Vary") == ("Accept-Encoding",)
    assert len(response.held) < len(PAGE)


@pytest.mark.parametrize("vary", ["accept-encoding", "Cookie, Accept-Encoding", "*"])
def test_vary_accept_encoding_is_not_duplicated(vary: str) -> None:
    response = compressed(a_page(("Vary", vary)), "br")

    assert response.headers.get_all("Vary") == (vary,)


@pytest.mark.parametrize(
    ("tag", "after"),
    [
        pytest.param('"abc"', 'W/"abc"', id="strong"),
        pytest.param('W/"abc"', 'W/"abc"', id="weak"),
        pytest.param("abc", None, id="invalid"),
        pytest.param("", None, id="empty"),
    ],
)
@pytest.mark.proves("CM-006")
def test_a_strong_etag_becomes_weak_and_an_invalid_one_is_removed(
    tag: str, after: str | None
) -> None:
    assert compressed(a_page(("etag", tag)), "gzip").headers.get("ETag") == after


@given(
    chunks=st.lists(st.binary(min_size=1, max_size=3000), max_size=8),
    coding=st.sampled_from(CODINGS),
)
async def test_a_compressed_stream_round_trips_however_it_is_split(
    chunks: list[bytes], coding: Coding
) -> None:
    response = compressed(a_page(body=Pieces(chunks, length=1800)), coding)

    assert not isinstance(response.body, bytes)
    assert response.body.length is None
    assert "Content-Length" not in response.headers
    parts = [piece async for piece in pieces(response.body)]
    assert all(parts)
    assert decoded(b"".join(parts), coding) == b"".join(chunks)


@given(body=st.binary(max_size=5000), coding=st.sampled_from(CODINGS))
def test_a_compressed_body_round_trips(body: bytes, coding: Coding) -> None:
    assert decoded(compressed(a_page(body=body), coding).held, coding) == body


@pytest.mark.parametrize("coding", CODINGS)
async def test_a_truncated_compressed_stream_never_looks_complete(coding: Coding) -> None:
    source = Pieces([PAGE], broken=OriginError("It broke off.", status=502))
    received = bytearray()

    async def read() -> None:
        async for piece in pieces(CompressedStream(source, coding)):
            received.extend(piece)

    with pytest.raises(OriginError):
        await read()

    with pytest.raises((EOFError, brotli.error)):
        decoded(bytes(received), coding)


async def test_closing_closes_the_source() -> None:
    source = Pieces([PAGE])

    await read_whole(CompressedStream(source, "br"))

    assert source.closed


@pytest.mark.proves("CM-004")
def test_a_viewer_that_accepts_both_codings_may_get_either_stored_copy() -> None:
    key = CacheKey(distribution_id="E", uri="/a", accept_encoding="br,gzip")

    assert [k.accept_encoding for k in alternatives(key)] == ["br", "gzip"]
    assert {k._replace(accept_encoding="br,gzip") for k in alternatives(key)} == {key}


@pytest.mark.parametrize("codings", ["br", "gzip", ""])
@pytest.mark.proves("CM-004")
def test_a_viewer_never_gets_a_coding_that_it_does_not_accept(codings: str) -> None:
    key = CacheKey(distribution_id="E", uri="/a", accept_encoding=codings)

    assert alternatives(key) == ()
