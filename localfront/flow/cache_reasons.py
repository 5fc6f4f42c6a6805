"""The record of a cache lookup in a request's trace: why it was a hit or a miss."""

from __future__ import annotations

from typing import Any

from localfront.cache.freshness import CACHING_OFF
from localfront.exchange.exchange import Exchange
from localfront.exchange.reason import Reason
from localfront.http_messages.websockets import is_websocket_handshake
from localfront.profiles import Assumptions


def lookup_details(exchange: Exchange, **more: object) -> dict[str, Any]:
    """The details of a lookup; never the object itself, whose body would then stay in memory."""
    return {"request": exchange.request, "behavior": exchange.behavior, **more}


def uses_cache(exchange: Exchange, assumptions: Assumptions) -> bool:
    """Whether the cache is consulted: by method, upgrade and cache policy (VP-007, MI-001)."""
    request = exchange.request
    if exchange.behavior.cache_policy.caching_disabled:
        return False
    if request.method not in exchange.behavior.cached_methods:
        return False
    if request.method == "HEAD" and not assumptions.head_from_cached_get:
        return False
    return not is_websocket_handshake(request.method, request.http_version, request.headers)


def not_from_the_cache(exchange: Exchange) -> Reason:
    if exchange.behavior.cache_policy.caching_disabled:
        return CACHING_OFF
    method = exchange.request.method
    if method not in exchange.behavior.cached_methods:
        return Reason("VP-007", f"{method} is not among the behavior's cached methods.")
    if method == "HEAD":
        return Reason("", "HEAD goes to the origin, by assumption (head_from_cached_get=off).")
    return Reason("MI-001", "WebSockets always go to the origin.")
