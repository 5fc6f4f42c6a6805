"""Which override an origin goes by, and overrides that no origin goes by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from localfront.config.distribution import Distribution, Origin
from localfront.origins.addresses import Endpoints, names_of


def as_overridden(chosen: Origin, *, configured: Origin, distribution: Distribution) -> Origin:
    """An origin under the id that overrides know it by, after a function had it in hand.

    What stands in for the configured origin does so while the function left its domain name alone.
    Another name is the distribution's origin that has it, or goes by itself.
    """
    name = chosen.domain_name.lower()
    if name == configured.domain_name.lower():
        return chosen
    same = (origin.id for origin in distribution.origins if origin.domain_name.lower() == name)
    return replace(chosen, id=next(same, name))


def unused_overrides(distributions: Iterable[Distribution], endpoints: Endpoints) -> list[str]:
    """Overrides that name no origin: a slip of the pen, most likely."""
    names = {
        name
        for distribution in distributions
        for origin in distribution.origins
        for name in names_of(origin)
    }
    return sorted(endpoints.overrides.keys() - names)
