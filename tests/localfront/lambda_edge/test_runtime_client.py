"""Handlers of every kind, compared with AWS's own runtime clients.

`outcomes.json` was recorded with npm's aws-lambda-ric 3.3.0 (which stands for Node.js 20 and 22) and 4.0.2
(for 24); `tests/aws_runtime_clients/record.mjs` makes it anew. A message of ours may say more than AWS's.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from localfront.errors import EdgeExecutionError
from localfront.lambda_edge.workers.interpreters import find_interpreter
from localfront.lambda_edge.workers.pool import WorkerPool
from localfront.lambda_edge.workers.runtime import NODE_FLAGS
from tests.localfront.real_workers import FUNCTIONS, PATIENCE, invoke_node

FOLDER = FUNCTIONS / "differential"
OUTCOMES: dict[str, dict[str, Any]] = json.loads((FOLDER / "outcomes.json").read_text())
REPLAY = FUNCTIONS.parent / "aws_runtime_clients" / "replay.mjs"
BOOTSTRAP = Path(find_interpreter.__code__.co_filename).with_name("node_bootstrap.mjs")

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")


async def outcome(pool: WorkerPool, case: str, runtime: str) -> dict[str, Any]:
    handler, _, name = case.partition("#")
    try:
        result = await invoke_node(pool, handler, {"name": name}, code=FOLDER, runtime=runtime)
    except EdgeExecutionError as error:
        outcomes = str(error)
        if (_ended := " ended its process without a response (exit status ") in outcomes:
            return {"exit": int(outcomes.partition(_ended)[2].partition(")")[0])}
        kind, _, message = outcomes.partition(" raised ")[2].partition(": ")
        return {"type": kind, "message": message.partition("\n")[0]}
    return {"result": result}


@pytest.mark.proves("LA-009")
@pytest.mark.parametrize("runtime", ["nodejs22.x", "nodejs24.x"])
async def test_a_response_is_handled_as_by_awss_runtime_client(
    node_pool: WorkerPool, runtime: str
) -> None:
    """One after the other in a warm worker: no response may affect the next invocation."""
    recorded = {case: outcomes for case, outcomes in OUTCOMES[runtime].items() if "#" in case}
    recorded = {case: outcomes for case, outcomes in recorded.items() if "at" not in outcomes}
    assert len(recorded) > (140 if runtime == "nodejs22.x" else 80)

    ours = {case: await outcome(node_pool, case, runtime) for case in recorded}

    assert ours == recorded


@pytest.mark.proves("LA-009")
@pytest.mark.parametrize("runtime", ["nodejs22.x", "nodejs24.x"])
async def test_a_handler_is_found_as_by_awss_runtime_client(runtime: str) -> None:
    recorded = {case: outcomes for case, outcomes in OUTCOMES[runtime].items() if "#" not in case}
    assert len(recorded) > 50
    node = find_interpreter(runtime)
    flags = [flag for flag in NODE_FLAGS.get(runtime, ()) if flag in node.flags]
    command = (*flags, str(REPLAY), str(BOOTSTRAP), str(FOLDER), runtime, *recorded)

    replay = await asyncio.create_subprocess_exec(
        node.program, *command, cwd=FOLDER, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await asyncio.wait_for(replay.communicate(), 3 * PATIENCE)
    ours = json.loads(printed.splitlines()[-1])

    assert {case: without_advice(outcomes) for case, outcomes in ours.items()} == recorded


def without_advice(outcomes: dict[str, Any]) -> dict[str, Any]:
    """AWS's message, without our hint how to get the SDK."""
    if "message" in outcomes:
        return outcomes | {"message": outcomes["message"].partition(". Lambda's Node.js")[0]}
    return outcomes
