"""The whole cache against a model that is simple enough to be believed.

Viewers ask, time passes, the origin publishes, breaks and recovers, and paths are invalidated, in any
order. The model keeps one line for each key, and says whether the cache or the origin responds.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from localfront.cache.invalidation import named_by
from localfront.errors import OriginError
from localfront.http_messages.messages import Response
from tests.localfront.edge_location import ERROR, HIT, MISS, REFRESH_HIT, Edge
from tests.localfront.factories import (
    DISTRIBUTION_ID,
    a_behavior,
    a_cache_policy,
    a_request,
    a_response,
    listed,
)

DEFAULT_TTL, MAX_TTL, ERROR_TTL = 10, 50, 10
BEHAVIOR = a_behavior(
    cache_policy=a_cache_policy(default_ttl=DEFAULT_TTL, max_ttl=MAX_TTL, query_strings=listed("v"))
)


@dataclass(frozen=True, slots=True)
class Published:
    """The origin's content at a path: None does not respond, "" is an error."""

    body: str | None
    max_age: int | None
    stale_if_error: int | None
    tagged: bool

    def response(self) -> Response | OriginError:
        if self.body is None:
            return OriginError("refused", status=502)
        if not self.body:
            return a_response(500, b"broken")
        directives = [
            f"{name}={value}"
            for name, value in (
                ("max-age", self.max_age),
                ("stale-if-error", self.stale_if_error),
            )
            if value is not None
        ]
        lines = [("Cache-Control", ", ".join(directives))] if directives else []
        lines += [("ETag", f'"{self.body}"')] if self.tagged else []
        return a_response(body=self.body.encode(), headers=lines)

    @property
    def fresh(self) -> int:
        return DEFAULT_TTL if self.max_age is None else min(self.max_age, MAX_TTL)

    @property
    def if_error(self) -> int:
        if self.stale_if_error is None:
            return MAX_TTL
        return min(self.fresh + self.stale_if_error, MAX_TTL)


@dataclass(slots=True)
class Line:
    what: Published
    stored: float
    until: float


@dataclass(slots=True)
class Model:
    """A minimal model of CloudFront's documented cache."""

    lines: dict[tuple[str, str], Line] = field(default_factory=dict)

    def ask(
        self, path: str, variant: str, origin: Published, now: float
    ) -> tuple[str, str | None, int]:
        """X-Cache, the body unless it is an error, and the number of origin requests."""
        held = self.lines.get((path, variant))
        if held is not None and now < held.until:
            return self._outcome(held, HIT, 0)
        if not origin.body:
            usable = held is not None and held.what.body
            if held and usable and now < held.stored + held.what.if_error:
                held.until = now + ERROR_TTL
                return self._outcome(held, HIT, 1)
            self.lines[path, variant] = Line(origin, now, now + ERROR_TTL)
            return ERROR, None, 1
        if held and held.what.tagged and origin.tagged and held.what.body == origin.body:
            silent = origin.max_age is None and origin.stale_if_error is None
            # RFC 9111, 4.3.4: a header that the 304 lacks is kept.
            self._store(path, variant, held.what if silent else origin, now)
            return REFRESH_HIT, origin.body, 1
        self._store(path, variant, origin, now)
        return MISS, origin.body, 1

    def _store(self, path: str, variant: str, what: Published, now: float) -> None:
        self.lines.pop((path, variant), None)
        if max(what.fresh, what.if_error) > 0:
            self.lines[path, variant] = Line(what, now, now + what.fresh)

    def _outcome(self, line: Line, x_cache: str, requests_sent: int) -> tuple[str, str | None, int]:
        body = line.what.body or None
        return (x_cache if body else ERROR), body, requests_sent

    def invalidate(self, path: str) -> None:
        for key in [key for key in self.lines if key[0] == path]:
            del self.lines[key]


PUBLISHED = st.builds(
    Published,
    body=st.sampled_from([None, "", "one", "two", "two"]),
    max_age=st.sampled_from([None, 0, 5, 20, 1000]),
    stale_if_error=st.sampled_from([None, 0, 10, 1000]),
    tagged=st.booleans(),
)


@dataclass(frozen=True, slots=True)
class Turn:
    """Before a request: time passes, the origin may publish, a path may be invalidated."""

    seconds: int
    published: Published | None
    invalidated: bool
    path: str
    variant: str


TURNS = st.builds(
    Turn,
    seconds=st.sampled_from([0, 1, 9, 15, 45]),
    published=st.none() | PUBLISHED,
    invalidated=st.sampled_from([False] * 7 + [True]),
    path=st.sampled_from(["/a", "/a", "/b"]),
    variant=st.sampled_from(["", "", "v=1", "v=1&ignored=x", "ignored=x"]),
)


@settings(max_examples=150)
@given(st.lists(TURNS, max_size=20))
def test_the_cache_behaves_as_its_documented_model(turns: list[Turn]) -> None:
    async def run() -> None:
        edge, model = Edge(behavior=BEHAVIOR), Model()
        origin = dict.fromkeys(["/a", "/b"], Published("one", None, None, False))
        for turn in turns:
            edge.clock.advance(turn.seconds)
            if turn.invalidated:
                edge.objects.cache.invalidate(DISTRIBUTION_ID, named_by([f"{turn.path}*"]))
                model.invalidate(turn.path)
            if turn.published is not None:
                origin[turn.path] = turn.published
            edge.origins.responses = {turn.path: origin[turn.path].response()}
            await compare(edge, model, turn, origin[turn.path])

    asyncio.run(run())


async def compare(edge: Edge, model: Model, turn: Turn, origin: Published) -> None:
    in_key = "&".join(p for p in turn.variant.split("&") if p.startswith("v="))
    target = f"{turn.path}?{turn.variant}" if turn.variant else turn.path
    expected = model.ask(turn.path, in_key, origin, edge.clock())
    sent_before = len(edge.origins.received)

    outcome = await edge.get(a_request(target))

    ok = outcome.response.status == 200
    body = outcome.response.held.decode() if ok else None
    requests_sent = len(edge.origins.received) - sent_before
    assert (outcome.x_cache, body, requests_sent) == expected
