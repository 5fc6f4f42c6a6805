"""Functions by the ARN that a behavior names, with a local directory in place of their code."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import boto3
import pytest

from localfront.edge.functions import EdgeFunctions
from localfront.edge.workers import WorkerPool
from localfront.errors import EdgeExecutionError
from tests.localfront.factories import EDGE_ARN
from tests.localfront.real_workers import PYTHON


def an_event(
    event_type: str = "viewer-request", request_id: str = "cloudfront-id"
) -> dict[str, Any]:
    """As much of an event as is looked at here."""
    config = {
        "distributionId": "E123",
        "eventType": event_type,
        "requestId": request_id,
    }
    return {"Records": [{"cf": {"config": config}}]}


CONFIGURATION = {"Runtime": PYTHON, "CodeSha256": "c2hhMjU2"}


class FakeSession:
    """A session whose Lambda API knows one function, whose handler may change."""

    def __init__(self, handler: str = "handler.handler") -> None:
        self.handler = handler

    def client(self, _service: str, **_: Any) -> FakeSession:
        return self

    def get_function(self, **_: str) -> dict[str, Any]:
        return {"Configuration": {**CONFIGURATION, "Handler": self.handler}}


@pytest.mark.proves("LX-002")
async def test_a_local_directory_that_went_away_is_a_failure_of_the_function(
    tmp_path: Path,
) -> None:
    code = tmp_path / "edge"
    code.mkdir()
    async with WorkerPool(access={}, on_log=lambda *_: None) as pool:
        functions = EdgeFunctions(
            cast(boto3.Session, FakeSession()),
            pool,
            folder=tmp_path / "unpacked",
            directories={"edge": code},
        )
        await functions.load([EDGE_ARN])
        code.rmdir()

        with pytest.raises(EdgeExecutionError, match="not a directory"):
            await functions.invoke(EDGE_ARN, an_event())


async def test_an_arn_that_was_made_again_runs_its_new_code(tmp_path: Path) -> None:
    (tmp_path / "first.py").write_text("def handler(event, context): return 1")
    (tmp_path / "second.py").write_text("def handler(event, context): return 2")
    session = FakeSession("first.handler")
    async with WorkerPool(access={}, on_log=lambda *_: None) as pool:
        functions = EdgeFunctions(
            cast(boto3.Session, session),
            pool,
            folder=tmp_path / "unpacked",
            directories={"edge": tmp_path},
        )
        await functions.load([EDGE_ARN])
        before = await functions.invoke(EDGE_ARN, an_event())
        session.handler = "second.handler"

        await functions.load([EDGE_ARN])
        after = await functions.invoke(EDGE_ARN, an_event())

    assert (before, after) == (1, 2)
