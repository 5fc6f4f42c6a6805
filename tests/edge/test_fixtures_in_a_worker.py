"""The event fixtures, run in a real worker from the unpacked archive, as on AWS."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.packaging import packages
from localfront.testing import RunningFunction, StartFunction, redirects_to
from tests.edge.conftest import Sessions
from tests.edge.fixture_expectations import EXPECTATIONS, SESSIONS, load

NOBODY_LISTENS = "http://127.0.0.1:1"

# The function, with the table of sessions at an endpoint.
AtEndpoint = Callable[[str], RunningFunction]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, unpacked as Lambda does."""
    code = tmp_path_factory.mktemp("edge")
    archive = packages.archive(packages.edge_files())
    with zipfile.ZipFile(io.BytesIO(archive)) as unpacked:
        unpacked.extractall(code)
    return code


@pytest.fixture(scope="module")
def function_at(package: Path, edge_function: StartFunction) -> AtEndpoint:
    """The function with the settings of terraform/."""

    def start(endpoint: str) -> RunningFunction:
        return edge_function(
            package,
            handler="viewer_request.handler",
            name="my-serverless-website-edge",
            access={
                "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
                "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
                "AWS_SECRET_ACCESS_KEY": "not-a-secret-key",
            },
        )

    return start


@pytest.fixture(scope="module")
def function(function_at: AtEndpoint, sessions: Sessions) -> RunningFunction:
    for session_id, lifetime in SESSIONS.items():
        sessions.add(lifetime=lifetime, session_id=session_id)
    return function_at(sessions.endpoint)


@pytest.mark.parametrize("name", EXPECTATIONS)
def test_an_event_gets_the_expected_result_from_the_package(
    name: str, function: RunningFunction
) -> None:
    assert function(load(name)) == EXPECTATIONS[name].response_to(load(name))


def test_without_access_to_the_session_store_every_request_is_refused_and_logged(
    function_at: AtEndpoint,
) -> None:
    function = function_at(NOBODY_LISTENS)

    redirects_to(function(load("valid-session")), "/login/?from=home")

    (messages,) = [line for line in function.logs if "session not checked" in line]
    assert "ConnectionRefusedError" in messages
    assert not any(session_id in line for line in function.logs for session_id in SESSIONS)  # fmt: skip
