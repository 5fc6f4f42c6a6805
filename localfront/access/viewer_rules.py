"""Checks on a viewer's request before anything else happens: size, protocol, method.

Sources: CloudFront Developer Guide, "Require HTTPS between viewers and CloudFront" (VP-001..004),
"Request and response behavior for custom origins" (VP-005..010).
"""

from __future__ import annotations

from dataclasses import replace

from localfront.config.distribution import CacheBehavior, ViewerProtocolPolicy
from localfront.exchange.refusal import HttpsRedirect, Refusal
from localfront.http_messages.messages import Headers, Request
from localfront.profiles import PROFILE_2026, Profile

MAX_URL_BYTES = 8192
MAX_CHAIN = 2  # distributions, HO-013
OF_CLOUDFRONT = ".cloudfront.net (CloudFront)"


def check_size(request: Request, profile: Profile = PROFILE_2026) -> Refusal | None:
    """Refuse a URL or a head that is too large (VP-009, VP-010; table D.1, row 4)."""
    if _is_clearly_small(request, profile):
        return None
    target = _bytes(request.target)
    if target > MAX_URL_BYTES:
        return Refusal(
            status=profile.url_too_long,
            rule="VP-009",
            message=f"The URL has {target} bytes; CloudFront accepts at most {MAX_URL_BYTES}.",
            close=True,
        )
    head = target + sum(_bytes(n) + _bytes(v) + 4 for n, v in request.headers)
    if head > profile.max_request_head:
        return Refusal(
            status=profile.head_too_large,
            rule="VP-010",
            message=f"Request line and headers have {head} bytes; "
            f"CloudFront accepts at most {profile.max_request_head}.",
            close=True,
        )
    return None


def check_chain(request: Request) -> Refusal | None:
    """Refuse a request that passed two distributions already, by its `Via` (HO-013)."""
    passed = request.headers.once(_passed)
    if passed < MAX_CHAIN:
        return None
    return Refusal(
        status=403,
        rule="HO-013",
        message=f"The request came through {passed} distributions already, according to its Via "
        "header, "
        f"and CloudFront accepts a chain of at most {MAX_CHAIN}.",
    )


def _passed(headers: Headers) -> int:
    lines = headers.get_all("via")
    return sum(via.strip().endswith(OF_CLOUDFRONT) for line in lines for via in line.split(","))


def for_profile(refusal: Refusal, profile: Profile) -> Refusal:
    """The refusal of a request that was not read to its end, with the profile's status code."""
    match refusal.rule:
        case "VP-009":
            return replace(refusal, status=profile.url_too_long)
        case "VP-010":
            return replace(refusal, status=profile.head_too_large)
        case _:
            return refusal


def _is_clearly_small(request: Request, profile: Profile) -> bool:
    """A quick check that counts four bytes for each character; enough for nearly all requests."""
    characters = len(request.uri) + len(request.querystring) + 1
    if characters * 4 > MAX_URL_BYTES:
        return False
    characters += request.headers.once(_characters)
    return characters * 4 <= profile.max_request_head


def _characters(headers: Headers) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers.lines)


def _bytes(text: str) -> int:
    """The size on the wire; bytes that are not UTF-8 are surrogate escapes (PEP 383)."""
    return len(text.encode("utf-8", "surrogateescape"))


def check_protocol(request: Request, behavior: CacheBehavior) -> HttpsRedirect | Refusal | None:
    """Apply the viewer protocol policy to a request over plain HTTP."""
    if request.scheme == "https":
        return None
    match behavior.viewer_protocol_policy:
        case ViewerProtocolPolicy.ALLOW_ALL:
            return None
        case ViewerProtocolPolicy.HTTPS_ONLY:
            return Refusal(
                status=403,
                rule="VP-003",
                message=f"Behavior {behavior.path_pattern!r} is https-only.",
            )
        case ViewerProtocolPolicy.REDIRECT_TO_HTTPS if request.method in (
            "GET",
            "HEAD",
        ):
            return HttpsRedirect(301)
        case ViewerProtocolPolicy.REDIRECT_TO_HTTPS if request.http_version == "1.0":
            return Refusal(
                status=403,
                rule="VP-002",
                message=f"{request.method} over HTTP/1.0 can't be redirected with its body.",
            )
        case _:
            return HttpsRedirect(307)


def check_method(request: Request, behavior: CacheBehavior, *, has_body: bool) -> Refusal | None:
    """Refuse a method that the behavior does not allow, or a body on GET: 403 (VP-005, VP-008)."""
    if request.method not in behavior.allowed_methods:
        allowed = ", ".join(sorted(behavior.allowed_methods))
        return Refusal(
            status=403,
            rule="VP-005",
            message=f"{request.method} is not an allowed method of behavior "
            f"{behavior.path_pattern!r}, which takes {allowed}.",
        )
    if has_body and request.method == "GET":
        return Refusal(status=403, rule="VP-008", message="CloudFront refuses a GET with a body.")
    return None
