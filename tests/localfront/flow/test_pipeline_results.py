"""Results of Lambda@Edge functions, seen by the viewer: each rule, through the whole pipeline.

The variants of each rule are in the tests of `lambda_edge.contract`; here is that serving applies it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from localfront.lambda_edge.contract.limits import KB, MB
from tests.localfront.factories import a_response
from tests.localfront.recorded_events import a_site, passing_on
from tests.localfront.sites import x_cache

Change = Callable[[dict[str, Any]], object]


def lines(value: str) -> list[dict[str, str]]:
    return [{"value": value}]


def changed(kind: str, **fields: Any) -> Change:
    """The request or response of the event, with fields changed."""
    return lambda cf: {**cf[kind], **fields}


def header(kind: str, name: str, value: str | None) -> Change:
    """The message of the event with a header set, or deleted (None)."""

    def change(cf: dict[str, Any]) -> object:
        others = {n: v for n, v in cf[kind]["headers"].items() if n != name}
        return {**cf[kind], "headers": {**others, **({name: lines(value)} if value else {})}}

    return change


def made(**response: Any) -> Change:
    return lambda _: response


def moved(**fields: Any) -> Change:
    """The request, to the custom origin with fields changed."""

    def change(cf: dict[str, Any]) -> object:
        custom = {**cf["request"]["origin"]["custom"], **fields}
        return {**cf["request"], "origin": {"custom": custom}}

    return change


def proving(
    *cases: tuple[str, str, Change], also: tuple[str, ...] = ()
) -> Callable[[Callable[..., Any]], Any]:
    """Parameters from (id of the rule, what is wrong, change); each case proves its rule."""
    return pytest.mark.parametrize(
        ("rule", "change"),
        [
            pytest.param(rule, change, id=what, marks=pytest.mark.proves(rule, *also))
            for rule, what, change in cases
        ],
    )


async def refused(event: str, change: Change, target: str = "pages") -> str:
    """The id of the rule by which the viewer got 502."""
    behavior = {"target_origin_id": target}
    edge = a_site(runs=passing_on(**{event: change}), behavior=behavior)

    response = await edge.get("/a")

    assert response.status == 502
    assert x_cache(response) == "LambdaValidationError from cloudfront"
    assert len(edge.functions.refusals) == 1
    reason = edge.traces[-1].reason
    assert reason is not None
    return reason.partition(":")[0]


@proving(
    ("LE-008", "uri without a slash", changed("request", uri="a")),
    ("LR-016", "query string with a space", changed("request", querystring="a b")),
    ("LR-016", "query string with a fragment", changed("request", querystring="a#b")),
    ("LR-016", "too long", changed("request", querystring="a" * 8192)),
    ("LR-014", "method", changed("request", method="POST")),
    ("LR-014", "client's address", changed("request", clientIp="::1")),
    ("LR-002", "no headers", lambda cf: {"method": "GET", "uri": "/a", "querystring": ""}),
    ("LR-001", "nothing", lambda cf: None),
    ("LH-001", "disallowed header", header("request", "connection", "close")),
    ("LH-001", "disallowed prefix", header("request", "x-amz-cf-mine", "1")),
    ("LE-010", "capitals in a name", header("request", "X-Mine", "1")),
    ("LH-003", "read-only header", header("request", "host", "other.example.com")),
    ("LH-008", "read-only header gone", changed("request", headers={})),
    ("LE-023", "country", header("request", "cloudfront-viewer-country", "DE")),
    ("LR-003", "a list for a status", made(status=[200])),
    ("LR-005", "status 199", made(status="199")),
    ("LR-005", "status 600", made(status="600")),
    ("LR-006", "204 with a body", made(status="204", body="x")),
    ("LR-004", "bad base64", made(status="200", body="%", bodyEncoding="base64")),
    ("LR-004", "unknown encoding", made(status="200", body="x", bodyEncoding="utf8")),
    ("LR-007", "over 40 KB", made(status="200", body="x" * (40 * KB + 1))),
)
async def test_viewer_request_results_are_validated(rule: str, change: Change) -> None:
    assert await refused("viewer_request", change) == rule


# Names in LH-002 are prefixes, and compare without case.
@pytest.mark.proves("LH-002")
@pytest.mark.parametrize("name", ["x-edge-anything", "x-amz-cf-id"])
async def test_disallowed_header_prefixes_apply_to_every_name(name: str) -> None:
    assert await refused("viewer_request", header("request", name, "1")) == "LH-001"


@proving(
    ("LR-007", "over 1 MB", made(status="200", body="x" * (MB + 1))),
    ("LH-003", "read-only header", header("request", "via", "1.1 mine")),
    ("LE-034", "no name", moved(domainName="")),
    ("LE-034", "a port in the name", moved(domainName="example.org:1")),
    ("LE-034", "an address", moved(domainName="10.0.0.1")),
    ("LE-035", "path without a slash", moved(path="a")),
    ("LE-035", "path with a slash at its end", moved(path="/a/")),
    ("LE-036", "port", moved(port=81)),
    ("LE-036", "protocol", moved(protocol="ftp")),
    ("LE-036", "TLS version", moved(sslProtocols=["TLSv1.3"])),
    ("LE-037", "read time-out", moved(readTimeout=121)),
    ("LE-037", "keep-alive", moved(keepaliveTimeout=0)),
    ("LE-037", "completion before read time-out", moved(responseCompletionTimeout=1)),
    ("LE-038", "disallowed custom header", moved(customHeaders={"connection": lines("x")})),
    ("LE-038", "header of both", moved(customHeaders={"user-agent": lines("x")})),
)
async def test_origin_request_results_are_validated(rule: str, change: Change) -> None:
    assert await refused("origin_request", change, target="api") == rule


@proving(
    ("LR-005", "status 600", changed("response", status="600")),
    ("LH-003", "via", header("response", "via", "1.1 mine")),
    ("LH-003", "transfer-encoding", header("response", "transfer-encoding", "chunked")),
    also=("LH-006",),
)
async def test_origin_response_results_are_validated(rule: str, change: Change) -> None:
    assert await refused("origin_response", change) == rule


@proving(
    ("LH-003", "via", header("response", "via", "1.1 mine")),
    ("LH-003", "warning", header("response", "warning", "199 - old")),
    ("LH-003", "content-length", header("response", "content-length", "9")),
    ("LH-003", "content-encoding", header("response", "content-encoding", "gzip")),
    ("LH-003", "transfer-encoding", header("response", "transfer-encoding", "chunked")),
    also=("LH-007",),
)
async def test_viewer_response_results_are_validated(rule: str, change: Change) -> None:
    assert await refused("viewer_response", change) == rule


@pytest.mark.proves("LR-003", "LR-004", "LR-010")
@pytest.mark.parametrize(
    ("response", "body"),
    [
        ({"status": "200"}, b""),
        ({"status": "200", "statusDescription": "Make it so", "body": "tea"}, b"tea"),
        ({"status": "200", "bodyEncoding": "base64", "body": "dGVh"}, b"tea"),
        ({"status": "200", "body": "x" * (39 * KB)}, b"x" * (39 * KB)),
    ],
    ids=["status alone", "text", "base64", "nearly 40 KB"],
)
async def test_a_generated_response_reaches_the_viewer(
    response: dict[str, str], body: bytes
) -> None:
    edge = a_site(runs=passing_on(viewer_request=made(**response)))

    received = await edge.get("/a")

    assert (received.status, received.body) == (200, body)
    assert received.reason == response.get("statusDescription", "")


@pytest.mark.proves("LE-011")
async def test_a_header_without_a_key_is_capitalized() -> None:
    edge = a_site(runs=passing_on(viewer_response=header("response", "x-made-here", "1")))

    response = await edge.get("/a")

    assert ("X-Made-Here", "1") in tuple(response.headers)


@pytest.mark.proves("LR-015")
async def test_a_query_string_changed_at_a_response_event_has_no_effect() -> None:
    def changes(cf: dict[str, Any]) -> object:
        cf["request"]["querystring"] = "other=1"
        return cf["response"]

    edge = a_site(runs=passing_on(origin_response=changes))

    await edge.get("/a?a=1")
    again = await edge.get("/a?a=1")

    assert x_cache(again) == "Hit from cloudfront"
    assert len(edge.origins.received) == 1


@pytest.mark.proves("LH-009")
async def test_origin_request_may_set_cloudfronts_own_headers() -> None:
    name = "cloudfront-is-mobile-viewer"
    edge = a_site(runs=passing_on(origin_request=header("request", name, "true")))

    await edge.get("/a")

    assert edge.origins.received[0].request.headers.get(name) == "true"


@pytest.mark.proves("LE-041")
async def test_a_rerouted_request_has_the_host_that_the_function_sets() -> None:
    def elsewhere(cf: dict[str, Any]) -> object:
        headers = {**cf["request"]["headers"], "host": lines("other.example.org")}
        return {**moved(domainName="other.example.org", path="")(cf), "headers": headers}  # type: ignore[dict-item]  # JSON

    edge = a_site(
        runs=passing_on(origin_request=elsewhere),
        behavior={"target_origin_id": "api"},
        response=a_response(),
    )

    response = await edge.get("/a")

    assert response.status == 200
    assert edge.origins.received[0].request.headers.get("host") == "other.example.org"


READ_ONLY = {
    "viewer_request": ("cdn-loop", "content-length", "host", "transfer-encoding", "via"),
    "origin_request": (
        *("accept-encoding", "cdn-loop", "content-length", "if-modified-since"),
        *("if-none-match", "if-range", "if-unmodified-since", "transfer-encoding", "via"),
    ),
}


@pytest.mark.parametrize(
    ("event", "name"),
    [
        pytest.param(event, name, marks=pytest.mark.proves(rule))
        for event, rule in (("viewer_request", "LH-004"), ("origin_request", "LH-005"))
        for name in READ_ONLY[event]
    ],
)
async def test_an_unchanged_read_only_header_is_accepted(event: str, name: str) -> None:
    assert (await refused(event, header("request", name, "changed")))[:3] == "LH-"


@pytest.mark.proves("LH-005")
async def test_the_host_may_be_changed_at_origin_request() -> None:
    elsewhere = header("request", "host", "elsewhere.example.org")
    edge = a_site(runs=passing_on(origin_request=elsewhere))

    await edge.get("/a")

    assert edge.origins.received[0].request.headers.get_all("host") == ("elsewhere.example.org",)


@pytest.mark.proves("LR-020")
async def test_a_numeric_status_is_accepted() -> None:
    edge = a_site(runs=passing_on(viewer_request=made(status=418, body="tea")))

    response = await edge.get("/a")

    assert (response.status, response.held) == (418, b"tea")


@pytest.mark.proves("LX-010")
async def test_a_limit_applies_at_every_event() -> None:
    too_much = made(status="200", body="x" * (MB + 1))

    assert await refused("origin_request", too_much) == "LR-007"


@pytest.mark.proves("LE-040")
async def test_access_control_is_not_kept_for_another_bucket() -> None:
    def elsewhere(cf: dict[str, Any]) -> object:
        bucket = {**cf["request"]["origin"]["s3"], "domainName": "other.s3.amazonaws.com"}
        return {**cf["request"], "origin": {"s3": bucket}}

    edge = a_site(runs=passing_on(origin_request=elsewhere))
    plain = a_site()
    await edge.get("/a")
    await plain.get("/a")

    assert plain.origins.received[0].origin.origin_access_control == "always"
    assert edge.origins.received[0].origin.domain_name == "other.s3.amazonaws.com"
    assert edge.origins.received[0].origin.origin_access_control is None
