"""Responses after an invalidation, and objects that only an invalidation removes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from localfront.cache.invalidation import named_by
from localfront.routing.distributions import Distributions
from localfront.routing.routes import Routes
from tests.localfront.factories import (
    ALL,
    DISTRIBUTION_ID,
    a_behavior,
    a_cache_policy,
    a_response,
    an_edge_function,
    an_error_page,
    listed,
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
    edge.pipeline.objects.cache.invalidate(DISTRIBUTION_ID, named_by(paths))


@pytest.mark.proves("IN-005", "PL-011")
async def test_a_rewritten_object_is_invalidated_by_both_of_its_paths() -> None:
    edge = site(
        default=GUARDED,
        responses={"/home.html": PAGE},
        returns=rewriting(uri="/home.html"),
    )
    await edge.get("/asked")
    edge.origins.responses["/home.html"] = NEW

    invalidate(edge, "/asked")
    still = await edge.get("/asked")
    invalidate(edge, "/asked", "/home.html")
    fresh = await edge.get("/asked")

    assert (x_cache(still), still.held) == ("Hit from cloudfront", b"a page")
    assert (x_cache(fresh), fresh.held) == ("Miss from cloudfront", b"the new page")


@pytest.mark.proves("IN-005")
async def test_the_default_root_object_is_invalidated_as_the_file_that_it_is() -> None:
    edge = site(responses={"/index.html": PAGE}, default_root_object="index.html")
    await edge.get("/")
    edge.origins.responses["/index.html"] = NEW

    invalidate(edge, "/index.html")

    assert (await edge.get("/")).held == b"the new page"


@pytest.mark.proves("ER-020")
async def test_a_cached_error_is_invalidated_by_its_objects_path_only() -> None:
    edge = site(
        error_pages=(an_error_page(404, error_caching_min_ttl=300),),
        responses={"/error.html": ERROR_HTML},
    )
    await edge.get("/a")
    await edge.get("/b")
    edge.origins.responses |= {"/a": PAGE, "/b": PAGE}

    invalidate(edge, "/error.html")
    still = await edge.get("/a")
    invalidate(edge, "/a")

    assert still.status == 404
    assert (await edge.get("/a")).status == 200
    assert (await edge.get("/b")).status == 404


@pytest.mark.proves("IN-008", "IN-009")
async def test_a_tag_invalidates_every_variant_of_its_objects_and_nothing_else() -> None:
    tagged = a_response(body=b"tv", headers=[("ETag", '"1"'), ("Cache-Tag", "a, Product:TV")])
    plain = a_response(body=b"radio", headers=[("ETag", '"2"'), ("Cache-Tag", "a")])
    edge = site(responses={"/tv": tagged, "/radio": plain}, cache_tag_header="cache-tag")
    for target in ("/tv", "/radio"):
        await edge.get(target)
        await edge.get(target, headers=[("Accept-Encoding", "gzip")])

    invalidate(edge, "#product:tv")

    for encoding in ("gzip", "identity"):
        again = await edge.get("/tv", headers=[("Accept-Encoding", encoding)])
        assert x_cache(again) == "Miss from cloudfront"
    assert x_cache(await edge.get("/radio")) == "Hit from cloudfront"
    assert again.headers.get("cache-tag") == "a, Product:TV"


@pytest.mark.proves("IN-008")
async def test_tags_added_by_an_origin_response_function_apply() -> None:
    def tagging(event: Any) -> object:
        response = event["Records"][0]["cf"]["response"]
        return {
            **response,
            "headers": {**response["headers"], "tags": [{"key": "Tags", "value": "b"}]},
        }

    edge = site(
        default=a_behavior(lambda_function_associations=(an_edge_function("origin-response"),)),
        responses={"/a": PAGE},
        returns=tagging,
        cache_tag_header="Tags",
    )
    await edge.get("/a")

    invalidate(edge, "#b")

    assert x_cache(await edge.get("/a")) == "Miss from cloudfront"


@pytest.mark.proves("CA-032")
async def test_changing_the_origin_does_not_clear_the_cache() -> None:
    edge = site(responses={"/a": PAGE})
    await edge.get("/a")
    moved = replace(
        edge.distribution,
        default_cache_behavior=a_behavior(target_origin_id="api"),
    )

    edge.pipeline = replace(edge.pipeline, routes=Routes(Distributions([moved])))
    kept, other = await edge.get("/a"), await edge.get("/other")

    assert (x_cache(kept), kept.held) == ("Hit from cloudfront", b"a page")
    assert other.status == 404
    assert [received.origin_id for received in edge.origins.received] == ["pages", "api"]


TARGETS = ("/", "/a", "/a/", "/a/b", "/a/b?q=1", "/ab")


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        pytest.param("/a/b", ["/a/b"], id="exact", marks=pytest.mark.proves("IN-001", "IN-003")),
        pytest.param("/A/b", [], id="another case", marks=pytest.mark.proves("IN-001")),
        pytest.param("/a/*", ["/a/", "/a/b", "/a/b?q=1"], id="a folder"),
        pytest.param("/a*", ["/a", "/a/", "/a/b", "/a/b?q=1", "/ab"], id="a prefix"),
        pytest.param("/*b", [], id="a star elsewhere is literal"),
        pytest.param("/*", list(TARGETS), id="everything"),
        pytest.param("/a/b?q=1", ["/a/b?q=1"], id="variant", marks=pytest.mark.proves("IN-003")),
        pytest.param("/a/b*", ["/a/b", "/a/b?q=1"], id="all", marks=pytest.mark.proves("IN-003")),
    ],
)
@pytest.mark.proves("IN-002")
async def test_an_invalidation_drops_the_objects_that_its_path_matches(
    path: str, gone: list[str]
) -> None:
    kept = a_behavior(cache_policy=a_cache_policy(default_ttl=60, query_strings=ALL))
    edge = site(default=kept, responses={target.partition("?")[0]: PAGE for target in TARGETS})
    for target in TARGETS:
        await edge.get(target)

    invalidate(edge, path)
    responses = {target: x_cache(await edge.get(target)) for target in TARGETS}

    missed = [target for target, result in responses.items() if result == "Miss from cloudfront"]
    assert missed == gone


@pytest.mark.proves("IN-004")
async def test_an_invalidation_drops_all_variants_at_once() -> None:
    policy = a_cache_policy(default_ttl=60, headers=listed("x-a"), cookies=ALL)
    edge = site(default=a_behavior(cache_policy=policy), responses={"/a": PAGE})
    variants: list[list[tuple[str, str]]] = [[], [("X-A", "1")], [("Cookie", "a=1")]]
    for headers in variants:
        await edge.get("/a", headers=headers)

    invalidate(edge, "/a")
    responses = [x_cache(await edge.get("/a", headers=headers)) for headers in variants]

    assert responses == ["Miss from cloudfront"] * 3


@pytest.mark.parametrize(
    ("path", "target", "gone"),
    [
        ("/café", "/caf%C3%A9", True),
        ("/a b", "/a%20b", True),
        ("/a%61", "/aa", False),
        ("/images", "/images/", False),
        ("/~kirk", "/~kirk", False),
        ("/%7Ekirk", "/~kirk", False),
        ("/*", "/~kirk", True),
    ],
)
@pytest.mark.proves("IN-006")
async def test_unsafe_characters_are_encoded_and_a_tilde_matches_nothing(
    path: str, target: str, gone: bool
) -> None:
    edge = site(responses={target: PAGE})
    await edge.get(target)

    invalidate(edge, path)

    assert (x_cache(await edge.get(target)) == "Miss from cloudfront") is gone


@pytest.mark.parametrize(
    ("tags", "named", "gone"),
    [
        (",".join(f"t{number}" for number in range(51)), "t49", True),
        (",".join(f"t{number}" for number in range(51)), "t50", False),
        (f"{'x' * 256},kept", "x" * 256, True),
        (f"{'x' * 257},kept", "x" * 257, False),
        ("caf\u00e9,kept", "caf\u00e9", False),
        ("a b,kept", "kept", True),
    ],
)
@pytest.mark.proves("IN-010")
async def test_fifty_tags_of_256_visible_characters_are_kept(
    tags: str, named: str, gone: bool
) -> None:
    tagged = a_response(headers=[("ETag", '"1"'), ("Cache-Tag", tags)])
    edge = site(responses={"/a": tagged}, cache_tag_header="cache-tag")
    await edge.get("/a")

    invalidate(edge, f"#{named}")

    assert (x_cache(await edge.get("/a")) == "Miss from cloudfront") is gone
