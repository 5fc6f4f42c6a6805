"""Cached responses, their keys and their lifetimes, in the whole pipeline."""

from __future__ import annotations

from email.utils import formatdate
from typing import Any

import pytest

from localfront.config.policies import CachePolicy
from tests.localfront.factories import (
    ALL,
    a_behavior,
    a_cache_policy,
    a_response,
    all_except,
    an_error_page,
    listed,
)
from tests.localfront.sites import Edge, site, x_cache

HIT, MISS = "Hit from cloudfront", "Miss from cloudfront"


def with_policy(policy: CachePolicy, *headers: tuple[str, str], status: int = 200) -> Edge:
    response = a_response(status, headers=headers)
    return site(default=a_behavior(cache_policy=policy), responses={"/a": response})


def ttls(minimum: int, default: int, maximum: int) -> CachePolicy:
    return a_cache_policy(min_ttl=minimum, default_ttl=default, max_ttl=maximum)


def case(rule: str, policy: CachePolicy, cache_control: str, seconds: int) -> Any:
    name = f"{rule} {policy.min_ttl}/{policy.default_ttl}/{policy.max_ttl} {cache_control}"
    return pytest.param(policy, cache_control, seconds, id=name, marks=pytest.mark.proves(rule))


@pytest.mark.parametrize(
    ("policy", "cache_control", "seconds"),
    [
        case("CA-010", ttls(0, 10, 100), "max-age=60", 60),
        case("CA-010", ttls(0, 10, 30), "max-age=60", 30),
        case("CA-011", ttls(90, 90, 100), "max-age=60", 90),
        case("CA-011", ttls(10, 10, 30), "max-age=60", 30),
        case("CA-012", ttls(0, 10, 500), "max-age=60, s-maxage=120", 120),
        case("CA-013", ttls(0, 10, 100), "", 10),
        case("CA-013", ttls(20, 20, 100), "public", 20),
        case("CA-015", ttls(0, 10, 100), "no-store", 0),
        case("CA-015", ttls(0, 10, 100), "no-cache", 0),
        case("CA-015", ttls(0, 10, 100), "private", 0),
        case("CA-016", ttls(5, 10, 100), "no-store", 5),
        case("CA-018", ttls(0, 0, 0), "max-age=60", 0),
        case("CA-019", ttls(0, 70, 100), "", 70),
        case("CA-019", ttls(0, 70, 100), "max-age=100", 100),
        case("CA-019", CachePolicy(id="p"), "", 86_400),
        case("CA-019", CachePolicy(id="p"), "max-age=99999999", 31_536_000),
    ],
)
async def test_an_object_is_reused_for_as_long_as_ttls_and_cache_control_allow(
    policy: CachePolicy, cache_control: str, seconds: int
) -> None:
    edge = with_policy(policy, *([("Cache-Control", cache_control)] if cache_control else []))

    assert x_cache(await edge.get("/a")) == MISS
    if seconds:
        edge.clock.advance(seconds - 1)
        response = await edge.get("/a")
        assert x_cache(response) == HIT
        assert response.headers.get("age") == str(seconds - 1)
    edge.clock.advance(1)
    assert x_cache(await edge.get("/a")) == MISS


@pytest.mark.parametrize(
    ("cache_control", "expires_in", "seconds"),
    [("", 60, 60), ("", 5, 10), ("", 900, 100), ("max-age=30", 60, 30)],
)
@pytest.mark.proves("CA-014")
async def test_an_object_is_reused_until_it_expires(
    cache_control: str, expires_in: int, seconds: int
) -> None:
    edge = with_policy(ttls(10, 10, 100))
    expires = formatdate(edge.clock.now + expires_in, usegmt=True)
    lines = [("Expires", expires), *([("Cache-Control", cache_control)] if cache_control else [])]
    edge.origins.responses["/a"] = a_response(headers=lines)

    await edge.get("/a")
    edge.clock.advance(seconds - 1)
    assert x_cache(await edge.get("/a")) == HIT
    edge.clock.advance(1)
    assert x_cache(await edge.get("/a")) == MISS


def key_case(rule: str, policy: dict[str, Any], one: Any, other: Any, same: bool) -> Any:
    return pytest.param(policy, one, other, same, marks=pytest.mark.proves(rule))


NOTHING: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("policy", "one", "other", "same"),
    [
        key_case("CA-001", NOTHING, ("/a?x=1", {"Cookie": "a=1"}), ("/a", {"X": "y"}), True),
        key_case("CA-002", {"query_strings": ALL}, ("/a?x=1", {}), ("/a?x=2", {}), False),
        key_case("CA-002", {"query_strings": listed("x")}, ("/a?x=1&y", {}), ("/a?x=1", {}), True),
        key_case(
            "CA-002", {"query_strings": all_except("y")}, ("/a?x=1&y=1", {}), ("/a?x=1", {}), True
        ),
        key_case("CA-002", {"cookies": ALL}, ("/a", {"Cookie": "a=1"}), ("/a", {}), False),
        key_case(
            "CA-002", {"headers": listed("x-a")}, ("/a", {"X-A": "1"}), ("/a", {"X-A": "2"}), False
        ),
        key_case("CA-006", {"query_strings": ALL}, ("/a?x=1&y=2", {}), ("/a?y=2&x=1", {}), False),
        key_case("CA-006", {"query_strings": ALL}, ("/a?x=A", {}), ("/a?x=a", {}), False),
        key_case(
            "CA-006", {"query_strings": listed("x")}, ("/a?x=1;y=1", {}), ("/a?x=1", {}), False
        ),
        key_case("CA-007", {"query_strings": listed("*")}, ("/a?x=1", {}), ("/a?x=2", {}), True),
        key_case(
            "CA-008", {"headers": listed("x-a")}, ("/a", {"x-A": "1"}), ("/a", {"X-a": "1"}), True
        ),
        key_case(
            "CA-008", {"headers": listed("x-a")}, ("/a", {"X-A": "a"}), ("/a", {"X-A": "A"}), False
        ),
        key_case(
            "CA-009",
            {"cookies": ALL},
            ("/a", {"Cookie": "b=2; a=1"}),
            ("/a", {"Cookie": "a=1; b=2"}),
            True,
        ),
        key_case(
            "CA-009",
            {"cookies": listed("a")},
            ("/a", {"Cookie": "a=1"}),
            ("/a", {"Cookie": "A=1"}),
            False,
        ),
        key_case("VP-013", NOTHING, ("/a", {}), ("/a", {"Cache-Control": "no-cache"}), True),
        key_case("VP-013", NOTHING, ("/a", {}), ("/a", {"Pragma": "no-cache"}), True),
    ],
)
async def test_two_requests_with_equal_keys_share_an_object(
    policy: dict[str, Any],
    one: tuple[str, dict[str, str]],
    other: tuple[str, dict[str, str]],
    same: bool,
) -> None:
    edge = with_policy(a_cache_policy(default_ttl=60, **policy))

    for target, headers in (one, other):
        response = await edge.get(target, headers=headers.items())

    assert x_cache(response) == (HIT if same else MISS)


@pytest.mark.proves("CA-003")
async def test_values_in_the_cache_key_are_forwarded_to_the_origin() -> None:
    policy = a_cache_policy(headers=listed("x-a"), cookies=listed("c"), query_strings=listed("q"))
    edge = with_policy(policy)

    await edge.get("/a?q=1&r=2", headers=[("X-A", "1"), ("X-B", "2"), ("Cookie", "c=1; d=2")])

    sent = edge.origins.received[0].request
    assert (sent.querystring, sent.headers.get("x-a")) == ("q=1", "1")
    assert (sent.headers.get("cookie"), sent.headers.get("x-b")) == ("c=1", None)


@pytest.mark.parametrize(
    ("status", "cache_control", "seconds"),
    [
        *(
            pytest.param(s, "", 10, marks=pytest.mark.proves("ER-001"))
            for s in (404, 500, 503, 504)
        ),
        *(pytest.param(s, "", 0, marks=pytest.mark.proves("ER-002")) for s in (400, 403, 405)),
        pytest.param(400, "max-age=60", 60, marks=pytest.mark.proves("ER-002")),
        pytest.param(404, "no-store", 0, marks=pytest.mark.proves("ER-005")),
        pytest.param(500, "no-store", 10, marks=pytest.mark.proves("ER-005")),
    ],
)
async def test_error_caching_depends_on_the_status(
    status: int, cache_control: str, seconds: int
) -> None:
    lines = [("Cache-Control", cache_control)] if cache_control else []
    edge = with_policy(ttls(0, 60, 600), *lines, status=status)

    await edge.get("/a")
    if seconds:
        edge.clock.advance(seconds - 1)
        await edge.get("/a")
        assert len(edge.origins.received) == 1
    edge.clock.advance(1)
    await edge.get("/a")
    assert len(edge.origins.received) == 2


@pytest.mark.proves("ER-007")
async def test_an_error_of_s3_is_cached_for_at_least_a_second() -> None:
    edge = site(
        default=a_behavior(cache_policy=ttls(0, 60, 600)),
        responses={"/a": a_response(404)},
        error_pages=(
            an_error_page(
                404, response_page_path=None, response_code=None, error_caching_min_ttl=0
            ),
        ),
    )

    for _ in range(2):
        await edge.get("/a")

    assert len(edge.origins.received) == 1
