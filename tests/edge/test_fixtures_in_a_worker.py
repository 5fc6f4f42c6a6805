"""The events once more, as on AWS: through the package, unpacked, in a real worker."""

import io
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from harness import packages
from localfront.edge.function import EdgeFunction, parse_function_arn
from localfront.edge.workers import WorkerPool
from tests.edge.conftest import Sessions
from tests.edge.fixture_expectations import EXPECTATIONS, SESSIONS, load

pytestmark = pytest.mark.asyncio(loop_scope="module")

ARN = "arn:aws:lambda:us-east-1:123456789012:function:my-serverless-website-edge:1"
NOBODY_LISTENS = "http://127.0.0.1:1"


@pytest.fixture(scope="module")
def function(tmp_path_factory: pytest.TempPathFactory) -> EdgeFunction:
    """The package, unpacked as Lambda does, with the settings of terraform/."""
    code = tmp_path_factory.mktemp("edge")
    package = packages.archive(packages.edge_files())
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        archive.extractall(code)
    return EdgeFunction(
        arn=parse_function_arn(ARN),
        handler="viewer_request.handler",
        runtime="python3.13",
        memory_mb=128,
        timeout=5,
        code=Path(code),
        revision="1",
    )


def pool(endpoint: str, on_log: Callable[[str, str], None]) -> WorkerPool:
    access = {
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "not-a-secret-key",
    }
    return WorkerPool(access=access, on_log=on_log, workers_per_function=1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def warm(sessions: Sessions) -> AsyncIterator[WorkerPool]:
    for session_id, lifetime in SESSIONS.items():
        sessions.add(lifetime=lifetime, session_id=session_id)
    async with pool(sessions.endpoint, lambda *_: None) as workers:
        yield workers


@pytest.mark.parametrize("name", EXPECTATIONS)
async def test_an_event_gets_the_answer_that_is_expected_from_the_package(
    name: str, warm: WorkerPool, function: EdgeFunction
) -> None:
    answer = await warm.invoke(function, load(name))

    assert answer == EXPECTATIONS[name].answer_to(load(name))


async def test_a_worker_out_of_reach_of_the_store_lets_nobody_in_and_says_so(
    function: EdgeFunction,
) -> None:
    lines: list[str] = []

    async with pool(NOBODY_LISTENS, lambda _, line: lines.append(line)) as workers:
        answer = await workers.invoke(function, load("valid-session"))

    assert isinstance(answer, dict)
    assert answer["headers"]["location"][0]["value"] == "/login/?from=home"
    (told,) = [line for line in lines if "session not checked" in line]
    assert "ConnectionRefusedError" in told
    assert not any(session_id in line for line in lines for session_id in SESSIONS)
