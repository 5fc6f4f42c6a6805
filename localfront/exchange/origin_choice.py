"""The origin of a request: the behavior's, or one selected by a CloudFront Function."""

from __future__ import annotations

from localfront.config.distribution import Distribution, Origin
from localfront.http_messages.values import value


@value(frozen=True, slots=True, kw_only=True)
class OriginChoice:
    """An origin, and the `secondary` for the primary's `failover_status_codes` (OG-007)."""

    primary: Origin
    secondary: Origin | None = None
    failover_status_codes: frozenset[int] = frozenset()


def assigned(distribution: Distribution, target_id: str) -> OriginChoice:
    """The choice of a behavior: its origin, or origin group."""
    group = distribution.origin_group(target_id) if distribution.origin_groups else None
    if group is None:
        return OriginChoice(primary=distribution.origin(target_id))
    return OriginChoice(
        primary=distribution.origin(group.primary),
        secondary=distribution.origin(group.secondary),
        failover_status_codes=group.failover_status_codes,
    )
