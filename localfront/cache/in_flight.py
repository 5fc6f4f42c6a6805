"""Origin requests in flight, by cache key, so that identical requests share one response (CA-027).

Source: CloudFront Developer Guide, "Simultaneous requests for the same object (request collapsing)".
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from localfront.cache.key import CacheKey
from localfront.cache.shared_responses import SharedBody
from localfront.http_messages.messages import Response


@dataclass(frozen=True, slots=True)
class Arriving:
    """A response that is being stored, whose body other requests may join."""

    head: Response
    body: SharedBody
    origin_failed: bool
    generated: bool


class RequestInFlight:
    """One request to an origin. `finish` ends it, and may be called more than once."""

    def __init__(self, in_flight: dict[CacheKey, RequestInFlight], key: CacheKey) -> None:
        self._in_flight = in_flight
        self._key = key
        self._is_answered = False
        self._arriving: Arriving | None = None
        self._waiting: asyncio.Future[None] | None = None  # usually there are no waiters

    @property
    def is_shared(self) -> bool:
        return self._is_answered

    def share(self, arriving: Arriving) -> None:
        """Hand the response to the waiters, as soon as its head has arrived."""
        self._arriving = arriving
        self._release()

    def finish(self) -> None:
        """Release the waiters; later requests fetch again."""
        if self._in_flight.get(self._key) is self:
            del self._in_flight[self._key]
        self._release()

    async def response(self) -> Arriving | None:
        """The response to share, or None if it cannot be shared."""
        if not self._is_answered:
            if self._waiting is None:
                self._waiting = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._waiting)
        arriving = self._arriving
        return arriving if arriving is not None and arriving.body.is_kept else None

    def _release(self) -> None:
        self._is_answered = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


class RequestsInFlight:
    """All origin requests in flight, by cache key."""

    def __init__(self) -> None:
        self._in_flight: dict[CacheKey, RequestInFlight] = {}

    def under_way(self, key: CacheKey) -> RequestInFlight | None:
        return self._in_flight.get(key)

    def begin(self, key: CacheKey) -> RequestInFlight:
        request_in_flight = self._in_flight[key] = RequestInFlight(self._in_flight, key)
        return request_in_flight
