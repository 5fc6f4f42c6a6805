from __future__ import annotations

import pytest

from localfront.cache.key import CacheKey, cache_key
from localfront.config.policies import CachePolicy
from localfront.http_messages.messages import Request
from localfront.http_messages.viewer_facts import ViewerFacts
from tests.localfront.factories import (
    ALL,
    DISTRIBUTION_ID,
    a_cache_policy,
    a_request,
    listed,
)

NOTHING = a_cache_policy()


def key(request: Request, policy: CachePolicy = NOTHING) -> CacheKey:
    return cache_key(request, DISTRIBUTION_ID, policy)


@pytest.mark.proves("CA-001")
def test_the_key_is_the_distribution_and_the_path() -> None:
    plain = a_request("/a")
    dressed = a_request(
        "/a?q=1",
        headers=[
            ("Host", "other.example.com"),
            ("Cookie", "a=1"),
            ("Accept-Language", "nl"),
            ("Accept-Encoding", "gzip"),
        ],
    )

    assert key(plain) == key(dressed)
    assert key(plain) != key(a_request("/b"))
    assert key(plain) != cache_key(plain, "E2", NOTHING)


@pytest.mark.parametrize("uri", ["/A", "/a/", "//a", "/%61", "/./a"])
@pytest.mark.proves("CA-001")
def test_each_encoding_of_a_path_is_a_separate_object(uri: str) -> None:
    assert key(a_request(uri)) != key(a_request("/a"))


@pytest.mark.proves("CA-002", "CA-006")
def test_query_strings_in_the_key_are_compared_with_their_order() -> None:
    policy = a_cache_policy(query_strings=ALL)

    assert key(a_request("/?a=1&b=2"), policy) != key(a_request("/?b=2&a=1"), policy)
    assert key(a_request("/?a=x"), policy) != key(a_request("/?a=X"), policy)
    assert key(a_request("/?a=x"), policy) != key(a_request("/?A=x"), policy)


@pytest.mark.proves("CA-002")
def test_unlisted_query_strings_are_not_in_the_key() -> None:
    policy = a_cache_policy(query_strings=listed("a"))

    assert key(a_request("/?a=1&b=2"), policy) == key(a_request("/?b=3&a=1"), policy)


@pytest.mark.proves("CA-002", "CA-008")
def test_header_values_in_the_key_are_case_sensitive() -> None:
    policy = a_cache_policy(headers=listed("x-tenant"))

    def of(*lines: tuple[str, str]) -> CacheKey:
        return key(a_request(headers=lines), policy)

    assert of(("X-Tenant", "a")) == of(("x-TENANT", "a"))
    assert of(("X-Tenant", "a")) != of(("X-Tenant", "A"))
    assert of(("X-Tenant", "a")) != of()
    assert of(("X-Tenant", "")) != of()
    assert of(("X-Tenant", "a"), ("X-Other", "b")) == of(("X-Tenant", "a"))


@pytest.mark.proves("CA-008")
def test_the_order_of_different_headers_does_not_matter() -> None:
    policy = a_cache_policy(headers=listed("a", "b"))

    first = a_request(headers=[("A", "1"), ("B", "2")])
    second = a_request(headers=[("B", "2"), ("A", "1")])
    assert key(first, policy) == key(second, policy)


@pytest.mark.proves("CA-002", "CA-009")
def test_cookies_in_the_key_are_compared_without_their_order() -> None:
    policy = a_cache_policy(cookies=listed("a", "b"))

    def of(line: str) -> CacheKey:
        return key(a_request(headers=[("Cookie", line)]), policy)

    assert of("a=1; b=2") == of("b=2; a=1; c=3")
    assert of("a=1") != of("a=2")
    assert of("a=1") != of("A=1")


@pytest.mark.proves("CA-004")
def test_options_has_separate_entries_and_get_and_head_share_one() -> None:
    get, head, options = (key(a_request(method=method)) for method in ("GET", "HEAD", "OPTIONS"))

    assert get == head
    assert options != get


@pytest.mark.proves("CA-005")
def test_http_and_https_share_an_entry_unless_the_protocol_is_in_the_key() -> None:
    by_protocol = a_cache_policy(headers=listed("cloudfront-forwarded-proto"))
    http, https = a_request(scheme="http"), a_request(scheme="https")

    assert key(http) == key(https)
    assert key(http, by_protocol) != key(https, by_protocol)


@pytest.mark.proves("LE-022")
def test_a_viewer_cannot_choose_the_value_of_a_cloudfront_header() -> None:
    by_protocol = a_cache_policy(headers=listed("cloudfront-forwarded-proto"))
    forged = a_request(headers=[("CloudFront-Forwarded-Proto", "http")])

    assert key(forged, by_protocol) == key(a_request(), by_protocol)


@pytest.mark.proves("CM-007")
def test_accept_encoding_in_the_key_depends_on_the_policys_codings() -> None:
    policy = a_cache_policy(gzip=True, brotli=True)

    def of(value: str) -> CacheKey:
        return key(a_request(headers=[("Accept-Encoding", value)]), policy)

    assert of("gzip, br") == of("br;q=1, gzip, deflate")
    assert of("gzip") != of("br")


def test_a_printed_key_hides_the_values_of_headers_and_cookies() -> None:
    policy = a_cache_policy(
        headers=listed("authorization"),
        cookies=ALL,
        query_strings=ALL,
        gzip=True,
    )
    request = a_request(
        "/a?b=1",
        method="OPTIONS",
        headers=[
            ("Authorization", "Bearer hunter2"),
            ("Cookie", "session-id=hunter2; x=hunter2"),
            ("Accept-Encoding", "gzip"),
        ],
    )

    printed = str(key(request, policy))

    assert printed == "/a?b=1 authorization:… session-id=… x=… gzip OPTIONS"


@pytest.mark.proves("CA-005")
def test_country_and_device_are_in_the_key_if_the_policy_says_so() -> None:
    country = a_cache_policy(headers=listed("cloudfront-viewer-country"))
    mobile = a_cache_policy(headers=listed("cloudfront-is-mobile-viewer"))
    german = a_request(viewer=ViewerFacts(country="DE"))
    phone = a_request(headers=[("User-Agent", "Mobile")])

    assert key(german, country) != key(a_request(), country)
    assert key(german, mobile) == key(a_request(), mobile)
    assert key(phone, mobile) != key(a_request(), mobile)


@pytest.mark.proves("LE-022")
def test_a_viewer_cannot_choose_its_country_in_the_key() -> None:
    policy = a_cache_policy(headers=listed("cloudfront-viewer-country"))
    forged = a_request(headers=[("CloudFront-Viewer-Country", "DE")])

    assert key(forged, policy) == key(a_request(), policy)
