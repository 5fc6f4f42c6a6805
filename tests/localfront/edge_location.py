"""Objects with fake origins: one edge location, and a clock that a test moves."""

from __future__ import annotations

from dataclasses import dataclass, field

from localfront.config.distribution import CacheBehavior, Distribution
from localfront.config.managed_policies import CACHING_DISABLED
from localfront.messages import Request
from localfront.objects import Objects, Outcome
from tests.localfront.factories import (
    a_behavior,
    a_cache_policy,
    a_distribution,
    a_request,
    a_response,
    a_trace,
)
from tests.localfront.fakes import FakeClock, FakeOrigins

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
        self.objects = Objects(origins=self.origins, clock=self.clock)

    async def get(self, request: Request | None = None, body: bytes = b"") -> Outcome:
        return await self.objects.get(
            request or a_request("/a"),
            body,
            self.distribution,
            self.behavior,
            a_trace(),
        )


def origins(**answers: object) -> FakeOrigins:
    """Origins that answer `/a`, `/b` and so on."""
    return FakeOrigins({f"/{name}": answer for name, answer in answers.items()})  # type: ignore[misc]
