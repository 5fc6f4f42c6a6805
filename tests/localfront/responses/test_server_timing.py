from __future__ import annotations

from collections.abc import Callable

import pytest

from localfront.config.policies import ResponseHeadersPolicy
from localfront.http_messages.messages import Headers, Response
from localfront.responses.server_timing import (
    Timing,
    server_timing,
    with_server_timing,
)
from tests.localfront.factories import a_request, a_response

HIT = Timing(cache="hit", request_id="id==", downstream_fbl=1.4)
MISS = Timing(
    cache="miss",
    request_id="id==",
    upstream_dns=0,
    upstream_connect=114,
    upstream_fbl=176.6,
    downstream_fbl=436,
)
ASKED = a_request(headers=[("Pragma", "no-cache, Server-Timing")])


def timed(
    rate: float | None,
    *lines: tuple[str, str],
    timing: Timing = HIT,
    requested: bool = False,
    random: Callable[[], float] = lambda: 0.5,
) -> Headers:
    policy = ResponseHeadersPolicy(id="p", server_timing=rate)
    request = ASKED if requested else a_request()
    response = a_response(headers=lines)
    return with_server_timing(policy, request, response, timing, random=random).headers


@pytest.mark.proves("RH-010")
def test_a_miss_has_the_origins_metrics() -> None:
    assert server_timing(MISS) == (
        'cdn-upstream-layer;desc="EDGE",cdn-upstream-dns;dur=0,cdn-upstream-connect;dur=114,'
        'cdn-upstream-fbl;dur=177,cdn-cache-miss,cdn-pop;desc="LOC50-C1",cdn-rid;desc="id==",'
        "cdn-downstream-fbl;dur=436"
    )


@pytest.mark.proves("RH-010")
def test_a_hit_names_the_cache_layer() -> None:
    assert server_timing(HIT) == (
        'cdn-cache-hit,cdn-pop;desc="LOC50-C1",cdn-rid;desc="id==",cdn-hit-layer;desc="EDGE",'
        "cdn-downstream-fbl;dur=1"
    )


@pytest.mark.proves("RH-010")
def test_a_refresh_hit_is_neither_a_plain_hit_nor_a_miss() -> None:
    value = server_timing(Timing(cache="refresh", request_id="id==", upstream_fbl=3))

    assert value == (
        'cdn-upstream-fbl;dur=3,cdn-cache-refresh,cdn-pop;desc="LOC50-C1",cdn-rid;desc="id=="'
    )


@pytest.mark.parametrize(
    ("rate", "drawn", "present"),
    [
        (100, 0.9999999, True),
        (50, 0.4999, True),
        (50, 0.5, False),
        (0.0001, 0.0, True),
        (0, 0.0, False),
        (None, 0.0, False),
    ],
)
@pytest.mark.proves("RH-010")
def test_the_sampling_rate_decides_how_many_responses_have_the_header(
    rate: float | None, drawn: float, present: bool
) -> None:
    assert ("Server-Timing" in timed(rate, random=lambda: drawn)) is present


@pytest.mark.proves("RH-010")
def test_a_viewer_that_requests_server_timing_gets_it_at_any_sampling_rate() -> None:
    assert "Server-Timing" in timed(0, requested=True)


@pytest.mark.proves("RH-010")
def test_a_viewer_cannot_enable_server_timing_that_the_policy_disables() -> None:
    assert "Server-Timing" not in timed(None, requested=True)
    response = a_response()
    assert with_server_timing(None, ASKED, response, HIT, random=lambda: 0) is response


@pytest.mark.parametrize(("timing", "kept"), [(MISS, True), (HIT, False)])
@pytest.mark.proves("RH-010")
def test_the_origins_own_metrics_are_appended_only_on_a_miss(timing: Timing, kept: bool) -> None:
    lines = [("server-timing", "db;dur=5"), ("Server-Timing", "app;dur=7")]

    (value,) = timed(100, *lines, timing=timing).get_all("Server-Timing")

    assert value == server_timing(timing) + (",db;dur=5,app;dur=7" if kept else "")


def test_without_server_timing_the_origins_own_header_is_kept() -> None:
    assert timed(0, ("Server-Timing", "db;dur=5")).get("server-timing") == "db;dur=5"


def test_a_response_with_server_timing_is_otherwise_the_same() -> None:
    policy = ResponseHeadersPolicy(id="p", server_timing=100)
    before: Response = a_response(404, b"no", headers=[("A", "b")])

    after = with_server_timing(policy, a_request(), before, HIT, random=lambda: 0)

    assert (after.status, after.body) == (404, b"no")
    assert after.headers.without("Server-Timing") == before.headers
