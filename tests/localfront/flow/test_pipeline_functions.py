from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from localfront.errors import (
    EdgeExecutionError,
    EdgeFunctionError,
    EdgeLimitError,
    EdgeValidationError,
)
from tests.localfront.factories import (
    DOMAIN_NAME,
    EDGE_ARN,
    an_api_behavior,
)
from tests.localfront.fakes import FakeFunctions, failing
from tests.localfront.sites import (
    GUARDED,
    PAGE,
    request_of,
    rewriting,
    site,
    to_login,
    x_cache,
)


async def test_a_miss_runs_function_cache_lookup_origin_and_store_in_this_order() -> None:
    edge = site(default=GUARDED, responses={"/a": PAGE})

    await edge.get("/a")

    assert edge.steps() == [
        "distribution", "behavior", "viewer-request", "cache", "origin", "stored",
    ]  # fmt: skip


@pytest.mark.proves("PL-003")
async def test_a_hit_runs_the_function_but_does_not_go_to_the_origin() -> None:
    edge = site(default=GUARDED, responses={"/a": PAGE})
    await edge.get("/a")

    response = await edge.get("/a")

    assert x_cache(response) == "Hit from cloudfront"
    assert edge.steps() == ["distribution", "behavior", "viewer-request", "cache"]
    assert len(edge.functions.events) == 2


async def test_only_the_behaviors_own_function_runs() -> None:
    edge = site(an_api_behavior(), default=GUARDED)

    await edge.get("/api/logs")
    assert edge.functions.arns == []
    await edge.get("/home.html")
    assert edge.functions.arns == [EDGE_ARN]


@pytest.mark.proves("LE-001", "LE-002", "LE-005", "RV-003")
async def test_the_event_names_the_distribution_and_the_request() -> None:
    edge = site(default=GUARDED)

    response = await edge.get("/a?b=1")

    event = edge.functions.events[0]
    config = event["Records"][0]["cf"]["config"]
    assert config["distributionDomainName"] == DOMAIN_NAME
    assert config["requestId"] == response.headers.get("X-Amz-Cf-Id") == "request-id=="
    assert request_of(event)["querystring"] == "b=1"


@pytest.mark.proves("LR-008", "LR-018", "LX-008", "PL-011")
async def test_a_generated_response_goes_to_the_viewer_uncached() -> None:
    edge = site(default=GUARDED, returns=to_login, responses={"/": PAGE})

    first, second = await edge.get("/"), await edge.get("/")

    assert (first.status, first.headers.get("location")) == (302, "/login/")
    assert x_cache(first) == x_cache(second)
    assert x_cache(first) == "LambdaGeneratedResponse from cloudfront"
    assert len(edge.functions.events) == 2
    assert edge.origins.received == []


@pytest.mark.proves("PL-011")
async def test_the_rewritten_uri_is_in_the_cache_key() -> None:
    edge = site(
        default=GUARDED,
        returns=rewriting(uri="/home.html"),
        responses={"/home.html": PAGE},
    )
    await edge.get("/one")

    assert x_cache(await edge.get("/two")) == "Hit from cloudfront"


@pytest.mark.proves("PL-003", "PL-011")
async def test_a_page_in_the_cache_is_still_guarded_by_the_function() -> None:
    edge = site(default=GUARDED, responses={"/home.html": PAGE})
    await edge.get("/home.html")
    edge.functions.body = to_login

    response = await edge.get("/home.html")

    assert (response.status, response.body) == (302, b"")


@pytest.mark.parametrize(
    ("error", "status", "result"),
    [
        pytest.param(
            EdgeValidationError("it returned nothing", rule="LR-001"),
            502,
            "LambdaValidationError from cloudfront",
            id="validation",
            marks=pytest.mark.proves("LX-001"),
        ),
        pytest.param(
            EdgeExecutionError("it raised KeyError", traceback="line 7: <cookie>"),
            503,
            "LambdaExecutionError from cloudfront",
            id="execution",
            marks=pytest.mark.proves("LX-002"),
        ),
        pytest.param(
            EdgeLimitError("it ran for 5 s", rule="LX-003"),
            503,
            "LambdaExecutionError from cloudfront",
            id="time limit",
            marks=pytest.mark.proves("LX-003"),
        ),
    ],
)
@pytest.mark.proves("LX-004", "LX-009")
async def test_a_failing_function_stops_the_request(
    error: EdgeFunctionError, status: int, result: str
) -> None:
    edge = site(default=GUARDED, responses={"/": PAGE}, returns=failing(error))

    response = await edge.get("/")

    assert (response.status, x_cache(response)) == (status, result)
    assert error.rule in response.held.decode()
    assert edge.origins.received == []
    assert edge.traces[-1].reason == f"{error.rule}: {error}"


async def test_a_functions_traceback_is_shown_escaped() -> None:
    error = EdgeExecutionError("it raised", traceback="<script>")
    edge = site(default=GUARDED, returns=failing(error))

    assert b"<pre>&lt;script&gt;</pre>" in (await edge.get("/")).held


@pytest.mark.parametrize(
    "returned",
    [
        pytest.param(None, id="nothing"),
        pytest.param({}, id="an empty object"),
        pytest.param("302", id="a string"),
        pytest.param({"headers": {"cookie": [None]}}, id="a line that is no object"),
        pytest.param({"headers": {"set-cookie": "a=1"}}, id="lines that are no list"),
        pytest.param({"status": [302]}, id="a list as status"),
        pytest.param(
            {
                "status": "302",
                "headers": {"location": [{"value": "/\r\nSet-Cookie: a=1"}]},
            },
            id="a line end in a header",
        ),
        pytest.param(
            {"status": "200", "statusDescription": "OK\r\nSet-Cookie: a=1"},
            id="a line end in the status",
        ),
    ],
)
@pytest.mark.proves("LX-001", "LR-001", "LR-017")
async def test_a_result_that_cloudfront_refuses_is_a_502(returned: object) -> None:
    edge = site(default=GUARDED, responses={"/": PAGE}, returns=lambda _: returned)

    response = await edge.get("/")

    assert response.status == 502
    assert x_cache(response) == "LambdaValidationError from cloudfront"
    assert "set-cookie" not in response.headers
    assert edge.origins.received == []


class SlowFunctions(FakeFunctions):
    """Functions that return when the test lets them."""

    def __init__(self) -> None:
        super().__init__()
        self.invoked = asyncio.Event()
        self.released = asyncio.Event()

    async def invoke(self, arn: str, event: Mapping[str, Any]) -> object:
        self.invoked.set()
        await self.released.wait()
        return request_of(event)


@pytest.mark.proves("PL-010")
async def test_the_request_waits_until_the_function_returns() -> None:
    edge = site(default=GUARDED, responses={"/a": PAGE})
    functions = SlowFunctions()
    triggers = replace(edge.pipeline.triggers, lambdas=functions)
    edge.pipeline = replace(edge.pipeline, triggers=triggers)

    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        response = tasks.create_task(edge.get("/a"))
        await functions.invoked.wait()
        assert edge.origins.received == []
        functions.released.set()

    assert response.result().status == 200
    assert edge.origins.uris == ["/a"]
