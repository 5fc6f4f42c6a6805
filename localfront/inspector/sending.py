"""Send a request to the site: repeated, changed, or for `localfront trace`.

It goes through a socket to the site's own port, like any viewer's, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from localfront.errors import LocalfrontError
from localfront.exchange.request_trace import Trace
from localfront.http_messages.messages import Request
from localfront.http_messages.viewer_facts import HEADER as VIEWER
from localfront.http_messages.viewer_facts import viewer_text

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"})
SECONDS = 60
# Headers that aiohttp would add, or that belong to this connection.
ADDED = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")
OWN = frozenset({"connection", "content-length", "transfer-encoding", "upgrade"})


class NotSentError(LocalfrontError):
    """The order is not a valid request."""


@dataclass(frozen=True, slots=True)
class Site:
    """The site's address from this machine; ports by scheme."""

    ports: Mapping[str, int]
    address: str = "127.0.0.1"

    @property
    def host(self) -> str:
        """The host for a URL."""
        return f"[{self.address}]" if ":" in self.address else self.address


def reached_at(address: str) -> str:
    """The address to connect to for a server's listening address."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104 -- replaces it


@dataclass(frozen=True, slots=True)
class RequestToSend:
    """A request to send. `target` is path and query string; `lines` include Host."""

    method: str
    scheme: str
    target: str
    lines: tuple[tuple[str, str], ...]
    body: str = ""


def read_order(given: Any) -> RequestToSend:
    """Parse an order. Raises NotSentError if invalid, or if it could contain a second request."""
    try:
        method, url = str(given["method"]).upper(), URL(str(given["url"]), encoded=True)
        lines = [(str(name), str(value)) for name, value in given.get("headers") or ()]
        body = str(given.get("body") or "")
        authority = url.raw_authority.rpartition("@")[2] if url.raw_host and url.port else ""
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotSentError("Send a method, a URL, and headers as pairs.") from error
    if method not in METHODS or url.scheme not in ("http", "https") or not authority:
        raise NotSentError(
            f"{method[:20]!r}: use one of CloudFront's methods, and a URL with http or https."
        )
    target = url.raw_path_qs or "/"
    texts = [target, *(text for line in lines for text in line)]
    if any(not text.isprintable() for text in texts) or " " in target:
        raise NotSentError("A target or a header has characters that are not allowed in a request.")
    lines = [line for line in lines if line[0].lower() not in OWN]
    if not any(name.lower() == "host" for name, _ in lines):
        lines.insert(0, ("Host", authority))
    return RequestToSend(method, url.scheme, target, tuple(lines), body)


def sent_lines(request: Request | None) -> tuple[tuple[str, str], ...]:
    """The header lines of a request, including its X-Localfront-Viewer."""
    if request is None:
        return ()
    facts = viewer_text(request.viewer)
    return (*request.headers, (VIEWER, facts)) if facts else request.headers.lines


def changed(before: Trace, changes: Any) -> dict[str, Any]:
    """An order for the same request with `changes`; headers are replaced by name.

    Raises NotSentError for malformed headers.
    """
    request = before.request
    scheme = request.scheme if request else "http"
    fields = changes if isinstance(changes, dict) else {}
    try:
        added = [(str(name), str(value)) for name, value in fields.get("headers") or ()]
    except (TypeError, ValueError) as error:
        raise NotSentError("Send headers as pairs.") from error
    replaced = {name.lower() for name, _ in added}
    remaining = [line for line in sent_lines(request) if line[0].lower() not in replaced]
    same = {"method": before.method, "url": f"{scheme}://{before.host}{before.target}"}
    return {**same, **fields, "headers": [*remaining, *added]}


async def send(order: RequestToSend, site: Site) -> str:
    """Send the request; returns CloudFront's request id. Raises NotSentError without a response."""
    url = URL(
        f"{order.scheme}://{site.host}:{site.ports[order.scheme]}{order.target}", encoded=True
    )
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, skip_auto_headers=ADDED) as session,
            session.request(
                order.method,
                url,
                headers=list(order.lines),
                data=order.body.encode() or None,
                allow_redirects=False,
                ssl=False,  # our own port, so nothing is in between
            ) as response,
        ):
            await response.read()
            return response.headers.get("X-Amz-Cf-Id", "")
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise NotSentError(f"No response: {error}") from error
