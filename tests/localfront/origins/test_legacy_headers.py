from __future__ import annotations

import pytest

from localfront.config.policies import OriginRequestPolicy
from localfront.http_messages.messages import Headers
from localfront.origins.legacy_headers import is_forwarded_by_default
from localfront.origins.requests import origin_request
from tests.localfront.factories import (
    ALL,
    a_behavior,
    a_cache_policy,
    a_request,
    an_origin,
    listed,
)

# "Request and response behavior for custom origins": rows with "CloudFront forwards the header to
# your origin", and those with "removes" or with a setting of its own.
FORWARDED = [
    "X-Other-Defined", "Cache-Control", "Content-MD5", "Content-Type", "Date", "From", "If-Match",
    "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Max-Forwards",
    "Origin", "Pragma", "Range", "Request-Range", "Warning",
]  # fmt: skip
REMOVED = [
    "Accept", "Accept-Charset", "Accept-Language", "Authorization", "Cookie", "Expect",
    "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Referer", "TE", "Trailer",
    "Upgrade", "X-Edge-Location", "X-Forwarded-Proto", "X-HTTP-Method-Override", "X-Real-IP",
]  # fmt: skip


def sent(*names: str, method: str = "GET", **policy: object) -> Headers:
    """Which of these headers, all with the value `v`, reach the origin."""
    behavior = a_behavior(cache_policy=a_cache_policy(legacy=True, gzip=True, **policy))
    request = a_request(headers=[(name, "v") for name in names], method=method)
    return origin_request(request, behavior, an_origin(), request_id="id==").headers


@pytest.mark.parametrize("name", FORWARDED)
@pytest.mark.proves("OR-010")
def test_legacy_settings_forward_a_header_without_its_being_listed(name: str) -> None:
    assert is_forwarded_by_default(name.lower())
    assert sent(name).get_all(name) == ("v",)


@pytest.mark.parametrize("name", REMOVED)
@pytest.mark.proves("OR-006", "OR-007", "OR-008")
def test_legacy_settings_do_not_forward_a_header(name: str) -> None:
    assert not is_forwarded_by_default(name.lower())
    assert name not in sent(name)


@pytest.mark.parametrize("name", ["Accept", "Referer", "X-HTTP-Method-Override"])
@pytest.mark.proves("OR-007")
def test_legacy_settings_forward_such_a_header_if_it_is_listed(name: str) -> None:
    assert sent(name, headers=listed(name.lower())).get(name) == "v"


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "POST", "PUT"])
@pytest.mark.proves("OR-008")
def test_authorization_is_forwarded_for_unsafe_methods(method: str) -> None:
    assert sent("Authorization", method=method).get("Authorization") == "v"


@pytest.mark.proves("OR-002", "OR-003")
def test_the_origin_gets_its_own_host_and_cloudfronts_user_agent() -> None:
    headers = sent("User-Agent")

    assert headers.get("Host") == an_origin().domain_name
    assert headers.get("User-Agent") == "Amazon CloudFront"


@pytest.mark.proves("LE-022")
def test_a_viewer_cannot_forge_a_cloudfront_header() -> None:
    assert "CloudFront-Viewer-Country" not in sent("CloudFront-Viewer-Country")


@pytest.mark.parametrize(
    ("accepted", "reaches_the_origin"),
    [
        pytest.param("gzip, deflate, br", ("gzip",), id="gzip alone"),
        pytest.param("br", (), id="never brotli"),
        pytest.param("identity", (), id="no identity in its place"),
    ],
)
@pytest.mark.proves("CM-001", "CM-007")
def test_accept_encoding_is_gzip_or_nothing(
    accepted: str, reaches_the_origin: tuple[str, ...]
) -> None:
    behavior = a_behavior(cache_policy=a_cache_policy(legacy=True, gzip=True))
    request = a_request(headers=[("Accept-Encoding", accepted)])

    headers = origin_request(request, behavior, an_origin(), request_id="id==").headers

    assert headers.get_all("Accept-Encoding") == reaches_the_origin


@pytest.mark.proves("OR-010")
def test_a_policy_forwards_no_headers_by_default() -> None:
    request = a_request(headers=[("X-Other-Defined", "v"), ("Range", "bytes=0-1")])

    headers = origin_request(request, a_behavior(), an_origin(), request_id="id==").headers

    assert "X-Other-Defined" not in headers
    assert "Range" not in headers


def test_all_headers_are_forwarded_with_the_viewers_host() -> None:
    behavior = a_behavior(
        cache_policy=a_cache_policy(legacy=True),
        origin_request_policy=OriginRequestPolicy(id="ForwardedValues", headers=ALL),
    )
    request = a_request(headers=[("Accept", "v"), ("Accept-Encoding", "br")])

    headers = origin_request(request, behavior, an_origin(), request_id="id==").headers

    assert headers.get("Accept") == "v"
    assert headers.get("Accept-Encoding") == "br"
    assert headers.get("Host") == "logs.example.com"
