from __future__ import annotations

from typing import Any

import pytest

from localfront.cache.vary import varies_by, varies_by_everything, with_kept_vary
from localfront.config.policies import OriginRequestPolicy
from localfront.http_messages.messages import Headers
from tests.localfront.factories import (
    ALL,
    a_behavior,
    a_cache_policy,
    a_response,
    listed,
)


def kept(*lines: str, extra: OriginRequestPolicy | None = None, **cache: Any) -> list[str]:
    behavior = a_behavior(cache_policy=a_cache_policy(**cache), origin_request_policy=extra)
    response = a_response(headers=[("vary", line) for line in lines])
    return list(with_kept_vary(response, behavior).headers.get_all("Vary"))


@pytest.mark.proves("RV-009")
def test_accept_encoding_and_cookie_are_always_kept() -> None:
    assert kept("Accept-Encoding, COOKIE") == ["Accept-Encoding, COOKIE"]


@pytest.mark.proves("RV-009")
def test_other_values_are_removed_and_so_is_an_empty_line() -> None:
    assert kept("Accept-Language,Accept-Encoding", "X-A", ",") == ["Accept-Encoding"]


@pytest.mark.proves("RV-009")
def test_forwarded_header_names_are_kept_in_vary() -> None:
    extra = OriginRequestPolicy(id="o", headers=listed("origin"))

    assert kept("Origin, X-A, x-b", headers=listed("x-a"), extra=extra) == ["Origin, X-A"]
    assert kept("X-A", extra=OriginRequestPolicy(id="o", headers=ALL)) == ["X-A"]


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        (
            {"cloudfront_headers": frozenset({"cloudfront-is-mobile-viewer"})},
            ["User-Agent"],
        ),
        ({"cloudfront_headers": frozenset({"cloudfront-viewer-country"})}, []),
        ({"headers": listed("user-agent")}, ["User-Agent"]),
        ({}, []),
    ],
)
@pytest.mark.proves("RV-009")
def test_user_agent_is_kept_when_the_device_is_forwarded(
    extra: dict[str, Any], expected: list[str]
) -> None:
    policy = OriginRequestPolicy(id="o", **extra)

    assert kept("User-Agent", extra=policy) == expected


def test_user_agent_is_kept_when_a_device_header_is_in_the_key() -> None:
    policy = listed("cloudfront-is-tablet-viewer")

    assert kept("User-Agent", headers=policy) == ["User-Agent"]


@pytest.mark.parametrize(("min_ttl", "expected"), [(0, ["*"]), (1, [])])
@pytest.mark.proves("CA-022")
def test_a_star_matters_only_with_a_minimum_ttl_of_0(min_ttl: int, expected: list[str]) -> None:
    assert kept("*", min_ttl=min_ttl) == expected


@pytest.mark.parametrize(
    ("line", "everything"),
    [("*", True), ("Cookie, *", True), ("X-*", False), ("", False)],
)
@pytest.mark.proves("CA-022")
def test_a_star_among_other_values_still_means_every_request_differs(
    line: str, everything: bool
) -> None:
    assert varies_by_everything(a_response(headers=[("Vary", line)])) is everything


def test_a_response_without_vary_stays_as_it_is() -> None:
    response = a_response(headers=[("ETag", '"1"')])

    assert with_kept_vary(response, a_behavior()) is response


def test_the_names_of_all_vary_lines_apply() -> None:
    headers = Headers.of([("Vary", "A, b"), ("vary", " C ,,")])

    assert varies_by(headers) == {"a", "b", "c"}
