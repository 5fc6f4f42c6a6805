"""What viewers get after an invalidation, and what only an invalidation takes away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from localfront.routing.distributions import Distributions
from localfront.routing.routes import Routes
from tests.localfront.factories import (
    DISTRIBUTION_ID,
    a_behavior,
    a_response,
    an_error_page,
)
from tests.localfront.sites import (
    ERROR_HTML,
    GUARDED,
    PAGE,
    Edge,
    rewriting,
    site,
    x_cache,
)

NEW = a_response(body=b"the new page", headers=[("ETag", '"2"')])


def invalidate(edge: Edge, *paths: str) -> None:
    edge.pipeline.objects.cache.invalidate(DISTRIBUTION_ID, paths)


@pytest.mark.proves("IN-005", "PL-011")
async def test_a_rewritten_object_is_gone_when_both_its_paths_are_invalidated() -> None:
    edge = site(
        default=GUARDED,
        answers={"/home.html": PAGE},
        returns=rewriting(uri="/home.html"),
    )
    await edge.get("/asked")
    edge.origins.answers["/home.html"] = NEW

    invalidate(edge, "/asked")
    still = await edge.get("/asked")
    invalidate(edge, "/asked", "/home.html")
    fresh = await edge.get("/asked")

    assert (x_cache(still), still.held) == ("Hit from cloudfront", b"a page")
    assert (x_cache(fresh), fresh.held) == ("Miss from cloudfront", b"the new page")


@pytest.mark.proves("IN-005")
async def test_the_default_root_object_is_invalidated_as_the_file_that_it_is() -> None:
    edge = site(answers={"/index.html": PAGE}, default_root_object="index.html")
    await edge.get("/")
    edge.origins.answers["/index.html"] = NEW

    invalidate(edge, "/index.html")

    assert (await edge.get("/")).held == b"the new page"


@pytest.mark.proves("ER-020")
async def test_a_cached_error_goes_with_the_path_of_its_object_and_no_other() -> None:
    edge = site(
        error_pages=(an_error_page(404, error_caching_min_ttl=300),),
        answers={"/error.html": ERROR_HTML},
    )
    await edge.get("/a")
    await edge.get("/b")
    edge.origins.answers |= {"/a": PAGE, "/b": PAGE}

    invalidate(edge, "/error.html")
    still = await edge.get("/a")
    invalidate(edge, "/a")

    assert still.status == 404
    assert (await edge.get("/a")).status == 200
    assert (await edge.get("/b")).status == 404


@pytest.mark.proves("CA-032")
async def test_another_origin_does_not_empty_the_cache() -> None:
    edge = site(answers={"/a": PAGE})
    await edge.get("/a")
    moved = replace(
        edge.distribution,
        default_cache_behavior=a_behavior(target_origin_id="api"),
    )

    edge.pipeline = replace(edge.pipeline, routes=Routes(Distributions([moved])))
    kept, other = await edge.get("/a"), await edge.get("/other")

    assert (x_cache(kept), kept.held) == ("Hit from cloudfront", b"a page")
    assert other.status == 404
    assert [asked.origin_id for asked in edge.origins.asked] == ["pages", "api"]
