"""The parts of a viewer's request in an origin event: those that the policies forward."""

from typing import Any

import pytest

from localfront.config.distribution import CacheBehavior
from localfront.config.policies import Selection
from localfront.http_messages.messages import Request
from localfront.lambda_edge.contract.events import (
    origin_request_event,
    viewer_request_event,
)
from localfront.origins.requests import origin_request
from tests.localfront.edge_responses import CONFIG, message_of
from tests.localfront.factories import (
    ALL,
    a_behavior,
    a_cache_policy,
    a_request,
    an_api_origin,
    listed,
)


def seen_by_both(
    request: Request, behavior: CacheBehavior
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The request as viewer-request and as origin-request would see it."""
    origin = an_api_origin(origin_path="")
    sent = origin_request(request, behavior, origin, request_id="id==")
    return (
        message_of(viewer_request_event(request, config=CONFIG)),
        message_of(origin_request_event(sent, origin, config=CONFIG)),
    )


@pytest.mark.proves("LE-013")
def test_origin_request_sees_the_headers_that_cloudfront_sets() -> None:
    request = a_request(headers=[("User-Agent", "curl")], client_ip="203.0.113.178")

    _, seen = seen_by_both(request, a_behavior())

    headers = {name: lines[0]["value"] for name, lines in seen["headers"].items()}
    assert headers["host"] == an_api_origin().domain_name
    assert headers["user-agent"] == "Amazon CloudFront"
    assert headers["via"].endswith(".cloudfront.net (CloudFront)")
    assert headers["x-forwarded-for"] == "203.0.113.178"


@pytest.mark.proves("LE-013")
def test_origin_request_sees_the_viewers_host_and_user_agent_if_forwarded() -> None:
    policy = a_cache_policy(headers=listed("host", "user-agent"))
    request = a_request(headers=[("User-Agent", "curl")])

    viewer, seen = seen_by_both(request, a_behavior(cache_policy=policy))

    assert seen["headers"]["host"][0]["value"] == viewer["headers"]["host"][0]["value"]
    assert seen["headers"]["user-agent"][0]["value"] == "curl"


@pytest.mark.proves("LE-019")
@pytest.mark.parametrize(("selection", "seen"), [(listed(), ""), (ALL, "a=1&b=2")])
def test_origin_request_sees_a_query_string_that_is_forwarded(
    selection: Selection, seen: str
) -> None:
    behavior = a_behavior(cache_policy=a_cache_policy(query_strings=selection))

    _, forwarded = seen_by_both(a_request("/?a=1&b=2"), behavior)

    assert forwarded["querystring"] == seen


@pytest.mark.proves("LE-020")
def test_origin_request_sees_only_cookies_and_headers_that_are_forwarded() -> None:
    policy = a_cache_policy(headers=listed("accept"), cookies=listed("taken"))
    request = a_request(headers=[("Accept", "*/*"), ("X-Tag", "t"), ("Cookie", "taken=1; left=2")])

    _, seen = seen_by_both(request, a_behavior(cache_policy=policy))

    assert seen["headers"]["cookie"] == [{"key": "Cookie", "value": "taken=1"}]
    assert "accept" in seen["headers"]
    assert "x-tag" not in seen["headers"]


@pytest.mark.proves("LE-021")
@pytest.mark.parametrize("in_policy", [True, False])
def test_cloudfront_headers_are_in_origin_events_if_a_policy_includes_them(
    in_policy: bool,
) -> None:
    wanted = listed("cloudfront-forwarded-proto") if in_policy else listed()
    behavior = a_behavior(cache_policy=a_cache_policy(headers=wanted))

    viewer, origin = seen_by_both(a_request(), behavior)

    assert "cloudfront-forwarded-proto" not in viewer["headers"]
    assert ("cloudfront-forwarded-proto" in origin["headers"]) is in_policy


@pytest.mark.proves("LE-022")
def test_a_viewers_cloudfront_header_is_replaced_in_origin_events() -> None:
    policy = a_cache_policy(headers=listed("cloudfront-forwarded-proto"))
    request = a_request(headers=[("CloudFront-Forwarded-Proto", "gopher")])

    viewer, origin = seen_by_both(request, a_behavior(cache_policy=policy))

    name = "cloudfront-forwarded-proto"
    assert [line["value"] for line in viewer["headers"][name]] == ["gopher"]
    assert [line["value"] for line in origin["headers"][name]] == ["https"]
