"""The request that goes to an origin, made from the viewer's by the policies.

Sources: CloudFront Developer Guide, "Control origin requests with a policy", "Request and response
behavior for custom origins", "Add custom headers to origin requests" (OR-001..012, PO-001..004).
"""

from __future__ import annotations

from dataclasses import replace

from localfront.cache.selections import (
    accept_encoding,
    take_cookies,
    take_query_strings,
)
from localfront.config.distribution import CacheBehavior, Origin
from localfront.config.policies import Selection
from localfront.http_messages.messages import Headers, Request
from localfront.http_messages.websockets import asks_for_websocket
from localfront.origins.legacy_headers import goes_on_by_default
from localfront.viewers.cloudfront_headers import (
    cloudfront_headers,
    is_added_by_cloudfront,
)

VIA = "localfront.cloudfront.net (CloudFront)"  # behind the version that the viewer speaks
USER_AGENT = "Amazon CloudFront"

# OR-006, and what CloudFront sets itself.
NEVER_FORWARDED = frozenset(
    {
        "connection", "cookie", "expect", "host", "keep-alive", "te", "trailer",
        "transfer-encoding", "upgrade", "x-forwarded-proto", "x-real-ip",
        "accept-encoding", "content-length", "user-agent", "via", "x-amz-cf-id", "x-forwarded-for",
    }
)  # fmt: skip
NEVER_FORWARDED_PREFIXES = ("proxy-", "x-edge-", "x-amz-cf-")
# OR-008: methods with which Authorization goes on without a policy.
AUTHORIZATION_KEPT = frozenset({"DELETE", "PATCH", "POST", "PUT"})


def origin_request(
    request: Request, behavior: CacheBehavior, origin: Origin, *, request_id: str
) -> Request:
    """The origin request as an origin-request function sees it: AWS's name as Host, but neither
    the origin's path nor its own headers yet (LE-032).
    """
    cache = behavior.cache_policy
    extra = behavior.origin_request_policy
    query_strings, cookies = cache.query_strings, cache.cookies
    if extra is not None:
        query_strings = query_strings.joined(extra.query_strings)
        cookies = cookies.joined(extra.cookies)
    headers = _selected_headers(request, behavior, origin)
    cookie = take_cookies(request.headers, cookies)
    if cookie:
        headers = headers.adding("Cookie", cookie)
    headers = _with_own_headers(headers, request, behavior, origin, request_id)
    if _goes_on_as_websocket(request, headers):
        for name, value in (("Connection", "Upgrade"), ("Upgrade", "websocket")):
            headers = headers.adding(name, value)
    return replace(
        request,
        querystring=take_query_strings(request.querystring, query_strings),
        headers=headers,
    )


def addressed(request: Request, origin: Origin) -> Request:
    """The request with the origin's path in front (OR-011) and its custom headers (OR-012)."""
    own = origin.custom_headers
    headers = request.headers.without(*(name for name, _ in own))
    return replace(
        request,
        uri=origin.origin_path + request.uri,
        headers=Headers.of((*headers, *own)),
    )


def _goes_on_as_websocket(request: Request, headers: Headers) -> bool:
    """MI-001: where the policies forward what a handshake needs."""
    return (
        asks_for_websocket(request.method, request.http_version, request.headers)
        and "sec-websocket-key" in headers
        and "sec-websocket-version" in headers
    )


def forwards_cookies(behavior: CacheBehavior) -> bool:
    """Whether Set-Cookie may reach the viewer (CA-024, RV-007)."""
    extra = behavior.origin_request_policy
    return behavior.cache_policy.cookies.takes_any or (
        extra is not None and extra.cookies.takes_any
    )


def _header_selection(behavior: CacheBehavior) -> Selection:
    extra = behavior.origin_request_policy
    listed = behavior.cache_policy.headers
    return listed if extra is None else listed.joined(extra.headers)


def _selected_headers(request: Request, behavior: CacheBehavior, origin: Origin) -> Headers:
    selection = _header_selection(behavior)
    replaced = added_headers(behavior)
    signs_for_lambda = origin.origin_access_control is not None and not origin.is_s3

    def goes_on(name: str) -> bool:
        if name in NEVER_FORWARDED or name.startswith(NEVER_FORWARDED_PREFIXES):
            return False
        if name in replaced:  # LE-022: CloudFront's value or none, never the viewer's
            return False
        if name == "content-type":
            # D.2 item 12, undocumented under a cache policy: it describes the body, which
            # always goes (OR-001), so it goes with the body.
            return True
        if name == "authorization" and _keeps_authorization(request.method, behavior):
            return True
        if name == "x-amz-content-sha256" and signs_for_lambda:
            return True  # AG-007: CloudFront signs with it
        if behavior.cache_policy.legacy and goes_on_by_default(name):
            return True
        return selection.takes(name)

    return Headers.of(line for line in request.headers if goes_on(line[0].lower()))


def _keeps_authorization(method: str, behavior: CacheBehavior) -> bool:
    return method in AUTHORIZATION_KEPT or (
        method == "OPTIONS" and "OPTIONS" not in behavior.cached_methods
    )


def _with_own_headers(
    headers: Headers,
    request: Request,
    behavior: CacheBehavior,
    origin: Origin,
    request_id: str,
) -> Headers:
    selection = _header_selection(behavior)
    host = request.headers.get("host") if selection.takes("host") else None
    agent = request.headers.get("user-agent") if selection.takes("user-agent") else None
    lines = [
        ("Host", origin.host_header or host or origin.domain_name),  # OR-002
        ("User-Agent", agent or USER_AGENT),  # OR-003
        (
            "Via",
            ", ".join((*request.headers.get_all("via"), f"{request.http_version} {VIA}")),
        ),  # OR-005
        ("X-Forwarded-For", _forwarded_for(request)),  # OR-004
        ("X-Amz-Cf-Id", request_id),
        *_encoding(request, behavior, selection),
        *cloudfront_headers(request, added_headers(behavior)),
    ]
    others = headers.without(*(name for name, _ in lines))
    return Headers.of((*others, *lines))


def _forwarded_for(request: Request) -> str:
    return ", ".join((*request.headers.get_all("x-forwarded-for"), request.client_ip))


def _encoding(
    request: Request, behavior: CacheBehavior, selection: Selection
) -> list[tuple[str, str]]:
    """CM-007: normalised where the cache policy compresses, else as the viewer sent it."""
    policy = behavior.cache_policy
    if policy.gzip or policy.brotli:
        value = accept_encoding(request, policy)
        if policy.legacy and not value:
            return []  # the header table: removed, not replaced
        return [("Accept-Encoding", value or "identity")]
    sent = request.headers.get("accept-encoding")
    return [("Accept-Encoding", sent)] if sent and selection.takes("accept-encoding") else []


def added_headers(behavior: CacheBehavior) -> frozenset[str]:
    """The CloudFront-* headers (lower case) that the policies ask for (OR-018)."""
    extra = behavior.origin_request_policy
    listed = filter(is_added_by_cloudfront, behavior.cache_policy.headers.names)
    return frozenset(listed) | (extra.cloudfront_headers if extra else frozenset())
