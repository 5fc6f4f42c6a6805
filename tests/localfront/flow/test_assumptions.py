"""Assumptions where AWS's documentation is silent, with the other choice."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.errors import ConfigError
from localfront.profiles import Assumptions, assuming
from tests.localfront.factories import a_request, a_response
from tests.localfront.fakes import pipeline_of
from tests.localfront.recorded_events import (
    PAGE,
    a_site,
    generated,
    passing_on,
    ran,
)
from tests.localfront.sites import Edge, x_cache


def assumed(edge: Edge, **changes: bool) -> Edge:
    """The same site under other assumptions."""
    edge.pipeline = pipeline_of(
        edge.distribution,
        origins=edge.origins,
        clock=edge.clock,
        functions=edge.functions,
        assumptions=assuming(changes),
    )
    return edge


def mended(cf: dict[str, Any]) -> object:
    return {**cf["response"], "status": "200", "body": "mended"}


@pytest.mark.parametrize("skips", [True, False])
async def test_viewer_response_may_run_after_origin_response_replaced_an_error(skips: bool) -> None:
    site = a_site(response=a_response(404), runs=passing_on(origin_response=mended))
    edge = assumed(site, viewer_response_skips_mended_errors=skips)

    response = await edge.get("/a")

    assert response.status == 200
    assert ("viewer-response" not in ran(edge)) is skips


@pytest.mark.parametrize("shares", [True, False])
async def test_head_may_be_answered_from_a_cached_get(shares: bool) -> None:
    edge = assumed(a_site("viewer-request"), head_from_cached_get=shares)
    await edge.get("/a")

    response = await edge.respond(a_request("/a", method="HEAD"))

    assert x_cache(response) == f"{'Hit' if shares else 'Miss'} from cloudfront"


@pytest.mark.parametrize("is_hit", [True, False])
async def test_a_cached_generated_response_may_keep_its_own_result_type(is_hit: bool) -> None:
    site = a_site(runs=passing_on(origin_request=lambda _: generated()))
    edge = assumed(site, generated_object_is_hit=is_hit)
    await edge.get("/a")

    response = await edge.get("/a")

    result_type = "Hit" if is_hit else "LambdaGeneratedResponse"
    assert x_cache(response) == f"{result_type} from cloudfront"


@pytest.mark.parametrize("before", [True, False])
async def test_the_default_root_object_may_apply_before_viewer_request(before: bool) -> None:
    site = a_site("viewer-request", default_root_object="index.html")
    edge = assumed(site, default_root_object_before_function=before)
    edge.origins.responses["/index.html"] = PAGE

    response = await edge.get("/")

    uri = edge.functions.events[0]["Records"][0]["cf"]["request"]["uri"]
    assert uri == ("/index.html" if before else "/")
    assert response.status == 200


@pytest.mark.parametrize("as_errors", [True, False])
async def test_a_generated_error_may_be_cached_for_its_own_max_age(
    as_errors: bool,
) -> None:
    page = generated("403", "mine")
    page["headers"]["cache-control"][0]["value"] = "s-maxage=5"
    site = a_site(runs=passing_on(origin_request=lambda _: page))
    edge = assumed(site, generated_error_has_error_ttl=as_errors)
    await edge.get("/a")
    edge.clock.advance(7)  # past s-maxage, within the error caching minimum TTL

    await edge.get("/a")

    assert ran(edge).count("origin-request") == (1 if as_errors else 2)


def test_an_unknown_assumption_is_named_in_the_error() -> None:
    with pytest.raises(ConfigError, match=r"no assumption 'all_is_well'.*head_from"):
        assuming({"all_is_well": True})

    assert assuming({}) == Assumptions()
