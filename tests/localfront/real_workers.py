"""What tests with real workers share."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from localfront.edge.function import EdgeFunction, parse_function_arn
from localfront.edge.workers import WorkerPool

FUNCTIONS = Path(__file__).parents[1] / "edge_functions"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:edge:3"
ACCESS = {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "AWS_ACCESS_KEY_ID": "test"}

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
        """Wait until a line that starts like this has come so often."""
        while sum(seen.startswith(line) for seen in self) < times:
            self._came.clear()
            await self._came.wait()


def a_function(handler: str, **changes: Any) -> EdgeFunction:
    function = EdgeFunction(
        arn=parse_function_arn(ARN),
        handler=handler,
        runtime="python3.13",
        memory_mb=128,
        timeout=20,
        code=FUNCTIONS,
        revision="1",
    )
    return replace(function, **changes)


async def invoke(
    pool: WorkerPool, handler: str, event: Any = None, **changes: Any
) -> Any:
    return await pool.invoke(a_function(handler, **changes), event or {})
