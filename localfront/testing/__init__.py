"""Test Lambda@Edge functions and distributions with pytest.

The fixtures `edge_function` and `served_distribution` are available if localfront is installed,
or by `pytest_plugins = ["localfront.testing"]`. Everything else is imported from here:

    from localfront.testing import redirects_to, viewer_request_event

    def test_a_stranger_has_to_log_in(edge_function):
        guard = edge_function("edge/", handler="guard.handler")
        redirects_to(guard(viewer_request_event(uri="/")), "/login/")

PYTEST_DONT_REWRITE: pytest would warn if a conftest.py imports from here and also names the plugin;
there is no `assert` here to rewrite.
"""

from localfront.invoke.event_building import (
    EXAMPLE_CONFIG,
    Event,
    HeaderValues,
    origin_request_event,
    origin_response_event,
    viewer_request_event,
    viewer_response_event,
)
from localfront.invoke.result_checking import Result, check_result
from localfront.lambda_edge.contract.events import EventConfig
from localfront.pytest_plugin import (
    edge_function,
    localfront_functions,
    localfront_viewer_functions,
    served_distribution,
    viewer_request_function,
    viewer_response_function,
)
from localfront.testing.assertions import (
    Violation,
    passes_unchanged,
    passes_with_uri,
    redirects_to,
    responds,
    violates,
)
from localfront.testing.clock import TestClock
from localfront.testing.fixture_types import ServeDistribution, StartFunction
from localfront.testing.running_functions import RunningFunction
from localfront.testing.viewer_functions import StartViewerFunction, ViewerFunction

__all__ = [
    "EXAMPLE_CONFIG",
    "Event",
    "EventConfig",
    "HeaderValues",
    "Result",
    "RunningFunction",
    "ServeDistribution",
    "StartFunction",
    "StartViewerFunction",
    "TestClock",
    "ViewerFunction",
    "Violation",
    "check_result",
    "edge_function",
    "localfront_functions",
    "localfront_viewer_functions",
    "origin_request_event",
    "origin_response_event",
    "passes_unchanged",
    "passes_with_uri",
    "redirects_to",
    "responds",
    "served_distribution",
    "viewer_request_event",
    "viewer_request_function",
    "viewer_response_event",
    "viewer_response_function",
    "violates",
]
