"""Routes: the distribution and the behavior for a Host and a path.

Results are cached, as most requests repeat.
"""

from __future__ import annotations

from dataclasses import dataclass

from localfront.config.distribution import CacheBehavior, Distribution
from localfront.exchange.request_trace import Step
from localfront.routing.behaviors import Match, choose
from localfront.routing.distributions import Distributions

REMEMBERED = 4096  # then the cache is cleared: anyone can invent paths


@dataclass(frozen=True, slots=True)
class Route:
    """A route. `steps` describe it in a trace: distribution, behavior, and patterns passed over."""

    distribution: Distribution
    behavior: CacheBehavior
    steps: tuple[Step, ...]


class Routes:
    """Finds routes in a configuration's distributions."""

    def __init__(self, distributions: Distributions) -> None:
        self.distributions = distributions
        self._known: dict[tuple[str, str], Route] = {}
        self._routes: dict[tuple[int, int], Route] = {}  # by distribution and behavior

    def find(self, host: str, uri: str) -> Route | None:
        """Find a route; None if no distribution answers for the Host (HO-002)."""
        cached = self._known.get((host, uri))
        if cached is not None:
            return cached
        distribution = self.distributions.for_host(host)
        if distribution is None:
            return None
        route = self._of(distribution, choose(uri, distribution.behaviors))
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[host, uri] = route
        return route

    def _of(self, distribution: Distribution, match: Match) -> Route:
        """The route by a behavior; it does not depend on the path."""
        key = id(distribution), id(match.behavior)
        route = self._routes.get(key)
        if route is None:
            route = self._routes[key] = _route(distribution, match)
        return route


def route_of(distribution: Distribution, uri: str) -> Route:
    return _route(distribution, choose(uri, distribution.behaviors))


def _route(distribution: Distribution, match: Match) -> Route:
    facts = {"pattern": match.behavior.path_pattern, "passed_over": match.passed_over}
    steps = (
        Step("distribution", facts={"id": distribution.id}),
        Step("behavior", facts=facts),
    )
    return Route(distribution, match.behavior, steps)
