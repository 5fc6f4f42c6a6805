"""Stored responses, bounded in bytes, with least-recently-used eviction.

A lookup returns `Fresh`, `Stale` (to be revalidated, CA-020) or `Absent`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import ItemsView
from dataclasses import dataclass, field, replace
from itertools import chain

from localfront.cache.freshness import Lifetime
from localfront.cache.invalidation import InvalidationItems
from localfront.cache.key import CacheKey
from localfront.exchange.request_trace import Step, printable, unsigned
from localfront.http_messages.messages import Response
from localfront.http_messages.origin_connection import OriginConnection
from localfront.http_messages.values import value

MAX_BYTES = 256 * 1024 * 1024
MAX_OBJECT_BYTES = 32 * 1024 * 1024
OVERHEAD_BYTES = 1024  # bytes of an entry besides its texts


@dataclass(slots=True, kw_only=True)
class Provenance:
    """How an object came into the cache: by which request, when (Unix seconds), for how long.

    `hits` counts the responses served from it.
    """

    by: str
    at: float
    lifetime: Lifetime
    hits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A response in the cache, body included; times in Unix seconds.

    `expires_at` may be after the end of the lifetime: an object served in place of an error is
    fresh again for a while (ER-018). `origin_failed`: the origin's status was 400 or more, even if
    a function changed it (PL-008); `generated`: a function generated the response (LR-009).
    `came_over` are the origin connections of the body and of the last revalidation. `tags` are its
    cache tags.
    """

    response: Response
    label: str  # its key, for logs
    stored_at: float
    expires_at: float
    lifetime: Lifetime
    made: Provenance
    origin_failed: bool = False
    generated: bool = False
    came_over: tuple[OriginConnection, ...] = ()
    tags: frozenset[str] = frozenset()
    last_hit: list[Step] = field(default_factory=list, repr=False, compare=False)

    def hit(self, age: int) -> Step:
        """The trace step of a hit, shared by all hits at the same age."""
        if not self.last_hit or self.last_hit[0].facts["age"] != age:
            facts = {"decision": "hit", "key": self.label, "age": age}
            text = f"cache decision=hit key={self.label} age={age}"
            self.last_hit[:] = [Step("cache", facts=facts, text=text, kept={"made": self.made})]
        return self.last_hit[0]

    def age(self, now: float) -> int:
        return max(0, int(now - self.stored_at))

    def serves_while_revalidating(self, now: float) -> bool:
        return now < self.stored_at + self.lifetime.while_revalidating

    def serves_on_error(self, now: float, *, unreachable: bool) -> bool:
        lifetime = self.lifetime
        limit = lifetime.if_unreachable if unreachable else lifetime.if_error
        return now < self.stored_at + limit


@value(frozen=True, slots=True)
class Fresh:
    stored: Stored


@value(frozen=True, slots=True)
class Stale:
    stored: Stored


@dataclass(frozen=True, slots=True)
class Absent:
    pass


Lookup = Fresh | Stale | Absent
ABSENT = Absent()


class Cache:
    """The cache of one edge location. `generation` counts invalidations and clears."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self.generation = 0
        self._size = 0
        self._entries: OrderedDict[CacheKey, Stored] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self) -> ItemsView[CacheKey, Stored]:
        """The entries, least recently used first."""
        return self._entries.items()

    @property
    def max_object_bytes(self) -> int:
        """Larger bodies are not stored."""
        return min(MAX_OBJECT_BYTES, self._max_bytes)

    def lookup(self, key: CacheKey, *, now: float) -> Lookup:
        stored = self._entries.get(key)
        if stored is None:
            return ABSENT
        self._entries.move_to_end(key)
        return Fresh(stored) if now < stored.expires_at else Stale(stored)

    def peek(self, key: CacheKey, *, now: float) -> Lookup:
        """Look up an object without counting it as used."""
        stored = self._entries.get(key)
        if stored is None:
            return ABSENT
        return Fresh(stored) if now < stored.expires_at else Stale(stored)

    def store(
        self,
        key: CacheKey,
        response: Response,
        *,
        lifetime: Lifetime,
        now: float,
        origin_failed: bool = False,
        generated: bool = False,
        came_over: tuple[OriginConnection, ...] = (),
        made_by: str = "",
        tags: frozenset[str] = frozenset(),
    ) -> bool:
        """Store a response; False if too large, not storable, or its connection is out of step."""
        self._drop(key)
        size = _size(key, response)
        if not lifetime.is_kept or size > self.max_object_bytes:
            return False
        for connection in came_over:
            if connection.is_out_of_step:
                return False
        for connection in came_over:
            connection.when_out_of_step(self.forget_from_connection)
        self._entries[key] = Stored(
            response=response,
            label=printable(unsigned(str(key))),
            stored_at=now,
            expires_at=now + lifetime.fresh,
            lifetime=lifetime,
            made=Provenance(by=made_by, at=now, lifetime=lifetime),
            origin_failed=origin_failed,
            generated=generated,
            came_over=came_over,
            tags=tags,
        )
        self._size += size
        while self._size > self._max_bytes:
            self._drop(next(iter(self._entries)))
        return True

    def extend(self, key: CacheKey, stored: Stored, *, until: float) -> None:
        """Serve an object until a time without contacting its origin (ER-018)."""
        if self._entries.get(key) is stored:
            self._entries[key] = replace(stored, expires_at=until)

    def forget(self, key: CacheKey) -> None:
        """Remove an object, if it is cached."""
        self._drop(key)

    def clear(self) -> int:
        """Remove all objects; return how many there were."""
        count = len(self._entries)
        self.generation += 1
        for key in tuple(self._entries):
            self._drop(key)
        return count

    def forget_from_connection(self, connection: OriginConnection) -> None:
        """Remove objects that came over a connection out of step: they may be another request's."""
        for key in [k for k, s in self._entries.items() if connection in s.came_over]:
            self._drop(key)

    def forget_after(self, now: float) -> None:
        """Remove objects stored later than a time: the clock was set back."""
        for key in [k for k, s in self._entries.items() if s.stored_at > now]:
            self._drop(key)

    def invalidate(self, distribution_id: str, named: InvalidationItems) -> int:
        """Remove the objects that an invalidation covers (IN-004); return the count."""
        doomed = [
            key
            for key, stored in self._entries.items()
            if key.distribution_id == distribution_id
            and named.names(key.uri, key.querystring, stored.tags)
        ]
        self.generation += 1
        for key in doomed:
            self._drop(key)
        return len(doomed)

    def _drop(self, key: CacheKey) -> None:
        stored = self._entries.pop(key, None)
        if stored is not None:
            self._size -= _size(key, stored.response)


def _size(key: CacheKey, response: Response) -> int:
    """The bytes of an entry. Long texts count too: a viewer may make a key very long."""
    named = sum(len(value) for _, values in key.headers for value in values) if key.headers else 0
    held = sum(map(len, chain.from_iterable(response.headers.lines)))
    texts = len(key.uri) + len(key.querystring) + len(key.cookies) + named + held
    return len(response.held) + OVERHEAD_BYTES + max(0, texts - OVERHEAD_BYTES)
