"""Error responses from origins: passed on and cached."""

from __future__ import annotations

import pytest

from localfront.config.distribution import CacheBehavior
from localfront.errors import OriginError
from localfront.exchange.outcome import Outcome
from tests.localfront.edge_location import (
    ERROR,
    KEPT_A_MINUTE,
    OFF,
    TAGGED,
    Edge,
    origins,
)
from tests.localfront.factories import (
    a_distribution,
    a_response,
    an_api_origin,
    an_error_page,
)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 502, 503])
@pytest.mark.parametrize("behavior", [OFF, KEPT_A_MINUTE])
@pytest.mark.proves("RV-005", "AG-006")
async def test_an_origins_error_reaches_the_viewer_unchanged_with_result_type_error(
    status: int, behavior: CacheBehavior
) -> None:
    edge = Edge(behavior=behavior, origins=origins(a=a_response(status, b"{}")))

    outcome = await edge.get()

    assert outcome == Outcome(a_response(status, b"{}"), ERROR)


@pytest.mark.proves("ER-001", "ER-003")
async def test_a_404_is_cached_for_ten_seconds() -> None:
    edge = Edge()

    for wait in (0, 9.9, 0.1):
        edge.clock.advance(wait)
        assert (await edge.get()).x_cache == ERROR

    assert edge.origins.uris == ["/a", "/a"]


@pytest.mark.proves("ER-003")
async def test_the_error_caching_minimum_ttl_can_be_set_per_code() -> None:
    distribution = a_distribution(
        custom_error_responses=(an_error_page(404, error_caching_min_ttl=60),)
    )
    edge = Edge(distribution=distribution)

    for wait in (0, 59.9, 0.1):
        edge.clock.advance(wait)
        await edge.get()

    assert edge.origins.uris == ["/a", "/a"]


@pytest.mark.proves("ER-007")
async def test_an_s3_origins_404_is_cached_for_a_second_even_with_a_minimum_ttl_of_0() -> None:
    no_time = (an_error_page(404, error_caching_min_ttl=0),)
    custom = an_api_origin(id="pages", origin_path="")
    from_s3 = Edge(distribution=a_distribution(custom_error_responses=no_time))
    from_custom = Edge(
        distribution=a_distribution(custom_error_responses=no_time, origins=(custom,))
    )

    for edge in (from_s3, from_custom):
        await edge.get()
        await edge.get()

    assert from_s3.origins.uris == ["/a"]
    assert from_custom.origins.uris == ["/a", "/a"]


@pytest.mark.proves("ER-002")
async def test_a_403_is_not_cached_without_a_max_age() -> None:
    edge = Edge(origins=origins(a=a_response(403)))
    await edge.get()
    edge.origins.responses["/a"] = TAGGED

    assert (await edge.get()).response.status == 200


@pytest.mark.proves("ER-006", "AG-006")
async def test_with_caching_disabled_an_error_is_not_cached() -> None:
    edge = Edge(behavior=OFF, origins=origins(a=a_response(502)))
    await edge.get()
    edge.origins.responses["/a"] = TAGGED

    assert (await edge.get()).response.status == 200


@pytest.mark.parametrize("status", [502, 504])
@pytest.mark.proves("ER-015", "RV-005", "OG-004")
async def test_an_unresponsive_origin_is_an_error_with_its_reason(
    status: int,
) -> None:
    failure = OriginError("Origin 'pages' is <asleep>.", status=status)
    edge = Edge(origins=origins(a=failure))

    outcome = await edge.get()

    assert (outcome.response.status, outcome.x_cache) == (status, ERROR)
    assert b"Origin &#x27;pages&#x27; is &lt;asleep&gt;." in outcome.response.held
