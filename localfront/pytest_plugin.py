"""The fixtures for tests of Lambda@Edge functions and distributions.

pytest loads this module in every run on a machine that has localfront. What the fixtures need is
imported when a test asks for one: it takes a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from localfront.testing.fixture_types import ServeDistribution, StartFunction
    from localfront.testing.running_functions import EdgeFunctions


@pytest.fixture(scope="session")
def localfront_functions() -> Iterator[EdgeFunctions]:
    """The workers of all tests; they end with the session."""
    from localfront.testing.running_functions import EdgeFunctions

    with EdgeFunctions() as functions:
        yield functions


@pytest.fixture(scope="session")
def edge_function(localfront_functions: EdgeFunctions) -> StartFunction:
    """Make a function of a directory, to be called with events; see `StartFunction`."""
    return localfront_functions.start


@pytest.fixture
def served_distribution(
    localfront_functions: EdgeFunctions, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServeDistribution]:
    """Serve distributions until the test ends; see `ServeDistribution`."""
    from localfront.testing.serving import LocalDistributions

    folder = tmp_path_factory.mktemp("localfront")
    with LocalDistributions(localfront_functions.loop, folder) as serve:
        yield serve
