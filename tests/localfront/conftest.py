"""Real workers, which have to be closed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.real_workers import ACCESS, Logs, MakePool


@pytest.fixture
def logs() -> Logs:
    return Logs()


@pytest.fixture
async def make_pool(logs: Logs) -> AsyncIterator[MakePool]:
    pools: list[WorkerPool] = []

    def make(**settings: Any) -> WorkerPool:
        pool = WorkerPool(access=ACCESS, on_log=logs.add, **settings)
        pools.append(pool)
        return pool

    yield make
    for pool in pools:
        await pool.close()


@pytest.fixture
def pool(make_pool: MakePool) -> WorkerPool:
    return make_pool()


@pytest.fixture
async def node_pool(logs: Logs) -> AsyncIterator[WorkerPool]:
    """A pool for functions in Node.js, for which the two clients make no difference."""
    async with WorkerPool(access=ACCESS, on_log=logs.add) as pool:
        yield pool
