from __future__ import annotations

from dataclasses import replace

import pytest

from localfront.access.signed_requests import check_signature
from localfront.http_messages.messages import Request
from tests.localfront.factories import HOST
from tests.localfront.signers import (
    NOW,
    URL,
    a_policy,
    canned,
    custom,
    request_for,
    rsa_key,
    trusting,
)


def as_cookies(signed: Request, url: str = URL, *more: str) -> Request:
    """The same signature, in cookies."""
    pairs = [f"CloudFront-{p}" for p in signed.querystring.split("&")] + list(more)
    return request_for(url, headers=[("Cookie", "; ".join(["a=1", *pairs]))])


def passes(request: Request) -> bool:
    return check_signature(request, trusting(rsa_key()), now=NOW) is None


@pytest.mark.proves("SG-004")
def test_cookies_with_a_canned_policy_grant_access_to_one_url() -> None:
    assert passes(as_cookies(canned()))
    assert not passes(as_cookies(canned(), f"{URL}?a=1"))
    assert not passes(as_cookies(canned(), f"https://{HOST}/other"))


@pytest.mark.proves("SG-004")
def test_cookies_with_a_custom_policy_grant_access_to_what_it_covers() -> None:
    signed = custom(a_policy(f"https://{HOST}/films/*"))

    assert passes(as_cookies(signed))
    assert passes(as_cookies(signed, f"https://{HOST}/films/a/b?c=1"))
    assert not passes(as_cookies(signed, f"https://{HOST}/film"))


@pytest.mark.proves("SG-004")
def test_other_cookies_are_not_read_as_a_signature() -> None:
    plain = request_for(URL, headers=[("Cookie", canned().querystring.replace("&", "; "))])
    lower = as_cookies(canned())
    cookie = (lower.headers.get("cookie") or "").lower()

    assert not passes(plain)
    assert not passes(lower.with_headers(lower.headers.replacing("Cookie", cookie)))


@pytest.mark.parametrize(
    "parameter",
    ["Expires=1", "Policy=x", "Signature=x", "Key-Pair-Id=x", "Hash-Algorithm="],
)
@pytest.mark.proves("SG-005")
def test_a_signature_parameter_in_the_url_makes_cookies_irrelevant(
    parameter: str,
) -> None:
    signed = as_cookies(custom(a_policy("*")))

    assert passes(signed)
    assert not passes(replace(signed, querystring=parameter))


@pytest.mark.proves("SG-005")
def test_a_signed_url_passes_whatever_the_cookies_are() -> None:
    request = replace(canned(), headers=as_cookies(canned(), URL).headers)
    spoilt = request.headers.replacing("Cookie", "CloudFront-Policy=x")

    assert passes(request.with_headers(spoilt))


def test_a_repeated_cookie_gets_403() -> None:
    request = as_cookies(custom(a_policy()), URL, "CloudFront-Key-Pair-Id=x")

    refusal = check_signature(request, trusting(rsa_key()), now=NOW)

    assert refusal is not None
    assert "Key-Pair-Id occurs twice" in refusal.message
