"""Access control of the inspector: loopback names, no other site's page, and the token.

A page elsewhere can't forge `Host`, `Origin` or `Sec-Fetch-Site`, and is given no CORS; a name that
was made to resolve to this machine isn't one of ours (DNS rebinding). The token is in the address's
fragment, which browsers send to nobody, and comes back in a header, which no other site may set. It
is never in a cookie: cookies know no ports, and any server on localhost would get it.

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
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
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
    """`port` is where the inspector listens."""

    token: str
    port: int

    def refusal(self, request: web.Request) -> tuple[int, str] | None:
        """Why a request is refused: a status and a sentence; None if it may pass."""
        hosts = {f"{name}:{self.port}" for name in NAMES}
        host = request.headers.getall("Host", [])
        if len(host) != 1 or host[0].lower() not in hosts:
            return 403, f"The inspector answers at localhost:{self.port} alone."
        origins = {f"http://{host}" for host in hosts}
        if any(origin not in origins for origin in request.headers.getall("Origin", [])):
            return 403, "The inspector is for its own page."
        site = request.headers.getall("Sec-Fetch-Site", ["none"])
        if any(told not in ("same-origin", "none") for told in site):
            # Typed, or from a link: a page elsewhere may lead here, and then sees nothing of it.
            navigates = request.headers.get("Sec-Fetch-Mode") == "navigate"
            if not navigates or request.path.startswith(API):
                return 403, "The inspector is for its own page."
        if request.path.startswith(API) and not self._has_token(request):
            return 401, "The token is missing, or of an earlier run. Open the printed address."
        return None

    def _has_token(self, request: web.Request) -> bool:
        given = request.headers.getall("Authorization", [])
        if len(given) != 1 or not given[0].startswith(SCHEME):
            return False
        token = given[0].removeprefix(SCHEME)
        return secrets.compare_digest(token.encode("utf-8", "replace"), self.token.encode())


def new_token() -> str:
    return secrets.token_urlsafe(24)


def refused(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)
