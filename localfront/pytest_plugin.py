"""Pytest fixtures for tests of edge functions and distributions.

pytest loads this module in every run where localfront is installed, so slow imports (a second)
happen only when a test requests a fixture.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

# Before pytest captures standard input and output.
TERMINAL = os.ttyname(0) if os.isatty(0) and os.isatty(1) else ""

if TYPE_CHECKING:
    from localfront.cloudfront_functions.worker_process import EngineProcess
    from localfront.testing.background_loop import BackgroundLoop
    from localfront.testing.fixture_types import ServeDistribution, StartFunction
    from localfront.testing.running_functions import RunningFunctions
    from localfront.testing.viewer_functions import StartViewerFunction


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("localfront").addoption(
        "--localfront-debug",
        action="append",
        default=[],
        metavar="FUNCTION[:PORT]",
        help="wait for a debugger before a Lambda function of that name starts: debugpy (port 5678), or "
        "Node's (9229); may be repeated",
    )


@pytest.fixture(scope="session")
def localfront_functions(pytestconfig: pytest.Config) -> Iterator[RunningFunctions]:
    """The workers of all tests, until the session ends."""
    from localfront.lambda_edge.workers.debugging import parse_debugged
    from localfront.testing.running_functions import RunningFunctions

    # A plugin that a conftest loads is too late to add options.
    orders = pytestconfig.getoption("localfront_debug", [])
    asks = pytestconfig.getoption("capture") == "no" or pytestconfig.getoption("usepdb")
    debugged = parse_debugged(orders, waits=bool(orders))
    with RunningFunctions(debugged, TERMINAL if asks else "") as functions:
        yield functions


@pytest.fixture(scope="session")
def edge_function(localfront_functions: RunningFunctions) -> StartFunction:
    """Start a Lambda@Edge function from a directory; call it with events. See `StartFunction`."""
    return localfront_functions.start


@pytest.fixture(scope="session")
def localfront_viewer_functions(
    localfront_functions: RunningFunctions,
) -> Iterator[tuple[BackgroundLoop, EngineProcess]]:
    """The worker of all CloudFront Functions in tests."""
    from localfront.cloudfront_functions.worker_process import EngineProcess

    loop, worker = localfront_functions.loop, EngineProcess()
    yield loop, worker
    loop.run(worker.close())


@pytest.fixture(scope="session")
def viewer_request_function(
    localfront_viewer_functions: tuple[BackgroundLoop, EngineProcess],
) -> StartViewerFunction:
    """Load a CloudFront Function from a file, for viewer-request; see `StartViewerFunction`."""
    from localfront.lambda_edge.contract.limits import EventType
    from localfront.testing.viewer_functions import ViewerFunctions

    return ViewerFunctions(EventType.VIEWER_REQUEST, *localfront_viewer_functions)


@pytest.fixture(scope="session")
def viewer_response_function(
    localfront_viewer_functions: tuple[BackgroundLoop, EngineProcess],
) -> StartViewerFunction:
    """The same for viewer-response."""
    from localfront.lambda_edge.contract.limits import EventType
    from localfront.testing.viewer_functions import ViewerFunctions

    return ViewerFunctions(EventType.VIEWER_RESPONSE, *localfront_viewer_functions)


@pytest.fixture
def served_distribution(
    localfront_functions: RunningFunctions, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServeDistribution]:
    """Serve distributions until the test ends; see `ServeDistribution`."""
    from localfront.testing.serving import LocalDistributions

    folder = tmp_path_factory.mktemp("localfront")
    with LocalDistributions(
        localfront_functions.loop, folder, localfront_functions.debugged
    ) as serve:
        yield serve
