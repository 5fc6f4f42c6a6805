from __future__ import annotations

import pytest

from localfront.access.viewer_rules import (
    MAX_URL_BYTES,
    check_chain,
    check_method,
    check_protocol,
    check_size,
)
from localfront.config.distribution import CacheBehavior, ViewerProtocolPolicy
from localfront.exchange.refusal import HttpsRedirect, Refusal
from localfront.profiles import CLASSIC, PROFILE_2026
from tests.localfront.factories import a_behavior, a_request

REDIRECTS = a_behavior(viewer_protocol_policy=ViewerProtocolPolicy.REDIRECT_TO_HTTPS)
HTTPS_ONLY = a_behavior(viewer_protocol_policy=ViewerProtocolPolicy.HTTPS_ONLY)
ALLOWS_ALL = a_behavior(viewer_protocol_policy=ViewerProtocolPolicy.ALLOW_ALL)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.proves("VP-001")
def test_reading_over_http_is_redirected_with_301(method: str, version: str) -> None:
    request = a_request(scheme="http", method=method, http_version=version)

    assert check_protocol(request, REDIRECTS) == HttpsRedirect(301)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
@pytest.mark.proves("VP-002")
def test_writing_over_http_is_redirected_with_307(method: str) -> None:
    request = a_request(scheme="http", method=method)

    assert check_protocol(request, REDIRECTS) == HttpsRedirect(307)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
@pytest.mark.proves("VP-002")
def test_writing_over_http_1_0_is_refused(method: str) -> None:
    request = a_request(scheme="http", method=method, http_version="1.0")

    verdict = check_protocol(request, REDIRECTS)

    assert isinstance(verdict, Refusal)
    assert (verdict.status, verdict.rule) == (403, "VP-002")


@pytest.mark.proves("VP-003")
def test_https_only_refuses_http_with_403() -> None:
    verdict = check_protocol(a_request(scheme="http"), HTTPS_ONLY)

    assert isinstance(verdict, Refusal)
    assert (verdict.status, verdict.rule) == (403, "VP-003")


@pytest.mark.parametrize("behavior", [REDIRECTS, HTTPS_ONLY, ALLOWS_ALL])
@pytest.mark.proves("VP-001", "VP-003")
def test_https_is_allowed_by_every_viewer_protocol_policy(behavior: CacheBehavior) -> None:
    assert check_protocol(a_request(), behavior) is None


def test_allow_all_allows_http() -> None:
    assert check_protocol(a_request(scheme="http"), ALLOWS_ALL) is None


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "TRACE", "get", "PROPFIND"])
@pytest.mark.proves("VP-005")
def test_a_method_that_is_not_allowed_gets_403(method: str) -> None:
    refusal = check_method(a_request(method=method), a_behavior(), has_body=False)

    assert refusal is not None
    assert (refusal.status, refusal.rule) == (403, "VP-005")
    assert "GET, HEAD" in refusal.message


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.proves("VP-005")
def test_an_allowed_method_passes(method: str) -> None:
    assert check_method(a_request(method=method), a_behavior(), has_body=False) is None


@pytest.mark.proves("VP-008")
def test_a_get_with_a_body_gets_403() -> None:
    refusal = check_method(a_request(), a_behavior(), has_body=True)

    assert refusal is not None
    assert (refusal.status, refusal.rule) == (403, "VP-008")


@pytest.mark.parametrize("target", ["/" + "a" * 8191, "/?" + "a" * 8190])
@pytest.mark.proves("VP-009")
def test_a_url_of_8192_bytes_passes(target: str) -> None:
    assert len(target) == MAX_URL_BYTES
    assert check_size(a_request(target)) is None


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("/" + "a" * 8192, id="path"),
        pytest.param("/?" + "a" * 8191, id="query string"),
        pytest.param("/" + "\u00e9" * 4096, id="bytes, not characters"),
        pytest.param("/" + "\udce9" * 8192, id="bytes that are not UTF-8"),
    ],
)
@pytest.mark.proves("VP-009")
def test_a_longer_url_gets_414_and_the_connection_ends(target: str) -> None:
    refusal = check_size(a_request(target))

    assert refusal is not None
    assert (refusal.status, refusal.rule, refusal.close) == (414, "VP-009", True)


def test_a_path_that_is_not_utf_8_passes() -> None:
    assert check_size(a_request("/caf\udce9")) is None


@pytest.mark.proves("VP-010")
def test_a_head_of_32768_bytes_passes_and_one_more_gets_494() -> None:
    # "/", then Host, then the header: name, colon, space, value, line end.
    other_bytes = len("/") + len("Host") + len("logs.example.com") + 4 + len("X-Long") + 4
    longest = "a" * (PROFILE_2026.max_request_head - other_bytes)

    assert check_size(a_request(headers=[("X-Long", longest)])) is None
    refusal = check_size(a_request(headers=[("X-Long", longest + "a")]))
    assert refusal is not None
    assert (refusal.status, refusal.rule, refusal.close) == (494, "VP-010", True)


@pytest.mark.parametrize("character", ["\u00e9", "\udce9\udcea"])
@pytest.mark.proves("VP-010")
def test_headers_are_measured_in_bytes(character: str) -> None:
    request = a_request(headers=[("X-Long", character * (PROFILE_2026.max_request_head // 2))])

    refusal = check_size(request)

    assert refusal is not None
    assert refusal.status == 494


@pytest.mark.proves("VP-009", "VP-010")
def test_the_classic_profile_answers_413_for_both_with_a_lower_header_limit() -> None:
    long_url = check_size(a_request("/" + "a" * MAX_URL_BYTES), CLASSIC)
    long_head = check_size(a_request(headers=[("X-Long", "a" * 20_480)]), CLASSIC)

    assert long_url is not None
    assert (long_url.status, long_url.rule, long_url.close) == (413, "VP-009", True)
    assert long_head is not None
    assert (long_head.status, long_head.rule, long_head.close) == (413, "VP-010", True)
    assert check_size(a_request(headers=[("X-Long", "a" * 20_480)])) is None


CHAIN = "1.1 abc.cloudfront.net (CloudFront)"


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        ([], False),
        ([CHAIN], False),
        (["1.1 proxy.example.com", CHAIN, "1.1 proxy"], False),
        ([f"2.0 x.cloudfront.net (CloudFront), {CHAIN}"], True),
        ([CHAIN, CHAIN], True),
    ],
)
@pytest.mark.proves("HO-013")
def test_a_chain_has_two_distributions_at_most(lines: list[str], refused: bool) -> None:
    refusal = check_chain(a_request(headers=[("Via", line) for line in lines]))

    assert (refusal is not None and refusal.status == 403) is refused
