"""The four events in order: which functions run, on what, and with which effect."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.config.distribution import (
    OriginGroup,
    ViewerProtocolPolicy,
)
from localfront.errors import OriginError
from tests.localfront.factories import (
    a_response,
    an_api_origin,
    an_error_page,
    an_origin,
)
from tests.localfront.recorded_events import (
    EVENTS,
    a_site,
    generated,
    passing_on,
    ran,
    record,
)
from tests.localfront.sites import x_cache
from tests.localfront.streams import Pieces


@pytest.mark.proves("PL-002")
async def test_on_a_miss_all_four_events_run_in_order() -> None:
    edge = a_site()

    response = await edge.get("/a")

    assert ran(edge) == list(EVENTS)
    assert response.body == b"a page"
    order = [step for step in edge.steps() if step in (*EVENTS, "cache", "origin")]
    assert order == [
        "viewer-request",
        "cache",
        "origin-request",
        "origin",
        "origin-response",
        "viewer-response",
    ]


@pytest.mark.proves("PL-003", "PL-006", "PL-007")
async def test_on_a_hit_only_the_viewer_events_run() -> None:
    edge = a_site()
    await edge.get("/a")
    edge.functions.events.clear()

    response = await edge.get("/a")

    assert x_cache(response) == "Hit from cloudfront"
    assert ran(edge) == ["viewer-request", "viewer-response"]


@pytest.mark.proves("LE-017")
async def test_on_a_hit_viewer_response_sees_the_age() -> None:
    edge = a_site("viewer-response")
    await edge.get("/a")
    edge.clock.advance(7)

    response = await edge.get("/a")

    headers = record(edge.functions.events[-1])["response"]["headers"]
    assert headers["age"] == [{"key": "Age", "value": "7"}]
    assert response.headers.get_all("age") == ("7",)


@pytest.mark.proves("PL-005", "PL-008", "VP-004")
async def test_the_redirect_to_https_runs_no_function() -> None:
    policy = ViewerProtocolPolicy.REDIRECT_TO_HTTPS
    edge = a_site(behavior={"viewer_protocol_policy": policy})

    response = await edge.get("/a", scheme="http")

    assert response.status == 301
    assert edge.functions.events == []


@pytest.mark.proves("PL-008", "LR-008")
async def test_a_response_generated_at_viewer_request_runs_no_other_event_and_is_not_cached() -> (
    None
):
    edge = a_site(runs=passing_on(viewer_request=lambda _: generated()))

    for _ in range(2):
        response = await edge.get("/a")

    assert ran(edge) == ["viewer-request"] * 2
    assert x_cache(response) == "LambdaGeneratedResponse from cloudfront"
    assert edge.origins.received == []


@pytest.mark.proves("PL-007", "PL-008")
@pytest.mark.parametrize("status", [400, 404, 500, 503])
async def test_an_error_of_the_origin_runs_origin_response_and_not_viewer_response(
    status: int,
) -> None:
    edge = a_site(response=a_response(status))

    response = await edge.get("/a")
    again = await edge.get("/a")

    assert (response.status, again.status) == (status, status)
    assert "origin-response" in ran(edge)
    assert "viewer-response" not in ran(edge)


@pytest.mark.proves("PL-007")
async def test_without_a_response_from_the_origin_origin_response_does_not_run() -> None:
    edge = a_site(response=OriginError("refused", status=502))

    await edge.get("/a")

    assert ran(edge) == ["viewer-request", "origin-request"]


@pytest.mark.proves("PL-008", "ER-012")
async def test_for_an_error_page_only_the_origin_events_run() -> None:
    edge = a_site(response=a_response(404), error_pages=(an_error_page(404),))
    edge.origins.responses["/error.html"] = a_response(body=b"sorry")

    response = await edge.get("/a")

    assert (response.status, response.body) == (404, b"sorry")
    assert ran(edge) == [
        "viewer-request",
        *("origin-request", "origin-response") * 2,
    ]


@pytest.mark.proves("LR-009", "PL-007", "PL-009")
async def test_a_response_generated_at_origin_request_is_cached_and_runs_viewer_response() -> None:
    edge = a_site(runs=passing_on(origin_request=lambda _: generated()))

    first, second = await edge.get("/a"), await edge.get("/a")

    assert first.body == second.body == b"made here"
    assert x_cache(first) == "LambdaGeneratedResponse from cloudfront"
    assert x_cache(second) == "Hit from cloudfront"
    assert ran(edge) == [
        "viewer-request",
        "origin-request",
        "viewer-response",
        "viewer-request",
        "viewer-response",
    ]
    assert edge.origins.received == []


@pytest.mark.proves("LR-019")
async def test_an_error_generated_at_origin_request_is_not_replaced_by_a_custom_page() -> None:
    def refuses_a(cf: dict[str, Any]) -> object:
        request = cf["request"]
        return generated("404", "mine") if request["uri"] == "/a" else request

    edge = a_site(runs=passing_on(origin_request=refuses_a), error_pages=(an_error_page(404),))
    edge.origins.responses["/error.html"] = a_response(body=b"a page in its place")

    first, second = await edge.get("/a"), await edge.get("/a")

    assert [(a.status, a.body) for a in (first, second)] == [(404, b"mine")] * 2


@pytest.mark.proves("PL-011")
async def test_origin_request_changes_what_is_stored_but_not_the_key() -> None:
    def elsewhere(cf: dict[str, Any]) -> object:
        return {**cf["request"], "uri": "/b"}

    edge = a_site(runs=passing_on(origin_request=elsewhere))
    edge.origins.responses["/b"] = a_response(body=b"b")

    first, second = await edge.get("/a"), await edge.get("/a")

    assert first.body == second.body == b"b"
    assert x_cache(second) == "Hit from cloudfront"
    assert edge.origins.uris == ["/b"]


@pytest.mark.proves("LE-031", "OR-011", "OR-012")
async def test_origin_request_sees_the_uri_without_the_origin_path_and_may_change_both() -> None:
    seen: list[dict[str, Any]] = []

    def other_path(cf: dict[str, Any]) -> object:
        seen.append(cf["request"])
        origin = cf["request"]["origin"]
        origin["custom"]["path"] = "/v2"
        return cf["request"]

    edge = a_site(
        runs=passing_on(origin_request=other_path),
        behavior={"target_origin_id": "api"},
        origins=(an_api_origin(custom_headers=(("X-Key", "secret"),)),),
    )
    await edge.get("/a")

    assert seen[0]["uri"] == "/a"
    assert "x-key" not in seen[0]["headers"]
    assert edge.origins.uris == ["/v2/a"]
    assert edge.origins.received[0].request.headers.get("x-key") == "secret"


@pytest.mark.proves("LR-012")
async def test_the_response_that_origin_response_returns_is_stored() -> None:
    def mended(cf: dict[str, Any]) -> object:
        headers = {
            **cf["response"]["headers"],
            "x-by": [{"key": "X-By", "value": "me"}],
        }
        return {**cf["response"], "body": "mended", "headers": headers}

    source = Pieces([b"as it came"])
    edge = a_site(
        response=a_response(body=source, headers=[("Cache-Control", "max-age=60")]),
        runs=passing_on(origin_response=mended),
    )

    first, second = await edge.get("/a"), await edge.get("/a")

    for response in (first, second):
        assert (response.body, response.headers.get("x-by")) == (b"mended", "me")
    await edge.settled()
    assert source.closed


@pytest.mark.proves("LX-001", "LR-013")
async def test_viewer_response_may_not_change_the_status() -> None:
    def other(cf: dict[str, Any]) -> object:
        return {**cf["response"], "status": "201"}

    source = Pieces([b"as it came"])
    edge = a_site(response=a_response(body=source), runs=passing_on(viewer_response=other))

    response = await edge.get("/a")

    assert response.status == 502
    assert x_cache(response) == "LambdaValidationError from cloudfront"
    await edge.settled()
    assert source.closed
    assert len(edge.functions.refusals) == 1


@pytest.mark.proves("LX-001")
@pytest.mark.parametrize("event", ["origin_request", "origin_response"])
async def test_a_failing_origin_event_fails_closed_and_is_not_cached(
    event: str,
) -> None:
    edge = a_site(runs=passing_on(**{event: lambda _: None}))

    responses = [await edge.get("/a"), await edge.get("/a")]

    assert [response.status for response in responses] == [502, 502]
    assert ran(edge).count(event.replace("_", "-")) == 2


@pytest.mark.proves("LE-014")
async def test_viewer_response_sees_the_request_that_viewer_request_returned() -> None:
    def rewritten(cf: dict[str, Any]) -> object:
        return {**cf["request"], "uri": "/a"}

    edge = a_site(runs=passing_on(viewer_request=rewritten))

    await edge.get("/asked")

    event_record = record(edge.functions.events[-1])
    assert event_record["config"]["eventType"] == "viewer-response"
    assert event_record["request"]["uri"] == "/a"
    assert "origin" not in event_record["request"]


@pytest.mark.proves("PL-012")
async def test_with_an_origin_group_the_origin_events_run_for_each_origin() -> None:
    group = OriginGroup(
        id="both",
        primary="pages",
        secondary="spare",
        failover_status_codes=frozenset({503}),
    )
    edge = a_site(
        response=a_response(503),
        behavior={"target_origin_id": "both"},
        origins=(an_origin(), an_origin(id="spare")),
        origin_groups=(group,),
    )

    await edge.get("/a")

    assert ran(edge) == ["viewer-request", *("origin-request", "origin-response") * 2]
    assert [request.origin_id for request in edge.origins.received] == ["pages", "spare"]
