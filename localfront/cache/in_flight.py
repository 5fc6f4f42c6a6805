"""Who asks an origin for what at the moment, so that others can wait for the answer (CA-027).

Source: CloudFront Developer Guide, "Simultaneous requests for the same object (request collapsing)".
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from localfront.cache.key import CacheKey
from localfront.cache.shared_responses import Arrival
from localfront.http_messages.messages import Response


@dataclass(frozen=True, slots=True)
class Arriving:
    """A response whose body is on its way into the cache, for others to join."""

    head: Response
    body: Arrival
    origin_failed: bool
    generated: bool


class Flight:
    """One viewer's question to an origin. `land` ends it, and may be called more than once."""

    def __init__(self, flights: dict[CacheKey, Flight], key: CacheKey) -> None:
        self._flights = flights
        self._key = key
        self._answer: asyncio.Future[Arriving | None] = asyncio.get_running_loop().create_future()

    @property
    def is_shared(self) -> bool:
        return self._answer.done()

    def share(self, arriving: Arriving) -> None:
        """The head of the answer is there."""
        self._answer.set_result(arriving)

    def land(self) -> None:
        """Who waits, looks into the cache; who comes now, asks again."""
        if self._flights.get(self._key) is self:
            del self._flights[self._key]
        if not self._answer.done():
            self._answer.set_result(None)

    async def answer(self) -> Arriving | None:
        """What may be joined, None when there is nothing on its way."""
        arriving = await asyncio.shield(self._answer)
        return arriving if arriving is not None and arriving.body.is_kept else None


class Flights:
    """All that is under way, by cache key."""

    def __init__(self) -> None:
        self._flights: dict[CacheKey, Flight] = {}

    def under_way(self, key: CacheKey) -> Flight | None:
        return self._flights.get(key)

    def begin(self, key: CacheKey) -> Flight:
        flight = self._flights[key] = Flight(self._flights, key)
        return flight
