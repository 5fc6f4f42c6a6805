"""Log destinations of functions in the pipeline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from localfront.cloudfront_functions.published_functions import CloudFrontFunctions
from localfront.cloudfront_functions.worker_process import EngineProcess
from localfront.config.distribution import FunctionAssociation
from localfront.flow.edge_triggers import Triggers
from localfront.http_messages.messages import Response
from localfront.lambda_edge.functions import EdgeFunctions
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.cloudfront_functions.fake_cloudfront import ARN, FakeCloudFront
from tests.localfront.factories import EDGE_ARN, a_behavior, a_request, a_trace
from tests.localfront.fakes import FakeFunctions
from tests.localfront.lambda_edge.test_functions import FakeLambda
from tests.localfront.sites import GUARDED, Edge, site
from tests.localfront.streams import whole

TELLS_ITS_GROUP = """
def handler(event, context):
    return {"status": "200", "body": context.log_group_name}
"""
SAYS_IT = "function handler(event) { console.log('hello'); return event.request; }"
SILENT = "function handler(event) { return event.request; }"


async def respond(edge: Edge, **runtimes: Any) -> Response:
    triggers = Triggers(**{"lambdas": FakeFunctions(), "functions": FakeFunctions(), **runtimes})
    pipeline = replace(edge.pipeline, triggers=triggers)
    return await whole(await pipeline.respond(a_request("/a"), b"", a_trace()))


@pytest.mark.parametrize(
    ("named", "group"),
    [
        ({}, "/aws/lambda/us-east-1.edge"),
        ({"LoggingConfig": {"LogGroup": "/aws/lambda/edge"}}, "/aws/lambda/us-east-1.edge"),
        ({"LoggingConfig": {"LogGroup": "/teams/site"}}, "/teams/site"),
    ],
)
@pytest.mark.proves("LL-002")
async def test_a_configured_log_group_is_used_unchanged(
    tmp_path: Path, named: dict[str, Any], group: str
) -> None:
    (tmp_path / "tells.py").write_text(TELLS_ITS_GROUP)
    async with WorkerPool(access={}, on_log=lambda *_: None) as pool:
        functions = EdgeFunctions(
            FakeLambda("tells.handler", **named),
            pool,
            folder=tmp_path,
            directories={"edge": tmp_path},
        )
        await functions.load([EDGE_ARN])

        response = await respond(site(default=GUARDED), lambdas=functions)

    assert response.held == group.encode()


@pytest.mark.parametrize(("code", "logged"), [(SAYS_IT, True), (SILENT, False)])
@pytest.mark.proves("FN-019")
async def test_a_functions_output_is_logged_between_start_and_end(code: str, logged: bool) -> None:
    attached = FunctionAssociation(event_type="viewer-request", function_arn=ARN)
    edge = site(default=a_behavior(function_associations=(attached,)))
    lines: list[tuple[str, str]] = []
    async with EngineProcess() as worker:
        functions = CloudFrontFunctions(
            FakeCloudFront(code).session,
            worker,
            files={},
            on_log=lambda group, line: lines.append((group, line)),
        )
        await functions.load([ARN])

        response = await respond(edge, functions=functions)

    assert {group for group, _ in lines} == (
        {"/aws/cloudfront/function/visitors"} if logged else set()
    )
    by = response.headers.get("x-amz-cf-id")
    expected = [f"{by} START DistributionID: {edge.distribution.id}", f"{by} hello", f"{by} END"]
    beside = f"{by} Compute utilization: "
    found = [line for _, line in lines if not line.startswith(beside)]
    assert found == (expected if logged else [])
