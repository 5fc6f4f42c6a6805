"""Geographic restrictions.

Source: CloudFront Developer Guide, "Restrict the geographic distribution of your content" (MI-004).
"""

from __future__ import annotations

from localfront.config.distribution import GeoRestriction
from localfront.exchange.refusal import Refusal


def check_country(country: str | None, restriction: GeoRestriction | None) -> Refusal | None:
    """Refuse a viewer from a restricted country with 403. An unknown country (None) passes.

    The error may have a custom page and is cached like other errors (ER-022).
    """
    if restriction is None or country is None:
        return None
    if (country in restriction.countries) == restriction.allows_listed:
        return None
    listed = ", ".join(sorted(restriction.countries)) or "none"
    kind = "serves only" if restriction.allows_listed else "does not serve"
    return Refusal(
        status=403,
        rule="MI-004",
        message=f"The viewer is in {country}; the distribution {kind}: {listed}.",
    )
