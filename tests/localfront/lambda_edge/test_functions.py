"""Functions by the ARN in a behavior, with a local folder instead of their code."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from localfront.errors import ConfigError, EdgeExecutionError, EdgeValidationError
from localfront.lambda_edge.functions import EdgeFunctions
from localfront.lambda_edge.validation_log import ValidationLog
from localfront.lambda_edge.workers.pool import WorkerPool
from localfront.profiles import CLASSIC, PROFILE_2026, Profile
from tests.localfront.factories import EDGE_ARN
from tests.localfront.real_workers import PYTHON, an_event

CONFIGURATION = {"Runtime": PYTHON, "CodeSha256": "c2hhMjU2"}


class FakeLambda:
    """A Lambda API with one function, whose handler may change."""

    def __init__(self, handler: str = "handler.handler", **configuration: Any) -> None:
        self.handler = handler
        self.configuration = configuration

    def get_function(
        self,
        *,
        FunctionName: str,  # noqa: N803 -- the API's name
        Qualifier: str,  # noqa: N803 - boto3's name for it
    ) -> dict[str, Any]:
        changed = {"Handler": self.handler, **self.configuration}
        return {"Configuration": {**CONFIGURATION, **changed}}


class Sink:
    """Keeps the logged lines, without their streams."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def put(self, group: str, _stream: str, message: str) -> None:
        self.lines.append((group, message))


MakeFunctions = Callable[..., EdgeFunctions]


@pytest.mark.proves("LX-002")
async def test_a_deleted_local_directory_is_a_failure_of_the_function(
    tmp_path: Path,
) -> None:
    code = tmp_path / "edge"
    code.mkdir()
    async with WorkerPool(access={}, on_log=lambda *_: None) as pool:
        functions = EdgeFunctions(
            FakeLambda(),
            pool,
            folder=tmp_path / "unpacked",
            directories={"edge": code},
        )
        await functions.load([EDGE_ARN])
        code.rmdir()

        with pytest.raises(EdgeExecutionError, match="not a directory"):
            await functions.invoke(EDGE_ARN, an_event())


async def test_a_recreated_arn_runs_its_new_code(tmp_path: Path) -> None:
    (tmp_path / "first.py").write_text("def handler(event, context): return 1")
    (tmp_path / "second.py").write_text("def handler(event, context): return 2")
    functions_api = FakeLambda("first.handler")
    async with WorkerPool(access={}, on_log=lambda *_: None) as pool:
        functions = EdgeFunctions(
            functions_api,
            pool,
            folder=tmp_path / "unpacked",
            directories={"edge": tmp_path},
        )
        await functions.load([EDGE_ARN])
        before = await functions.invoke(EDGE_ARN, an_event())
        functions_api.handler = "second.handler"

        await functions.load([EDGE_ARN])
        after = await functions.invoke(EDGE_ARN, an_event())

    assert (before, after) == (1, 2)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[MakeFunctions]:
    """Creates functions whose code is one Python file that returns its time limit."""
    (tmp_path / "handler.py").write_text(
        "def handler(event, context):\n    return context.get_remaining_time_in_millis() / 1000\n"
    )
    async with WorkerPool(access={}, on_log=lambda *_: None) as pool:
        yield lambda api, **settings: EdgeFunctions(
            api,
            pool,
            folder=tmp_path / "unpacked",
            directories={"edge": tmp_path},
            **settings,
        )


@pytest.mark.proves("LA-017")
@pytest.mark.parametrize(
    ("profile", "event_type", "seconds", "limit"),
    [
        (PROFILE_2026, "viewer-request", 20, 20),
        (CLASSIC, "viewer-request", 20, 5),
        (CLASSIC, "viewer-response", 20, 5),
        (CLASSIC, "viewer-request", 4, 4),
        (CLASSIC, "origin-request", 20, 20),
        (CLASSIC, "origin-response", 20, 20),
    ],
)
async def test_the_timeout_is_the_lower_of_the_functions_and_the_events(
    served: MakeFunctions, profile: Profile, event_type: str, seconds: int, limit: int
) -> None:
    functions = served(FakeLambda(Timeout=seconds), profile=profile)
    await functions.load([EDGE_ARN])

    remaining = await functions.invoke(EDGE_ARN, an_event(event_type))

    assert isinstance(remaining, float)
    assert limit - 3 < remaining <= limit


@pytest.mark.proves("LA-017", "LA-019")
async def test_a_profiles_viewer_event_limits_are_checked_at_load(
    served: MakeFunctions,
) -> None:
    functions = served(FakeLambda(Timeout=6, MemorySize=256), profile=CLASSIC)
    await functions.load([EDGE_ARN])

    with pytest.raises(ConfigError, match=r"LA-017.*LA-019"):
        await functions.load([EDGE_ARN], at_viewer_events=[EDGE_ARN])


@pytest.mark.proves("LA-009", "LA-017")
async def test_a_setting_that_aws_may_refuse_is_reported_once(
    served: MakeFunctions, caplog: pytest.LogCaptureFixture
) -> None:
    functions = served(FakeLambda(Timeout=6, Runtime="python3.8"))

    for _ in range(2):
        await functions.load([EDGE_ARN], at_viewer_events=[EDGE_ARN])

    messages = [record.getMessage() for record in caplog.records]
    assert len([line for line in messages if "deprecated its runtime python3.8" in line]) == 1
    assert len([line for line in messages if "(LA-017)" in line]) == 1


async def test_a_warning_for_many_functions_is_one_line_with_their_number(
    served: MakeFunctions, caplog: pytest.LogCaptureFixture
) -> None:
    functions = served(FakeLambda(Runtime="python3.8"))

    await functions.load([EDGE_ARN.replace("edge:3", f"edge:{n}") for n in range(1, 34)])

    messages = [r.getMessage() for r in caplog.records if "deprecated" in r.getMessage()]
    assert len(messages) == 1
    assert messages[0].startswith("Functions edge:1, edge:10, edge:11 and 30 more: AWS deprecated")


async def test_a_runtime_without_an_interpreter_is_refused_at_load(
    served: MakeFunctions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    functions = served(FakeLambda(Runtime="nodejs22.x"))

    with pytest.raises(ConfigError, match=r"nodejs22\.x need Node\.js 22"):
        await functions.load([EDGE_ARN])


@pytest.mark.proves("LL-003", "LL-004")
async def test_a_response_that_is_not_json_is_in_the_validation_error_log(
    served: MakeFunctions, tmp_path: Path
) -> None:
    (tmp_path / "bad.py").write_text("def handler(e, c): return float('nan')")
    sink = Sink()
    functions = served(FakeLambda("bad.handler"), validation_log=ValidationLog(sink))
    await functions.load([EDGE_ARN])

    with pytest.raises(EdgeValidationError):
        await functions.invoke(EDGE_ARN, an_event(request_id="the-x-amz-cf-id"))

    ((group, line),) = sink.lines
    assert group == "/aws/cloudfront/LambdaEdge/E123"
    assert line.startswith("[the-x-amz-cf-id] Lambda request id: ")
    assert re.search(r"Lambda request id: [0-9a-f-]{36} ", line)
