"""Header fields that belong to one connection, and are never passed on.

A sender names them in `Connection`, beside those that always are. Source: RFC 9110, section 7.6.1;
CloudFront Developer Guide, "Request and response behavior for custom origins", table of HTTP
request headers (OR-006, OR-021, RV-014).
"""

from __future__ import annotations

from localfront.http_messages.messages import Headers

# "MUST NOT be named in Connection": the field is for all recipients. Whoever names one all the
# same does not thereby choose another site, another framing, or a place in everybody's cache.
FOR_ALL_RECIPIENTS = frozenset(
    {
        "age", "cache-control", "connection", "content-encoding", "content-length",
        "content-range", "content-type", "date", "expires", "host", "transfer-encoding", "upgrade",
        "vary",
    }
)  # fmt: skip
PROXY = "proxy-"


def named_by_connection(headers: Headers) -> frozenset[str]:
    """The fields, in lower case, that the sender keeps to this connection."""
    named = ",".join(headers.get_all("connection")).lower().split(",")
    return frozenset(name.strip(" \t") for name in named) - FOR_ALL_RECIPIENTS


def without_named(headers: Headers) -> Headers:
    """The headers without those that `Connection` names; that line itself stays.

    Removed where a message comes in, so that no viewer takes away what a function or CloudFront
    adds later on.
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
