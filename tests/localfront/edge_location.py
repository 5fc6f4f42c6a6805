"""Cached objects with fake origins: one edge location, and a clock that tests move."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from localfront.config.distribution import CacheBehavior, Distribution
from localfront.config.managed_policies import CACHING_DISABLED
from localfront.exchange.exchange import Exchange
from localfront.exchange.outcome import Outcome
from localfront.flow.cached_objects import Objects
from localfront.http_messages.messages import Request
from tests.localfront.factories import (
    a_behavior,
    a_cache_policy,
    a_distribution,
    a_request,
    a_response,
    a_visit,
)
from tests.localfront.fakes import FakeClock, FakeOrigins, objects_of
from tests.localfront.streams import whole

HIT = "Hit from cloudfront"
MISS = "Miss from cloudfront"
REFRESH_HIT = "RefreshHit from cloudfront"
ERROR = "Error from cloudfront"

TAGGED = a_response(headers=[("ETag", '"1"'), ("Cache-Control", "max-age=60")])
KEPT_A_MINUTE = a_behavior(cache_policy=a_cache_policy(default_ttl=60))
OFF = a_behavior(cache_policy=CACHING_DISABLED)


@dataclass(slots=True, kw_only=True)
class Edge:
    """Objects with fake origins and a clock that a test moves."""

    behavior: CacheBehavior = KEPT_A_MINUTE
    distribution: Distribution = field(default_factory=a_distribution)
    origins: FakeOrigins = field(default_factory=FakeOrigins)
    clock: FakeClock = field(default_factory=FakeClock)
    objects: Objects = field(init=False)

    def __post_init__(self) -> None:
        self.objects = objects_of(self.origins, self.clock)

    async def get(self, request: Request | None = None, body: bytes = b"") -> Outcome:
        outcome = await self.objects.get(self.exchange(request, body=body))
        return replace(outcome, response=await whole(outcome.response))

    def exchange(self, request: Request | None = None, **changes: Any) -> Exchange:
        return a_visit(
            request=request or a_request("/a"),
            distribution=self.distribution,
            behavior=self.behavior,
            **changes,
        )


def origins(**responses: Any) -> FakeOrigins:
    """Origins that respond to `/a`, `/b` and so on."""
    return FakeOrigins({f"/{name}": response for name, response in responses.items()})
