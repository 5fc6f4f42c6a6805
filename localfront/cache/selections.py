"""Select the query strings and cookies that a policy includes.

Values are copied byte for byte as the viewer sent them: query strings in the viewer's order
(CA-006), cookies sorted by name (CA-009).

Sources: CloudFront Developer Guide, "Cache content based on query string parameters" and
"Cache content based on cookies".
"""

from __future__ import annotations

from functools import lru_cache

from localfront.config.policies import CachePolicy, Mode, Selection
from localfront.http_messages.messages import Headers, Request


def take_query_strings(querystring: str, selection: Selection) -> str:
    """The selected parameters, joined by `&`; `;` is part of a value (CA-006)."""
    if selection.mode is Mode.ALL or not querystring:
        return querystring
    if selection.mode is Mode.NONE:
        return ""
    taken = [
        part for part in querystring.split("&") if part and selection.takes(part.partition("=")[0])
    ]
    return "&".join(taken)


def parse_cookies(headers: Headers) -> list[tuple[str, str]]:
    """The name=value pairs of all Cookie lines, in order.

    Anything else, and names that start with `$`, are left out (CA-009).
    """
    pairs: list[tuple[str, str]] = []
    for line in headers.get_all("cookie"):
        for part in line.split(";"):
            name, equals, value = part.strip(" \t").partition("=")
            if equals and name and not name.startswith("$"):
                pairs.append((name, value))
    return pairs


def take_cookies(headers: Headers, selection: Selection) -> str:
    """The Cookie header with only the selected cookies; "" when none is selected."""
    taken = [pair for pair in parse_cookies(headers) if selection.takes(pair[0])]
    taken.sort(key=lambda pair: pair[0])  # stable: equal names keep the viewer's order
    return "; ".join(f"{name}={value}" for name, value in taken)


def accept_encoding(request: Request, policy: CachePolicy) -> str:
    """Accept-Encoding as CloudFront normalises it: "br,gzip", "gzip", "br" or "" (CM-007).

    Empty for HTTP/1.0, which gets no compression (CM-003).
    """
    lines = request.headers.get_all("accept-encoding")
    if not lines or request.http_version == "1.0":
        return ""
    return _accepted(",".join(lines), policy.gzip, policy.brotli)


@lru_cache(maxsize=1024)  # browsers send a handful of distinct values
def _accepted(value: str, gzip: bool, brotli: bool) -> str:
    codings = ["".join(coding.lower().split()).partition(";q=") for coding in value.split(",")]
    refused = ("0", "0.0", "0.00", "0.000")
    accepted = {name for name, _, weight in codings if weight not in refused}
    wanted = [("br", brotli), ("gzip", gzip)]
    return ",".join(name for name, enabled in wanted if enabled and name in accepted)
