"""The computation behind the page on cost and scale."""

from dataclasses import asdict, replace

import pytest

from harness.costs import __main__ as command
from harness.costs.model import (
    LIMITS,
    SECONDS_A_MONTH,
    Assumptions,
    PageView,
    Price,
    at_peak,
    costs,
    quantities,
    read_prices,
    views_at,
)
from harness.costs.page import with_computed

VIEW = PageView(
    cloudfront_requests=2,
    edge_invocations=1,
    api_calls=1,
    dynamodb_reads=3,
    received_bytes=2_000,
)
ONCE = Assumptions(views_a_visit=1, entries_a_visit=0, empty_caches=0)


def test_a_price_applies_above_the_free_tier() -> None:
    price = Price(name="", usd=0.5, per=10, free=100, page="", seen="")

    assert [price.of(quantity) for quantity in (0, 100, 120)] == [0, 0, 1]


def test_billed_units_follow_from_the_counts() -> None:
    used = quantities(1_000, VIEW, ONCE)

    assert used["dynamodb_reads"] == 3_000
    assert used["edge_requests"] == 2_000  # the page, and the login page of each visit
    assert used["api_requests"] == 2_000  # the log, and the log-in of each visit
    assert used["cloudfront_gigabytes"] == pytest.approx(0.002)
    assert used["lambda_gigabyte_seconds"] == pytest.approx(1_000 * (0.04 * 0.256 + 0.5 * 1.024))


def test_every_unit_has_a_price_and_every_price_its_source() -> None:
    prices = read_prices()

    assert prices.keys() == quantities(1, VIEW, ONCE).keys()
    for price in prices.values():
        assert price.page.startswith("https://aws.amazon.com/")
        assert price.seen
        assert price.usd > 0


@pytest.mark.parametrize("field", sorted(asdict(VIEW)))
def test_a_page_with_more_requests_costs_more(field: str) -> None:
    more = replace(VIEW, **{field: asdict(VIEW)[field] * 10})
    prices = read_prices()

    assert sum(costs(10**9, more, prices).values()) > sum(costs(10**9, VIEW, prices).values())


@pytest.mark.parametrize("limit", sorted(LIMITS))
def test_each_limit_is_reached_exactly_at_its_number_of_views(limit: str) -> None:
    views = round(views_at(limit, VIEW, ONCE))

    assert at_peak(views, VIEW, ONCE)[limit] == pytest.approx(LIMITS[limit].most, rel=1e-3)


def test_concurrency_is_the_arrivals_during_one_run() -> None:
    a_view_a_second = round(SECONDS_A_MONTH)
    steady = replace(ONCE, peak=1)

    assert at_peak(a_view_a_second, VIEW, steady)["concurrency"] == pytest.approx(
        0.5 + 0.04 + 2 * 0.11, rel=1e-3
    )


def test_page_and_plot_match_the_stored_counts() -> None:
    assert command.main(["--check"]) == 0


def test_a_page_without_its_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="computed: begin"):
        with_computed("# Cost", "| table |")
