"""Shared by tests with real workers."""

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from localfront.lambda_edge.function import EdgeFunction, parse_function_arn
from localfront.lambda_edge.workers.pool import WorkerPool

FUNCTIONS = Path(__file__).parents[1] / "edge_functions"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:edge:3"
PYTHON = "python{}.{}".format(*sys.version_info)  # which exists in any case
NODE = "nodejs22.x"
PATIENCE = 60.0  # seconds for a line of the log, on a busy machine too
ACCESS = {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "AWS_ACCESS_KEY_ID": "test"}

# Versions of their own: a pool stops a version's workers when it gets another handler.
VERSIONS_OF_ONE_WORKER = {
    "misbehaved.any_of_them": 11,
    "misbehaved.anyOfThem": 12,
    "well_behaved.anyOfThem": 13,
}

MakePool = Callable[..., WorkerPool]


class Logs(list[str]):
    """The lines of all functions; a test may wait for one."""

    def __init__(self) -> None:
        super().__init__()
        self._came = asyncio.Event()

    def add(self, name: str, line: str) -> None:
        assert name == "edge"
        self.append(line)
        self._came.set()

    async def line(self, line: str, *, times: int = 1) -> None:
        """Wait until that many lines have started like this. Raises AssertionError."""
        try:
            async with asyncio.timeout(PATIENCE):
                while sum(seen.startswith(line) for seen in self) < times:
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            raise AssertionError(f"no line {line!r} ({times}) in the log: {list(self)}") from None


def a_function(handler: str, **changes: Any) -> EdgeFunction:
    function = EdgeFunction(
        arn=parse_function_arn(ARN),
        handler=handler,
        runtime=PYTHON,
        memory_mb=128,
        timeout=20,
        code=FUNCTIONS,
        revision="1",
    )
    return replace(function, **changes)


def an_event(
    event_type: str = "viewer-request", request_id: str = "cloudfront-id"
) -> dict[str, Any]:
    """The part of an event that these tests need."""
    config = {
        "distributionId": "E123",
        "eventType": event_type,
        "requestId": request_id,
    }
    return {"Records": [{"cf": {"config": config}}]}


async def invoke(pool: WorkerPool, handler: str, event: Any = None, **changes: Any) -> Any:
    return await pool.invoke(a_function(handler, **changes), event or {})


async def invoke_in_one_worker(
    pool: WorkerPool, handler: str, event: Any = None, **changes: Any
) -> Any:
    """Invoke one of a module's handlers, such as "misbehaved.raises", in a worker for all of them."""
    module, _, name = handler.partition(".")
    is_node = changes.get("runtime", PYTHON).startswith("nodejs")
    one = f"{module}.{'anyOfThem' if is_node else 'any_of_them'}"
    arn = parse_function_arn(f"{ARN.rpartition(':')[0]}:{VERSIONS_OF_ONE_WORKER[one]}")
    return await invoke(pool, one, {**(event or {}), "handler": name}, arn=arn, **changes)


async def invoke_node(pool: WorkerPool, handler: str, event: Any = None, **changes: Any) -> Any:
    return await invoke(pool, handler, event, **{"runtime": NODE, **changes})


def is_running(pid: int) -> bool:
    """Whether the process exists, including as a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
