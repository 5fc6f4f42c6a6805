"""An HTTP request as the event that a Lambda@Edge function receives.

Not emulated yet: the body (LE-024 to LE-030), and the other three events.

Source: CloudFront Developer Guide, "Lambda@Edge event structure".
"""

from __future__ import annotations

from typing import Any

from localfront.edge.limits import EventType, is_disallowed
from localfront.messages import Headers, Request


def viewer_request_event(
    request: Request,
    *,
    distribution_id: str,
    distribution_domain_name: str,
    request_id: str,
) -> dict[str, Any]:
    """The event of a viewer's request, before the cache is looked at (LE-001 to LE-012).

    `distribution_domain_name` is the name under cloudfront.net, also when the viewer used an
    alias (LE-002). `request_id` is the id that X-Amz-Cf-Id carries (LE-005).
    """
    config = {
        "distributionDomainName": distribution_domain_name,
        "distributionId": distribution_id,
        "eventType": EventType.VIEWER_REQUEST.value,
        "requestId": request_id,
    }
    shown_request = {
        "clientIp": request.client_ip,
        "headers": _shown_headers(request.headers),
        "method": request.method,
        "querystring": shown(request.querystring),
        "uri": shown(request.uri),
    }
    return {"Records": [{"cf": {"config": config, "request": shown_request}}]}


def shown(text: str) -> str:
    """The text as functions see it: UTF-8, or else ISO-8859-1 (LE-018).

    Bytes that are not UTF-8 arrive as surrogate escapes (PEP 383), which JSON has no room for.
    """
    if text.isascii():
        return text
    raw = text.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("iso-8859-1")


def _shown_headers(headers: Headers) -> dict[str, list[dict[str, str]]]:
    """One list entry for each header line (LE-010), less the hidden ones (LH-001)."""
    shown_headers: dict[str, list[dict[str, str]]] = {}
    for name, value in headers:
        if not is_disallowed(name):
            line = {"key": name, "value": shown(value)}
            shown_headers.setdefault(name.lower(), []).append(line)
    return shown_headers
