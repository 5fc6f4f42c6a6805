"""CloudFront's log of invalid function results, written by the pipeline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from localfront.flow.edge_triggers import Triggers
from localfront.lambda_edge.functions import EdgeFunctions
from localfront.lambda_edge.validation_log import ValidationLog
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.factories import DISTRIBUTION_ID, EDGE_ARN, a_request, a_trace
from tests.localfront.fakes import FakeFunctions
from tests.localfront.lambda_edge.test_functions import FakeLambda, Sink
from tests.localfront.sites import GUARDED, site


@pytest.mark.proves("LL-003", "LL-004")
async def test_a_validation_error_is_logged_under_the_responses_x_amz_cf_id(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("def handler(event, context): return {'status': '99'}")
    sink = Sink()
    edge = site(default=GUARDED)
    async with WorkerPool(access={}, on_log=lambda *_: None) as pool:
        functions = EdgeFunctions(
            FakeLambda("bad.handler"),
            pool,
            folder=tmp_path,
            directories={"edge": tmp_path},
            validation_log=ValidationLog(sink),
        )
        await functions.load([EDGE_ARN])
        pipeline = replace(
            edge.pipeline, triggers=Triggers(lambdas=functions, functions=FakeFunctions())
        )
        response = await pipeline.respond(a_request("/a"), b"", a_trace())

    assert response.status == 502
    ((group, line),) = sink.lines
    assert group == f"/aws/cloudfront/LambdaEdge/{DISTRIBUTION_ID}"
    assert line.startswith(f"[{response.headers.get('x-amz-cf-id')}] Lambda request id: ")
