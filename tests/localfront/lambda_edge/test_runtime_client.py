"""Answers of every kind, as AWS's own runtime client takes them.

`outcomes.json` was recorded with npm's aws-lambda-ric 3.3.0, which stands for Node.js 20 and 22; only
what the client hands to the Runtime API is compared. Known differences, which have no entry: an answer
that is no JSON (a function, a cycle, a BigInt) is an error with more words here.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from localfront.errors import EdgeExecutionError
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.real_workers import FUNCTIONS, invoke_node

FOLDER = FUNCTIONS / "differential"
OUTCOMES: dict[str, Any] = json.loads((FOLDER / "outcomes.json").read_text())


async def outcome(pool: WorkerPool, name: str) -> dict[str, Any]:
    try:
        answer = await invoke_node(pool, "index.handler", {"name": name}, code=FOLDER)
    except EdgeExecutionError as error:
        kind, _, message = str(error).partition(" raised ")[2].partition(": ")
        return {"type": kind, "message": message}
    return {"result": answer}


@pytest.mark.proves("LA-009")
async def test_the_outcome_is_that_of_aws_s_runtime_client(node_pool: WorkerPool) -> None:
    """One after the other in a warm worker: no answer may touch the next invocation."""
    ours = {name: await outcome(node_pool, name) for name in OUTCOMES for _ in range(2)}

    assert len(OUTCOMES) > 40
    assert ours == OUTCOMES
