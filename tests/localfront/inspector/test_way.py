"""A trace as stations on the path through CloudFront, with changes and reasons."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.config.policies import OriginRequestPolicy, ResponseHeadersPolicy
from localfront.errors import EdgeExecutionError, OriginError
from localfront.inspector.stations import Json, Station
from localfront.inspector.way import way
from tests.localfront.factories import (
    ALL,
    a_behavior,
    a_cache_policy,
    a_response,
    an_api_behavior,
    an_edge_function,
    an_error_page,
    listed,
)
from tests.localfront.sites import GUARDED, PAGE, Edge, rewriting, site, to_login

NAMES = [
    "viewer",
    "behavior",
    "viewer-request",
    "cache",
    "origin-request",
    "origin",
    "origin-response",
    "store",
    "headers-policy",
    "viewer-response",
    "answer",
]


def stations(edge: Edge) -> dict[str, Station]:
    """The last request's."""
    return {s.name: s for s in way(edge.traces[-1])}


def rules(station: Station) -> list[str]:
    return [reason.rule for reason in station.reasons]


async def test_every_station_is_present_in_cloudfronts_order() -> None:
    edge = site(responses={"/a": PAGE})

    for _ in range(2):
        await edge.get("/a")
        assert [s.name for s in way(edge.traces[-1])] == NAMES


async def test_a_hit_has_the_request_that_stored_the_object_and_its_ttl() -> None:
    edge = site(responses={"/a": PAGE})
    await edge.get("/a")
    edge.clock.now += 20

    await edge.get("/a")

    cache = stations(edge)["cache"]
    assert cache.summary == "Hit, 20 s old; fresh for 40 s more"
    assert cache.made_by == edge.traces[0].request_id
    assert rules(cache) == ["CA-010"]
    assert "max-age=60" in cache.reasons[0].text
    assert stations(edge)["origin"].summary == "Served from the cache"


@pytest.mark.parametrize(
    ("lines", "rule", "message"),
    [
        ([("Cache-Control", "max-age=60")], "CA-010", "Stored for 60 s"),
        ([("Cache-Control", "s-maxage=5, max-age=60")], "CA-012", "Stored for 5 s"),
        (
            [("Cache-Control", "no-store")],
            "CA-015",
            "Not fresh; kept in case the origin fails",
        ),
        ([("Vary", "*")], "CA-022", "Not fresh; kept in case the origin fails"),
        ([], "CA-013", "Stored for 86400 s"),
    ],
)
async def test_the_header_or_setting_that_decided_the_lifetime_is_named(
    lines: list[tuple[str, str]], rule: str, message: str
) -> None:
    edge = site(default=a_behavior(cache_policy=a_cache_policy(max_ttl=100_000)))
    edge.origins.otherwise = a_response(headers=lines)

    await edge.get("/a")

    store = stations(edge)["store"]
    assert (rules(store), store.summary) == ([rule], message)


async def test_behaviors_that_did_not_match_are_listed_with_the_reason() -> None:
    edge = site(an_api_behavior(), responses={"/home.html": PAGE})

    await edge.get("/home.html")

    [first, second] = stations(edge)["behavior"].reasons
    assert first.text == "/api/* does not match /home.html."
    assert "the default one" in second.text


async def test_the_key_is_shown_part_by_part_with_what_is_left_out_of_it() -> None:
    policy = a_cache_policy(
        headers=listed("x-lang"), cookies=listed("theme"), query_strings=listed("q"), gzip=True
    )
    extra = OriginRequestPolicy(id="extra", headers=listed("x-seen"), query_strings=ALL)
    edge = site(default=a_behavior(cache_policy=policy, origin_request_policy=extra))
    edge.origins.otherwise = PAGE

    await edge.get(
        "/a?q=1&utm=2",
        headers=[
            ("X-Lang", "de"),
            ("X-Seen", "1"),
            ("X-Gone", "2"),
            ("Cookie", "theme=dark; id=7"),
        ],
    )

    cache = stations(edge)["cache"]
    assert [(k.part, k.value) for k in cache.key] == [
        ("Distribution", edge.distribution.id),
        ("Path", "/a"),
        ("Query string", "q=1"),
        ("x-lang", "de"),
        ("theme", "dark"),
        ("Accept-Encoding", "(no supported encoding)"),
    ]
    assert cache.key[2].setting == "cache policy cache-policy: query strings listed (q)"
    outside = {k.part: k.setting for k in cache.outside_key}
    assert outside["?utm"] == "sent to the origin by origin request policy extra"
    assert outside["X-Seen"] == "sent to the origin by origin request policy extra"
    assert outside["X-Gone"] == "no policy forwards it"
    assert outside["id"] == "no policy forwards it"


async def test_a_function_has_its_event_its_result_and_the_changes() -> None:
    def changed(event: Any) -> Any:
        request = rewriting(uri="/b")(event)
        headers = {**request["headers"], "x-new": [{"key": "X-New", "value": "1"}]}
        return {**request, "headers": headers}

    edge = site(default=GUARDED, responses={"/b": PAGE}, returns=changed)

    await edge.get("/a")

    ran = stations(edge)["viewer-request"]
    assert [(c.kind, c.name, c.before, c.after) for c in ran.changes] == [
        ("field", "uri", "/a", "/b"),
        ("header", "X-New", None, "1"),
    ]
    assert [p.title for p in ran.parts if isinstance(p, Json)] == ["Event", "Result"]


async def test_stations_after_a_generated_response_are_skipped_with_the_reason() -> None:
    edge = site(default=GUARDED, returns=to_login)

    await edge.get("/a")

    found = stations(edge)
    assert found["viewer-request"].summary == "edge:3 returned 302"
    assert {found[n].summary for n in ("cache", "origin", "store")} == {
        "The viewer-request function responded"
    }


async def test_a_failing_function_is_shown_with_the_rule_it_broke() -> None:
    edge = site(default=GUARDED)

    def fail(_: Any) -> Any:
        raise EdgeExecutionError("Function edge:3 raised KeyError: 'a'")

    edge.functions.body = fail

    await edge.get("/a")

    found = stations(edge)
    assert (found["viewer-request"].state, rules(found["viewer-request"])) == ("failed", ["LX-002"])
    assert found["cache"].summary == "The viewer-request function failed"
    assert found["answer"].tone == "error"


async def test_an_origin_that_does_not_respond_is_shown() -> None:
    edge = site(responses={"/a": OriginError("Nobody listens.", status=502)})

    await edge.get("/a")

    origin = stations(edge)["origin"]
    assert (origin.state, origin.reasons[0].text) == ("failed", "Nobody listens.")
    assert rules(stations(edge)["store"]) == ["ER-003"]


async def test_an_error_page_is_a_separate_pass() -> None:
    edge = site(
        responses={"/a": a_response(404), "/error.html": PAGE}, error_pages=(an_error_page(404),)
    )

    await edge.get("/a")

    names = [s.name for s in way(edge.traces[-1])]
    assert names[8:12] == ["error-page", "cache", "origin", "store"]


async def test_the_headers_policy_lists_its_changes() -> None:
    policy = ResponseHeadersPolicy(id="plain", remove=frozenset({"etag"}))
    edge = site(default=a_behavior(response_headers_policy=policy), responses={"/a": PAGE})

    await edge.get("/a")

    [change] = stations(edge)["headers-policy"].changes
    assert (change.name, change.before, change.after) == ("ETag", '"1"', None)


async def test_a_request_for_no_distribution_is_shown() -> None:
    edge = site()

    await edge.get("/a", headers=[("Host", "nobody.example")])

    assert [s.name for s in way(edge.traces[-1])] == ["viewer", "behavior", "answer"]
    assert rules(stations(edge)["behavior"]) == ["HO-002"]


async def test_a_refused_method_reaches_no_other_station() -> None:
    edge = site(default=a_behavior(lambda_function_associations=(an_edge_function(),)))

    await edge.get("/a", method="DELETE")

    found = stations(edge)
    assert (found["behavior"].state, rules(found["behavior"])[-1]) == ("failed", "VP-005")
    assert found["viewer-request"].summary == "CloudFront refused the request before"
