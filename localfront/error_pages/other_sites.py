"""Whether a script of another site might read a response.

A response headers policy may allow any site to read responses. On AWS that reveals nothing; here an
error page contains a function's source, which other pages in the developer's browser must not get.

Source: Fetch Standard, "CORS protocol" (Origin is sent with every request that another origin may
read); "Fetch Metadata Request Headers", 2.2 (Sec-Fetch-Mode).
"""

from __future__ import annotations

from localfront.http_messages.messages import Request
from localfront.routing.distributions import host_name

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


def is_for_another_site(request: Request) -> bool:
    """True also for an opaque origin; not for navigation from another site, such as a login."""
    origin = request.headers.get("origin")
    if origin is None or request.headers.get("sec-fetch-mode") == "navigate":
        return False
    name = host_name(origin.partition("://")[2])
    is_local = name in LOCAL_NAMES or name.endswith(".localhost")  # the developer's own pages
    return not is_local and name != host_name(request.headers.get("host") or "")
