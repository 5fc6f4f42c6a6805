"""Responses that are cached although no viewer reads their body (over real sockets)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from localfront.config.distribution import FunctionAssociation
from localfront.errors import EdgeExecutionError
from tests.localfront.factories import a_behavior, a_cache_policy, an_edge_function, an_error_page
from tests.localfront.fakes import FakeFunctions, failing
from tests.localfront.origin_server import Endless, OriginServer, saying
from tests.localfront.real_sites import KEPT, Site, a_site
from tests.localfront.wire import Reply, exchange, parsed, request_bytes

FUNCTION = FunctionAssociation(
    event_type="viewer-response", function_arn="arn:aws:cloudfront::1:function/f"
)


async def get(site: Site, *lines: bytes, target: bytes = b"/a") -> Reply:
    return parsed(await exchange(site.server.http_port, request_bytes(target, *lines)))


@asynccontextmanager
async def served(
    origin: OriginServer, functions: FakeFunctions | None = None, **changes: Any
) -> AsyncIterator[Site]:
    behavior = changes.pop("behavior", KEPT)
    async with origin, a_site(origin.origin(), behavior, functions=functions, **changes) as site:
        yield site


def requests_for(origin: OriginServer, target: str = "/a") -> int:
    return [received.target for received in origin.received].count(target)


@pytest.mark.proves("ER-003", "ER-004", "ER-009")
@pytest.mark.parametrize("lines", [(), (b"Cache-Control: max-age=60",)])
async def test_an_error_with_a_custom_page_is_fetched_once_and_cached(
    lines: tuple[bytes, ...],
) -> None:
    origin = OriginServer(
        saying(b"the origin's own page", *lines, status=b"404 Not Found"), saying(b"our page")
    )
    pages = (an_error_page(404, error_caching_min_ttl=300),)
    async with served(origin, custom_error_responses=pages) as site:
        replies = [await get(site) for _ in range(3)]

    assert [(reply.status, reply.body) for reply in replies] == [(404, b"our page")] * 3
    assert requests_for(origin) == 1


@pytest.mark.proves("PL-003", "FN-014")
async def test_an_object_whose_body_a_viewer_response_function_replaces_is_cached() -> None:
    behavior = a_behavior(
        target_origin_id="here",
        cache_policy=a_cache_policy(default_ttl=60),
        function_associations=(FUNCTION,),
    )
    replacing = FakeFunctions(lambda event: {**event["response"], "body": "another body"})
    origin = OriginServer(saying(b"the object"))
    async with served(origin, replacing, behavior=behavior) as site:
        replies = [await get(site) for _ in range(2)]

    assert [reply.body for reply in replies] == [b"another body"] * 2
    assert replies[1].all(b"x-cache") == [b"Hit from cloudfront"]
    assert requests_for(origin) == 1


async def test_a_failed_viewer_response_function_causes_one_origin_request() -> None:
    behavior = a_behavior(
        target_origin_id="here",
        cache_policy=a_cache_policy(default_ttl=60),
        lambda_function_associations=(an_edge_function("viewer-response"),),
    )
    origin = OriginServer(saying(b"the object"))
    fails = FakeFunctions(failing(EdgeExecutionError("it raised")))
    async with served(origin, fails, behavior=behavior) as site:
        replies = [await get(site) for _ in range(2)]

    assert [reply.status for reply in replies] == [503, 503]
    assert requests_for(origin) == 1


async def test_a_viewer_with_a_current_copy_gets_304_and_the_object_is_cached() -> None:
    origin = OriginServer(saying(b"the object", b'ETag: "1"'))
    async with served(origin) as site:
        first = await get(site, b'If-None-Match: "1"')
        second = await get(site)

    assert (first.status, second.status, second.body) == (304, 200, b"the object")
    assert requests_for(origin) == 1


async def test_an_endless_error_body_does_not_delay_the_custom_page() -> None:
    forever = Endless(b"HTTP/1.1 404 Not Found\r\n\r\n", b"x" * 65536)
    origin = OriginServer(saying(b"our page", b"Cache-Control: max-age=60"), forever)
    pages = (an_error_page(404),)
    async with served(origin, custom_error_responses=pages) as site:
        await get(site, target=b"/error.html")
        reply = await get(site)
        await site.objects.close()

    assert (reply.status, reply.body) == (404, b"our page")
