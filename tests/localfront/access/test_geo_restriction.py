from __future__ import annotations

import pytest

from localfront.access.geo_restriction import check_country
from localfront.config.distribution import GeoRestriction

ONLY_DE = GeoRestriction(allows_listed=True, countries=frozenset({"DE", "NL"}))
NOT_DE = GeoRestriction(allows_listed=False, countries=frozenset({"DE", "NL"}))


@pytest.mark.parametrize(
    ("restriction", "country"), [(ONLY_DE, "US"), (NOT_DE, "DE"), (ONLY_DE, "de")]
)
@pytest.mark.proves("MI-004")
def test_a_country_that_is_not_served_gets_403(restriction: GeoRestriction, country: str) -> None:
    refusal = check_country(country, restriction)

    assert refusal is not None
    assert (refusal.status, refusal.rule) == (403, "MI-004")
    assert f"{country}; the distribution" in refusal.message
    assert "DE, NL" in refusal.message


@pytest.mark.parametrize(
    ("restriction", "country"), [(ONLY_DE, "DE"), (NOT_DE, "US"), (None, "US")]
)
@pytest.mark.proves("MI-004")
def test_a_country_that_is_served_passes(restriction: GeoRestriction | None, country: str) -> None:
    assert check_country(country, restriction) is None


@pytest.mark.parametrize("restriction", [ONLY_DE, NOT_DE, None])
@pytest.mark.proves("MI-004")
def test_a_viewer_from_an_unknown_place_passes(
    restriction: GeoRestriction | None,
) -> None:
    assert check_country(None, restriction) is None


@pytest.mark.proves("MI-004")
def test_an_empty_allow_list_serves_no_country() -> None:
    nobody = GeoRestriction(allows_listed=True, countries=frozenset())

    assert check_country("DE", nobody) is not None
