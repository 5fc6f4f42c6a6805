"""The API for cached objects: list them, remove one, preview an invalidation."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from localfront.cache.invalidation import InvalidationItems, named_by
from localfront.cache.key import CacheKey
from localfront.cache.store import Cache, Stored
from localfront.exchange.clock import Clock
from localfront.inspector.masking import Masking
from localfront.inspector.records import Records
from localfront.inspector.server import Routes

MOST = 2000  # listed at once: the last used
MASKED = Masking()


def object_routes(cache: Cache, records: Records, clock: Clock) -> Routes:
    async def listed(request: web.Request) -> web.Response:
        """The objects; `?invalidate=PATH` marks those that a path or tag matches (IN-002..010)."""
        path = request.query.get("invalidate", "")
        named = named_by([path]) if path else None
        found = list(cache.entries())[::-1]
        rows = [_object_row(key, stored, named, records, clock()) for key, stored in found[:MOST]]
        return web.json_response({"count": len(found), "objects": rows})

    async def drop(request: web.Request) -> web.Response:
        wanted = request.match_info["id"]
        for key, stored in tuple(cache.entries()):
            if _id(stored) == wanted:
                cache.forget(key)
                return web.json_response({"dropped": 1})
        raise web.HTTPNotFound(text="That object is no longer stored.")

    return {
        ("GET", "/api/objects"): listed,
        ("DELETE", "/api/objects/{id}"): drop,
    }


def _id(stored: Stored) -> str:
    """An opaque id, as a key may contain secrets."""
    return str(id(stored.made))


def _object_row(
    key: CacheKey, stored: Stored, named: InvalidationItems | None, records: Records, now: float
) -> dict[str, Any]:
    made_by = records.of(stored.made.by)
    return {
        "id": _id(stored),
        "key": MASKED.text(stored.label),
        "distribution": key.distribution_id,
        "status": stored.response.status,
        "bytes": len(stored.response.held),
        "age": stored.age(now),
        "left": max(0, int(stored.expires_at - now)),
        "hits": stored.made.hits,
        "because": {"rule": stored.lifetime.because.rule, "text": stored.lifetime.because.text},
        "madeBy": made_by.number if made_by else None,
        "named": named is not None and named.names(key.uri, key.querystring, stored.tags),
    }
