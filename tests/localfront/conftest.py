"""Real workers, closed at the end; a browser; what the processes of a parallel run do, and share."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Generator
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from _pytest.runner import runtestprotocol

from harness.errors import MissingToolError
from harness.processes.chromium import find_chromium
from harness.processes.steady_network import wrapped
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.real_workers import ACCESS, Logs, MakePool
from tests.localfront.scheduling import process_of, turn
from tests.localfront.warm_start import command

if TYPE_CHECKING:
    from playwright.async_api import Browser

SHOWN_DURATION = 0.005  # seconds, from which on `--durations` shows one


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config) -> Generator[None, Any, Any]:
    """Schedule what belongs to one process where `--dist loadfile` has files."""
    scheduling = yield
    if config.getoption("dist") == "loadfile":
        assert scheduling._split_scope("a.py::test_b") == "a.py"  # what is replaced is still in use
        scheduling._split_scope = process_of
    return scheduling


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give all of pytest-xdist's workers the same server for warm starts."""
    node.workerinput["warm_start"] = command.own_socket()


def pytest_configure(config: pytest.Config) -> None:
    given = getattr(config, "workerinput", {})
    if "warm_start" in given:
        command.share(given["warm_start"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: turn(item.nodeid))


def pytest_collection_finish() -> None:
    """Read AWS's descriptions of its services, megabytes of JSON, once for all boto3 sessions."""
    if "botocore.session" in sys.modules:  # else no test needs it
        name = "botocore.session.create_loader"
        pytest.MonkeyPatch().setattr(name, cache(sys.modules["botocore.session"].create_loader))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run a test; to send what went well in its set-up and tear-down takes as long as many a test."""
    if not hasattr(item.config, "workerinput"):
        return None  # nothing is sent
    hook = item.ihook
    hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when == "call" or not report.passed or report.duration >= SHOWN_DURATION:
            hook.pytest_runtest_logreport(report=report)
    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


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


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """Chromium, whose start costs as much as the tests of a module."""
    from playwright.async_api import async_playwright  # which few of the tests need

    try:
        chromium = wrapped(find_chromium(os.environ), tmp_path_factory.mktemp("browser"))
    except MissingToolError as error:
        pytest.skip(str(error))
    async with async_playwright() as playwright:
        for_root = ["--no-sandbox"] if os.geteuid() == 0 else []
        started = await playwright.chromium.launch(executable_path=chromium, args=for_root)
        yield started
        await started.close()
