"""A pool that the tests of a module share, with what its functions printed.

The module's tests have one event loop: `pytestmark = pytest.mark.asyncio(loop_scope="module")`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.real_workers import ACCESS, Logs


@pytest.fixture(scope="module")
def all_logs() -> Logs:
    return Logs()


@pytest.fixture
def shared_logs(all_logs: Logs) -> Logs:
    """The lines of this test alone."""
    all_logs.clear()
    return all_logs


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_pool(all_logs: Logs) -> AsyncIterator[WorkerPool]:
    async with WorkerPool(access=ACCESS, on_log=all_logs.add) as pool:
        yield pool
