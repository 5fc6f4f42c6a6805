from __future__ import annotations

import pytest

from localfront.config.distribution import CacheBehavior
from localfront.config.managed_policies import (
    ALL_VIEWER,
    ALL_VIEWER_AND_CLOUDFRONT_HEADERS,
    ALL_VIEWER_EXCEPT_HOST_HEADER,
    CACHING_DISABLED,
)
from localfront.config.policies import OriginRequestPolicy
from localfront.http_messages.viewer_facts import ViewerFacts
from localfront.origins.requests import addressed, origin_request
from tests.localfront.factories import (
    ALL,
    API_DOMAIN,
    BUCKET_DOMAIN,
    a_behavior,
    a_cache_policy,
    a_request,
    an_api_behavior,
    an_api_origin,
    an_origin,
    listed,
)
from tests.localfront.origins.sent import (
    BROWSERS,
    NOTHING,
    sent,
    sent_headers,
    with_request_policy,
)


@pytest.mark.proves("OR-001", "OR-002", "OR-003", "OR-004", "OR-005", "OR-007")
def test_without_policies_an_origin_gets_the_path_and_cloudfronts_own_headers() -> None:
    sent_request = sent(a_request("/a?q=1", headers=BROWSERS, client_ip="192.0.2.7"))

    assert (sent_request.method, sent_request.uri, sent_request.querystring) == ("GET", "/a", "")
    assert dict(sent_request.headers) == {
        "Host": BUCKET_DOMAIN,
        "User-Agent": "Amazon CloudFront",
        "Via": "1.1 localfront.cloudfront.net (CloudFront)",
        "X-Forwarded-For": "192.0.2.7",
        "X-Amz-Cf-Id": "id==",
    }


@pytest.mark.parametrize("uri", ["//a", "/a/../b", "/%2e%2e/%2F", "/a b", "/caf\u00e9"])
@pytest.mark.proves("RT-007")
def test_the_raw_path_is_forwarded_to_the_origin(uri: str) -> None:
    assert sent(a_request(uri)).uri == uri


@pytest.mark.proves("OR-011", "AG-002")
def test_the_origin_path_is_prepended_to_the_viewers_path() -> None:
    sent_request = origin_request(
        a_request("/api/x"), an_api_behavior(), an_api_origin(), request_id="id=="
    )

    assert sent_request.uri == "/api/x"  # as an origin-request function sees it
    assert addressed(sent_request, an_api_origin()).uri == "/prod/api/x"


@pytest.mark.proves("OR-002", "PO-011")
def test_the_viewers_host_is_forwarded_by_policy() -> None:
    behavior = a_behavior(cache_policy=NOTHING, origin_request_policy=ALL_VIEWER)

    headers = sent_headers(a_request(), behavior)

    assert headers.get_all("host") == ("logs.example.com",)


@pytest.mark.proves("OR-002", "PO-012", "AG-001")
def test_all_viewer_except_host_header_sends_the_origins_host() -> None:
    behavior = an_api_behavior(origin_request_policy=ALL_VIEWER_EXCEPT_HOST_HEADER)

    sent_request = origin_request(
        a_request("/api/x?a=1&b", headers=BROWSERS),
        behavior,
        an_api_origin(),
        request_id="id==",
    )

    assert sent_request.headers.get_all("host") == (API_DOMAIN,)
    assert sent_request.headers.get("cookie") == "session-id=abc; theme=dark"
    assert sent_request.headers.get("accept-language") == "nl"
    assert sent_request.headers.get("user-agent") == "Mozilla/5.0"
    assert sent_request.querystring == "a=1&b"


@pytest.mark.proves("OR-003")
def test_the_viewers_user_agent_is_forwarded_by_policy() -> None:
    behavior = with_request_policy(listed("user-agent"))

    headers = sent_headers(a_request(headers=BROWSERS), behavior)

    assert headers.get_all("user-agent") == ("Mozilla/5.0",)


@pytest.mark.parametrize("behavior", [None, with_request_policy(ALL)])
@pytest.mark.proves("OR-004")
def test_the_viewers_address_is_appended_to_x_forwarded_for(
    behavior: CacheBehavior | None,
) -> None:
    request = a_request(headers=[("X-Forwarded-For", "203.0.113.1")], client_ip="192.0.2.7")

    assert sent_headers(request, behavior).get_all("x-forwarded-for") == ("203.0.113.1, 192.0.2.7",)


@pytest.mark.proves("OR-005")
def test_cloudfront_is_appended_to_via() -> None:
    headers = sent_headers(a_request(headers=[("Via", "1.0 proxy")]))

    assert headers.get_all("via") == ("1.0 proxy, 1.1 localfront.cloudfront.net (CloudFront)",)


@pytest.mark.proves("OR-005")
def test_a_viewer_cannot_choose_the_request_id() -> None:
    request = a_request(headers=[("x-amz-cf-id", "forged")])

    assert sent_headers(request, with_request_policy(ALL)).get_all("x-amz-cf-id") == ("id==",)


@pytest.mark.parametrize(
    "name",
    [
        "X-Forwarded-Proto", "X-Real-IP", "X-Edge-Location", "Expect", "TE", "Trailer",
        "Proxy-Authorization", "Proxy-Connection", "Upgrade", "Connection", "Keep-Alive",
        "Transfer-Encoding", "Content-Length", "X-Amz-Cf-Pop",
    ],
)  # fmt: skip
@pytest.mark.proves("OR-006")
def test_some_headers_never_reach_an_origin(name: str) -> None:
    request = a_request(headers=[(name, "value")])

    assert name not in sent_headers(request, with_request_policy(ALL))


@pytest.mark.proves("CA-003", "PO-001", "PO-002")
def test_values_of_cache_key_and_origin_request_policy_are_forwarded() -> None:
    behavior = a_behavior(
        cache_policy=a_cache_policy(
            headers=listed("accept-language"),
            cookies=listed("theme"),
            query_strings=listed("a"),
        ),
        origin_request_policy=OriginRequestPolicy(
            id="p",
            headers=listed("referer"),
            cookies=listed("session-id"),
            query_strings=listed("b"),
        ),
    )

    sent_request = sent(a_request("/?b=2&c=3&a=1", headers=BROWSERS), behavior)

    assert sent_request.headers.get("accept-language") == "nl"
    assert sent_request.headers.get("referer") == "https://logs.example.com/"
    assert "accept" not in sent_request.headers
    assert sent_request.headers.get("cookie") == "session-id=abc; theme=dark"
    assert sent_request.querystring == "b=2&a=1"


@pytest.mark.proves("OR-012")
def test_the_origins_custom_headers_overwrite_the_viewers() -> None:
    origin = an_origin(custom_headers=(("X-Origin-Key", "ours"), ("X-More", "1")))
    request = a_request(headers=[("x-origin-key", "forged"), ("X-ORIGIN-KEY", "forged again")])

    bare = origin_request(request, with_request_policy(ALL), origin, request_id="id==")
    sent_request = addressed(bare, origin)

    assert sent_request.headers.get_all("x-origin-key") == ("ours",)
    assert sent_request.headers.get("x-more") == "1"


@pytest.mark.parametrize(
    ("sent_by_viewer", "reaches_origin"),
    [
        pytest.param("gzip, deflate, br", "br,gzip", id="normalised"),
        pytest.param("deflate", "identity", id="none that CloudFront knows"),
        pytest.param("", "identity", id="none at all"),
    ],
)
@pytest.mark.proves("CM-007")
def test_accept_encoding_is_normalised_if_the_policy_enables_compression(
    sent_by_viewer: str, reaches_origin: str
) -> None:
    request = a_request(headers=[("Accept-Encoding", sent_by_viewer)])

    headers = sent_headers(request, a_behavior())

    assert headers.get_all("accept-encoding") == (reaches_origin,)


def test_accept_encoding_is_forwarded_unchanged_only_by_policy() -> None:
    request = a_request(headers=[("Accept-Encoding", "gzip, zstd")])

    assert "accept-encoding" not in sent_headers(request)
    assert sent_headers(request, with_request_policy(ALL)).get_all("accept-encoding") == (
        "gzip, zstd",
    )


def test_content_type_is_forwarded_with_a_body() -> None:
    request = a_request(method="POST", headers=[("Content-Type", "application/json")])

    assert sent_headers(request).get("content-type") == "application/json"


@pytest.mark.proves("OR-018")
def test_cloudfront_headers_in_the_policy_are_added_with_known_values() -> None:
    behavior = a_behavior(
        cache_policy=CACHING_DISABLED,
        origin_request_policy=ALL_VIEWER_AND_CLOUDFRONT_HEADERS,
    )

    viewer = ViewerFacts(city="Berlin")
    headers = sent_headers(a_request(client_ip="192.0.2.7", viewer=viewer), behavior)

    assert headers.get("CloudFront-Forwarded-Proto") == "https"
    assert headers.get("CloudFront-Viewer-Http-Version") == "1.1"
    assert (headers.get("CloudFront-Viewer-Address") or "").startswith("192.0.2.7:")
    assert headers.get("CloudFront-Viewer-City") == "Berlin"
    assert headers.get("CloudFront-Is-Desktop-Viewer") == "true"
    assert "CloudFront-Viewer-Country" not in headers


@pytest.mark.proves("OR-018")
def test_cloudfront_headers_are_added_only_by_policy() -> None:
    names = sent_headers(a_request(), with_request_policy(ALL)).names()

    assert not any(name.startswith("cloudfront-") for name in names)


@pytest.mark.parametrize("name", ["CloudFront-Forwarded-Proto", "CloudFront-Viewer-Country"])
@pytest.mark.proves("LE-022")
def test_a_viewer_cannot_forge_a_cloudfront_header_in_the_policy(name: str) -> None:
    behavior = a_behavior(
        cache_policy=CACHING_DISABLED,
        origin_request_policy=ALL_VIEWER_AND_CLOUDFRONT_HEADERS,
    )

    headers = sent_headers(a_request(headers=[(name, "forged")]), behavior)

    assert "forged" not in headers.get_all(name)
