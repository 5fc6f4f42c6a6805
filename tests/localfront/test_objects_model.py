"""The whole cache against a model that is simple enough to be believed.

Viewers ask, time passes, the origin publishes, breaks and recovers, and paths are invalidated, in any
order. The model keeps one line for each key, and says who answers.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from localfront.errors import OriginError
from localfront.messages import Response
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
    cache_policy=a_cache_policy(
        default_ttl=DEFAULT_TTL, max_ttl=MAX_TTL, query_strings=listed("v")
    )
)


@dataclass(frozen=True, slots=True)
class Published:
    """What the origin has at a path: None is silence, "" an error of its own."""

    body: str | None
    max_age: int | None
    stale_if_error: int | None
    tagged: bool

    def answer(self) -> Response | OriginError:
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
    """What CloudFront would say, by its documentation, in the fewest words."""

    lines: dict[tuple[str, str], Line] = field(default_factory=dict)

    def ask(
        self, path: str, variant: str, origin: Published, now: float
    ) -> tuple[str, str | None]:
        """X-Cache, and the body where it is no error."""
        held = self.lines.get((path, variant))
        if held is not None and now < held.until:
            return self._told(held, HIT)
        if not origin.body:
            usable = held is not None and held.what.body
            if held and usable and now < held.stored + held.what.if_error:
                held.until = now + ERROR_TTL
                return self._told(held, HIT)
            self.lines[path, variant] = Line(origin, now, now + ERROR_TTL)
            return ERROR, None
        same = held is not None and held.what.tagged and held.what.body == origin.body
        refreshed = same and origin.tagged
        self._store(path, variant, origin, now)
        return (REFRESH_HIT if refreshed else MISS), origin.body

    def _store(self, path: str, variant: str, what: Published, now: float) -> None:
        self.lines.pop((path, variant), None)
        if max(what.fresh, what.if_error) > 0:
            self.lines[path, variant] = Line(what, now, now + what.fresh)

    def _told(self, line: Line, x_cache: str) -> tuple[str, str | None]:
        return (x_cache, line.what.body) if line.what.body else (ERROR, None)

    def invalidate(self, path: str) -> None:
        for key in [key for key in self.lines if key[0] == path]:
            del self.lines[key]


PATHS = st.sampled_from(["/a", "/b"])
VARIANTS = st.sampled_from(["", "v=1", "v=2", "v=1&ignored=x", "ignored=x"])
PUBLISHED = st.builds(
    Published,
    body=st.sampled_from([None, "", "one", "two", "two"]),
    max_age=st.none() | st.sampled_from([0, 5, 20, 1000]),
    stale_if_error=st.none() | st.sampled_from([0, 10, 1000]),
    tagged=st.booleans(),
)
Step = (
    tuple[Literal["ask"], str, str]
    | tuple[Literal["wait"], int]
    | tuple[Literal["publish"], str, Published]
    | tuple[Literal["invalidate"], str]
)
STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), PATHS, VARIANTS),
        st.tuples(st.just("wait"), st.sampled_from([1, 4, 9, 15, 45])),
        st.tuples(st.just("publish"), PATHS, PUBLISHED),
        st.tuples(st.just("invalidate"), PATHS),
    ),
    max_size=25,
)


@settings(max_examples=300)
@given(STEPS)
def test_the_cache_does_what_the_documentation_says(steps: list[Step]) -> None:
    async def run() -> None:
        edge, model = Edge(behavior=BEHAVIOR), Model()
        origin = dict.fromkeys(["/a", "/b"], Published("one", None, None, False))
        for step in steps:
            edge.origins.answers = {p: what.answer() for p, what in origin.items()}
            match step:
                case ("ask", path, variant):
                    await compare(edge, model, path, variant, origin[path])
                case ("wait", seconds):
                    edge.clock.advance(seconds)
                case ("publish", path, published):
                    origin[path] = published
                case ("invalidate", path):
                    edge.objects.cache.invalidate(DISTRIBUTION_ID, [f"{path}*"])
                    model.invalidate(path)

    asyncio.run(run())


async def compare(
    edge: Edge, model: Model, path: str, variant: str, origin: Published
) -> None:
    in_key = "&".join(p for p in variant.split("&") if p.startswith("v="))
    expected = model.ask(path, in_key, origin, edge.clock())

    outcome = await edge.get(a_request(f"{path}?{variant}" if variant else path))

    ok = outcome.response.status == 200
    body = outcome.response.held.decode() if ok else None
    assert (outcome.x_cache, body) == expected
