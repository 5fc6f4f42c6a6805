"""Stored responses, bounded in bytes; the least recently used goes first.

What a lookup finds is a value: `Fresh`, `Stale` (revalidate it, CA-020) or `Absent`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import ItemsView
from dataclasses import dataclass, field, replace

from localfront.cache.freshness import Lifetime
from localfront.cache.invalidation import InvalidationItems
from localfront.cache.key import CacheKey
from localfront.exchange.request_trace import Step, printable, unsigned
from localfront.http_messages.messages import Response
from localfront.http_messages.origin_connection import OriginConnection
from localfront.http_messages.values import value

MAX_BYTES = 256 * 1024 * 1024
MAX_OBJECT_BYTES = 32 * 1024 * 1024
OVERHEAD_BYTES = 1024  # of an entry beside its texts: objects, links


@dataclass(slots=True, kw_only=True)
class Provenance:
    """How an object came about, without it: by which request, when (Unix seconds), for how long.
    `hits` counts who got it since.
    """

    by: str
    at: float
    lifetime: Lifetime
    hits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A response in the cache, its body held; times in Unix seconds.

    `expires_at` may lie after the lifetime's end: an object that stood in for an error is fresh
    again for a while (ER-018). `origin_failed` says that the origin answered 400 or more, whatever
    became of it (PL-008); `generated` that a function answered in its place (LR-009). `came_over` are
    the connections that brought it: the body, and the last confirmation of it. `tags` are those that
    invalidations know it by.
    """

    response: Response
    label: str  # its key, for people
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
        """What a trace tells of a hit: the same to all who get the object at that age."""
        if not self.last_hit or self.last_hit[0].facts["age"] != age:
            facts = {"decision": "hit", "key": self.label, "age": age}
            told = f"cache decision=hit key={self.label} age={age}"
            self.last_hit[:] = [Step("cache", facts=facts, told=told, kept={"made": self.made})]
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
    """The cache of one edge location. `generation` counts what was dropped because somebody said so."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self.generation = 0
        self._size = 0
        self._entries: OrderedDict[CacheKey, Stored] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self) -> ItemsView[CacheKey, Stored]:
        """What is held, the last used at the end."""
        return self._entries.items()

    @property
    def max_object_bytes(self) -> int:
        """A body over this is not kept."""
        return min(MAX_OBJECT_BYTES, self._max_bytes)

    def lookup(self, key: CacheKey, *, now: float) -> Lookup:
        stored = self._entries.get(key)
        if stored is None:
            return ABSENT
        self._entries.move_to_end(key)
        return Fresh(stored) if now < stored.expires_at else Stale(stored)

    def peek(self, key: CacheKey, *, now: float) -> Lookup:
        """The same, without the object counting as used."""
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
        """Keep a response; False when it is too large, not to be kept, or perhaps another's answer."""
        self._drop(key)
        size = _size(key, response)
        if not lifetime.is_kept or size > self.max_object_bytes:
            return False
        if any(connection.is_out_of_step for connection in came_over):
            return False
        for connection in came_over:
            connection.when_out_of_step(self.forget_what_came_over)
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
        """Serve an object until a time without asking its origin (ER-018)."""
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

    def forget_what_came_over(self, connection: OriginConnection) -> None:
        """Remove objects whose connection fell out of step: they may be another's response."""
        for key in [k for k, s in self._entries.items() if connection in s.came_over]:
            self._drop(key)

    def forget_after(self, now: float) -> None:
        """Remove what was stored later: the clock has been set back."""
        for key in [k for k, s in self._entries.items() if s.stored_at > now]:
            self._drop(key)

    def invalidate(self, distribution_id: str, named: InvalidationItems) -> int:
        """Remove what an invalidation covers, in all variants (IN-004); return how many objects."""
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
    """Texts count by their length over what is usual: a viewer may make a key very long."""
    named = sum(len(value) for _, values in key.headers for value in values)
    held = sum(len(name) + len(value) for name, value in response.headers)
    texts = len(key.uri) + len(key.querystring) + len(key.cookies) + named + held
    return len(response.held) + OVERHEAD_BYTES + max(0, texts - OVERHEAD_BYTES)
