"""Whether a script of another site may get to read an answer.

A response headers policy may let any site read what localfront answers. On AWS that gives nothing away;
here an error page has a function's source, which no page that its developer visits should get.

Source: Fetch Standard, "CORS protocol" (Origin goes with every request that another origin may read);
"Fetch Metadata Request Headers", 2.2 (Sec-Fetch-Mode).
"""

from __future__ import annotations

from localfront.http_messages.messages import Request
from localfront.routing.distributions import host_name

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


def is_for_another_site(request: Request) -> bool:
    """Also for an opaque origin. Whoever is led here by another site, as by its log-in, reads it alone."""
    origin = request.headers.get("origin")
    if origin is None or request.headers.get("sec-fetch-mode") == "navigate":
        return False
    name = host_name(origin.partition("://")[2])
    is_local = name in LOCAL_NAMES or name.endswith(
        ".localhost"
    )  # where a developer's own pages are
    return not is_local and name != host_name(request.headers.get("host") or "")
