"""Real workers, closed at the end; and the order of the tests."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.real_workers import ACCESS, Logs, MakePool

# In a parallel run, one of these would delay the end if it started late.
LONGEST = (
    "test_serve_terraform.py",
    "test_page.py",
    "test_page_links.py",
    "test_page_list.py",
    "test_page_state.py",
    "test_page_try.py",
    "test_saving.py",
    "test_keys.py",
    "test_stopping_process.py",
    "test_runtime_client.py",
    "test_trust_command.py",
    "test_serve_reload.py",
    "test_stopping_evaluation.py",
    "test_node_functions.py",
    "test_attacks.py",
    "test_faults.py",
    "test_pool.py",
    "test_supervision.py",
    "test_serve_published_functions.py",
    "test_junk_in_files.py",
    "test_plugin.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONGEST)


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
    """A pool for Node.js functions, which do not depend on the two clients."""
    async with WorkerPool(access=ACCESS, on_log=logs.add) as pool:
        yield pool
