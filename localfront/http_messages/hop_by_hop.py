"""Hop-by-hop header fields, which are not forwarded.

Some always are; a sender lists others in `Connection`. Source: RFC 9110, section 7.6.1;
CloudFront Developer Guide, "Request and response behavior for custom origins", table of HTTP
request headers (OR-006, OR-021, RV-014).
"""

from __future__ import annotations

from localfront.http_messages.messages import Headers

# "MUST NOT" be listed in Connection, as these are for all recipients. Listing one must not change
# the site, the framing, or the caching.
FOR_ALL_RECIPIENTS = frozenset(
    {
        "age", "cache-control", "connection", "content-encoding", "content-length",
        "content-range", "content-type", "date", "expires", "host", "transfer-encoding", "upgrade",
        "vary",
    }
)  # fmt: skip
PROXY = "proxy-"


def named_by_connection(headers: Headers) -> frozenset[str]:
    """The field names in `Connection`, in lower case."""
    named = ",".join(headers.get_all("connection")).lower().split(",")
    return frozenset(name.strip(" \t") for name in named) - FOR_ALL_RECIPIENTS


def without_named(headers: Headers) -> Headers:
    """The headers without those listed in `Connection`; that line itself stays.

    Removed when a message is received, so that a viewer cannot remove what a function or CloudFront
    adds later.
    """
    if "connection" not in headers:
        return headers
    named = named_by_connection(headers) & headers.names()
    return headers.without(*named) if named else headers


def without_proxy_fields(headers: Headers) -> Headers:
    """The headers without `Proxy-Authenticate`, `Proxy-Connection` and the like."""
    names = headers.names()
    if PROXY not in " ".join(names):  # one look at all of them
        return headers
    return headers.without(*[name for name in names if name.startswith(PROXY)])
