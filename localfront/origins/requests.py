"""Build the origin request from the viewer's, by the policies.

Sources: CloudFront Developer Guide, "Control origin requests with a policy", "Request and response
behavior for custom origins", "Add custom headers to origin requests" (OR-001..012, PO-001..004).
"""

from __future__ import annotations

from localfront.cache.selections import (
    accept_encoding,
    take_cookies,
    take_query_strings,
)
from localfront.config.distribution import CacheBehavior, Origin
from localfront.config.policies import Mode
from localfront.http_messages.messages import Headers, Request
from localfront.http_messages.websockets import is_websocket_handshake
from localfront.origins.legacy_headers import is_forwarded_by_default
from localfront.viewers.cloudfront_headers import cloudfront_headers

VIA = "localfront.cloudfront.net (CloudFront)"  # after the viewer's HTTP version
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
# OR-008: methods for which Authorization is forwarded without a policy.
AUTHORIZATION_KEPT = frozenset({"DELETE", "PATCH", "POST", "PUT"})


def origin_request(
    request: Request, behavior: CacheBehavior, origin: Origin, *, request_id: str
) -> Request:
    """The origin request as origin-request functions see it (LE-032).

    Host is the origin's name; the origin path and custom headers are not added yet.
    """
    forwards = behavior.forwards
    lines = _selected(request, behavior, origin)
    if forwards.cookies.takes_any and (cookie := take_cookies(request.headers, forwards.cookies)):
        lines.append(("Cookie", cookie))
    lines += _own(request, behavior, origin, request_id)
    headers = Headers(tuple(lines))
    if _forwards_handshake(request, headers):
        headers = Headers((*lines, ("Connection", "Upgrade"), ("Upgrade", "websocket")))
    querystring = take_query_strings(request.querystring, forwards.query_strings)
    return request.with_changes(headers, request.uri, querystring)


def addressed(request: Request, origin: Origin) -> Request:
    """The request with the origin path (OR-011) and custom headers (OR-012)."""
    own, headers = origin.custom_headers, request.headers
    if not own and not origin.origin_path:
        return request
    if own:
        headers = Headers((*headers.without(*(name for name, _ in own)), *own))
    return request.with_changes(headers, origin.origin_path + request.uri, request.querystring)


def _forwards_handshake(request: Request, headers: Headers) -> bool:
    """Whether to forward a WebSocket handshake: if the policies forward its headers (MI-001)."""
    return (
        is_websocket_handshake(request.method, request.http_version, request.headers)
        and "sec-websocket-key" in headers
        and "sec-websocket-version" in headers
    )


def forwards_cookies(behavior: CacheBehavior) -> bool:
    """Whether Set-Cookie may reach the viewer (CA-024, RV-007)."""
    return behavior.forwards.cookies.mode is not Mode.NONE


def _selected(request: Request, behavior: CacheBehavior, origin: Origin) -> list[tuple[str, str]]:
    """The viewer's header lines to forward, without CloudFront's own names."""
    forwards, legacy = behavior.forwards, behavior.cache_policy.legacy
    # D.2 item 12, undocumented under a cache policy: it describes the body, so it is forwarded with
    # it (OR-001).
    always = ["content-type"]
    if _keeps_authorization(request.method, behavior):
        always.append("authorization")
    if origin.origin_access_control is not None and not origin.is_s3:
        always.append("x-amz-content-sha256")  # AG-007: CloudFront signs with it
    return [
        line
        for line in request.headers.lines
        if (name := line[0].lower()) not in NEVER_FORWARDED
        and not name.startswith(NEVER_FORWARDED_PREFIXES)
        and name not in forwards.cloudfront_headers  # LE-022: CloudFront's value, or none
        and (
            name in always
            or (legacy and is_forwarded_by_default(name))
            or forwards.headers.takes(name)
        )
    ]


def _keeps_authorization(method: str, behavior: CacheBehavior) -> bool:
    return method in AUTHORIZATION_KEPT or (
        method == "OPTIONS" and "OPTIONS" not in behavior.cached_methods
    )


def _own(
    request: Request, behavior: CacheBehavior, origin: Origin, request_id: str
) -> list[tuple[str, str]]:
    """The lines that CloudFront sets, replacing the viewer's."""
    forwards, viewers = behavior.forwards, request.headers
    takes = forwards.headers.takes
    host = viewers.get("host") if takes("host") else None
    agent = viewers.get("user-agent") if takes("user-agent") else None
    via = f"{request.http_version} {VIA}"
    return [
        ("Host", origin.host_header or host or origin.domain_name),  # OR-002
        ("User-Agent", agent or USER_AGENT),  # OR-003
        ("Via", ", ".join((*viewers.get_all("via"), via))),  # OR-005
        (
            "X-Forwarded-For",  # OR-004
            ", ".join((*viewers.get_all("x-forwarded-for"), request.client_ip)),
        ),
        ("X-Amz-Cf-Id", request_id),
        *_encoding(request, behavior),
        *cloudfront_headers(request, forwards.cloudfront_headers),
    ]


def _encoding(request: Request, behavior: CacheBehavior) -> list[tuple[str, str]]:
    """Accept-Encoding: normalised if the cache policy compresses (CM-007), else the viewer's."""
    policy = behavior.cache_policy
    if policy.gzip or policy.brotli:
        value = accept_encoding(request, policy)
        if policy.legacy and not value:
            return []  # the header table: removed, not replaced
        return [("Accept-Encoding", value or "identity")]
    sent = request.headers.get("accept-encoding")
    takes = behavior.forwards.headers.takes
    return [("Accept-Encoding", sent)] if sent and takes("accept-encoding") else []
