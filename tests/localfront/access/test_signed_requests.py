from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.access.signed_requests import without_signature
from tests.localfront.factories import HOST, a_behavior
from tests.localfront.signers import (
    EXPIRES,
    KEY_ID,
    NOW,
    URL,
    PrivateKey,
    botocore_signer,
    canned,
    changed,
    ecdsa_key,
    encode,
    refused,
    request_for,
    rsa_key,
    trusting,
    verdict,
    with_query,
)


@pytest.mark.proves("SG-001")
def test_an_unrestricted_behavior_needs_no_signature() -> None:
    assert verdict(request_for(URL), a_behavior()) is None


@pytest.mark.proves("SG-001")
def test_an_unsigned_request_gets_403_and_cloudfronts_message() -> None:
    assert refused(request_for(URL)).startswith("Missing Key-Pair-Id query parameter or cookie")


@pytest.mark.proves("SG-001")
def test_a_restricted_behavior_without_keys_denies_every_request() -> None:
    assert "Unknown Key" in refused(canned(), a_behavior(restricted=True))
    assert "Missing Key" in refused(request_for(URL), a_behavior(restricted=True))


@pytest.mark.parametrize("make_key", [rsa_key, ecdsa_key], ids=["RSA", "ECDSA"])
@pytest.mark.parametrize(
    "url",
    [URL, f"{URL}?size=large&license=yes", "http://d111111abcdef8.cloudfront.net/"],
)
@pytest.mark.proves("SG-001", "SG-002", "SG-003")
def test_a_url_that_botocore_signed_passes(url: str, make_key: Callable[[], PrivateKey]) -> None:
    key = make_key()

    assert verdict(canned(url, key=key), trusting(key)) is None


@pytest.mark.proves("SG-002")
def test_a_custom_policy_that_botocore_made_passes() -> None:
    signer = botocore_signer()
    policy = signer.build_policy(
        f"https://{HOST}/films/*",
        date_less_than=datetime.fromtimestamp(EXPIRES, UTC),
        date_greater_than=datetime.fromtimestamp(NOW - 60, UTC),
        ip_address="192.0.2.0/24",
    )
    request = request_for(signer.generate_presigned_url(URL, policy=policy))

    assert verdict(replace(request, client_ip="192.0.2.9")) is None
    assert "the viewer is 198.51.100.1" in refused(replace(request, client_ip="198.51.100.1"))


@pytest.mark.proves("SG-001")
def test_a_canned_url_expires_at_the_signed_second() -> None:
    assert verdict(canned(), now=EXPIRES - 0.001) is None
    assert "expired at 2026-01-01T18:01:00+00:00" in refused(canned(), now=EXPIRES)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(f"https://{HOST}/films/warp.mp3", id="path"),
        pytest.param(f"https://{HOST}/films/warp.mp4/", id="trailing slash"),
        pytest.param(f"https://{HOST}/films/%77arp.mp4", id="encoded path"),
        pytest.param("https://d111111abcdef8.cloudfront.net/films/warp.mp4", id="host"),
        pytest.param(f"http://{HOST}/films/warp.mp4", id="protocol"),
    ],
)
@pytest.mark.proves("SG-001")
def test_a_canned_signature_is_valid_for_one_url_only(other: str) -> None:
    request = replace(request_for(other), querystring=canned().querystring)

    assert f"{other} until {EXPIRES}" in refused(request)


@pytest.mark.parametrize("more", ["&a=1", "&a", "&&", "&Range=1", "&expires=9"])
@pytest.mark.proves("SG-006")
def test_a_query_string_that_is_added_after_signing_gets_403(more: str) -> None:
    request = canned()

    assert "added after signing" in refused(with_query(request, request.querystring + more))


@pytest.mark.proves("SG-002")
def test_signature_parameters_may_be_anywhere_in_the_query_string() -> None:
    request = canned(f"{URL}?a=1&b=2")
    a, b, *signature = request.querystring.split("&")

    mixed = "&".join([signature[2], a, signature[0], b, signature[1]])

    assert verdict(with_query(request, mixed)) is None


@pytest.mark.proves("SG-001")
def test_an_expiry_later_than_the_signed_one_gets_403() -> None:
    later = changed(canned(), f"Expires={EXPIRES}", f"Expires={EXPIRES + 1}")

    assert "signature does not match" in refused(later)


@pytest.mark.parametrize(
    "expires",
    [
        "",
        "NaN",
        "1e99",
        "-1",
        "01767290460",
        "1767290460.0",
        "9" * 20,
        "1795919269000",
        "9" * 5000,
        "٣",
        "+1",
    ],
)
@pytest.mark.proves("SG-009")
def test_expires_is_whole_seconds(expires: str) -> None:
    request = changed(canned(), f"Expires={EXPIRES}", f"Expires={expires}")

    assert "whole seconds since 1970" in refused(request)


@pytest.mark.parametrize(
    "more", [f"Expires={EXPIRES}", f"Key-Pair-Id={KEY_ID}", "Signature=AA__", "Expires"]
)
def test_a_repeated_parameter_gets_403(more: str) -> None:
    request = canned()

    assert "occurs twice" in refused(with_query(request, f"{more}&{request.querystring}"))


def test_a_url_with_both_expires_and_policy_gets_403() -> None:
    request = canned()
    both = with_query(request, f"{request.querystring}&Policy={encode(b'{}')}")
    neither = request_for(f"{URL}?Signature=AAAA&Key-Pair-Id={KEY_ID}")

    assert "one of Expires and Policy" in refused(both)
    assert "one of Expires and Policy" in refused(neither)


def test_a_local_port_may_be_signed_or_not() -> None:
    local = "https://logs.starfleet.localhost:8443/films/warp.mp4"
    without = replace(
        request_for(local), querystring=canned(local.replace(":8443", "")).querystring
    )

    assert verdict(canned(local)) is None
    assert verdict(without) is None
    assert verdict(replace(request_for(local), querystring=canned().querystring)) is not None


@pytest.mark.parametrize(
    ("querystring", "left"),
    [
        ("", ""),
        ("Expires=1&Signature=a&Key-Pair-Id=K", ""),
        (
            "a=1&Policy=x&b=%20+;&Signature=s&Key-Pair-Id=K&Hash-Algorithm=SHA1",
            "a=1&b=%20+;",
        ),
        ("a&&expires=1&Expires", "a&&expires=1"),
        ("policy=1&CloudFront-Policy=2", "policy=1&CloudFront-Policy=2"),
    ],
)
def test_signature_parameters_are_removed_from_a_query_string(querystring: str, left: str) -> None:
    assert without_signature(querystring) == left


@given(st.text(alphabet="aPExpires=&%;", max_size=30))
def test_other_query_string_parameters_stay_unchanged(querystring: str) -> None:
    left = without_signature(querystring)

    assert without_signature(left) == left
    if "Expires" not in querystring:
        assert left == querystring


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_query_string_gets_a_verdict_without_an_exception(querystring: str) -> None:
    for signed in (
        querystring,
        f"Policy={querystring}&Signature=AAAA&Key-Pair-Id={KEY_ID}",
    ):
        assert verdict(with_query(request_for(URL), signed)) is not None
