"""Access control of the inspector: loopback names, no cross-site requests, and the token.

A page of another site cannot forge `Host`, `Origin` or `Sec-Fetch-Site`, and gets no CORS headers;
a name that resolves to this machine (DNS rebinding) is not accepted as Host. The token is in the
URL's fragment, which browsers never send, and the page sends it in a header, which other sites
cannot set. It is never in a cookie: cookies ignore ports, so any server on localhost would get it.

Sources: Fetch Standard, "HTTP extensions"; W3C, "Fetch Metadata Request Headers"; "Content Security
Policy Level 3".
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

NAMES = ("localhost", "127.0.0.1", "[::1]")
API = "/api/"
SCHEME = "Bearer "
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src "
    "'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Gate:
    """The access checks. `port` is the inspector's."""

    token: str
    port: int

    def refusal(self, request: web.Request) -> tuple[int, str] | None:
        """The status and reason of a refusal; None if the request is allowed."""
        hosts = {f"{name}:{self.port}" for name in NAMES}
        host = request.headers.getall("Host", [])
        if len(host) != 1 or host[0].lower() not in hosts:
            return 403, f"The inspector is only available at localhost:{self.port}."
        origins = {f"http://{host}" for host in hosts}
        if any(origin not in origins for origin in request.headers.getall("Origin", [])):
            return 403, "The inspector's API is only for its own page."
        site = request.headers.getall("Sec-Fetch-Site", ["none"])
        if any(value not in ("same-origin", "none") for value in site):
            # Typed, or a link: another site may navigate here, but cannot read the page.
            navigates = request.headers.get("Sec-Fetch-Mode") == "navigate"
            if not navigates or request.path.startswith(API):
                return 403, "The inspector's API is only for its own page."
        if request.path.startswith(API) and not self._has_token(request):
            return (
                401,
                "The token is missing, or from an earlier run. Open the address that localfront "
                "printed.",
            )
        return None

    def _has_token(self, request: web.Request) -> bool:
        tokens = request.headers.getall("Authorization", [])
        if len(tokens) != 1 or not tokens[0].startswith(SCHEME):
            return False
        token = tokens[0].removeprefix(SCHEME)
        return secrets.compare_digest(token.encode("utf-8", "replace"), self.token.encode())


def new_token() -> str:
    return secrets.token_urlsafe(24)


def refused(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)
