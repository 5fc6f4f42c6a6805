"""The fixture `edge_function`: functions in real workers, called from plain tests."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from localfront.errors import ConfigError, EdgeExecutionError
from localfront.testing import (
    RunningFunction,
    StartFunction,
    passes_unchanged,
    redirects_to,
    viewer_request_event,
    viewer_response_event,
    violates,
)
from localfront.testing.running_functions import RunningFunctions
from tests.localfront.real_workers import PYTHON, is_running
from tests.localfront.testing.functions import node_function, python_function

EVENT = viewer_request_event(uri="/a")
Start = Callable[..., RunningFunction]


@pytest.fixture
def start(tmp_path: Path, edge_function: StartFunction, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Start a function, by default in Python."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    python_function(tmp_path)

    def start(directory: str | Path = tmp_path, **settings: Any) -> RunningFunction:
        return edge_function(directory, **{"runtime": PYTHON, **settings})

    return start


def logged(function: RunningFunction) -> Any:
    (line,) = function.logs
    return json.loads(line)


def test_a_plain_test_calls_a_function_in_a_real_worker(start: Start) -> None:
    function = start(name="site-edge")

    passes_unchanged(function(EVENT), EVENT)

    assert logged(function)["name"] == "us-east-1.site-edge"
    assert is_running(logged(function)["pid"])


def test_a_nodejs_function_is_called_in_the_same_way(
    tmp_path: Path, edge_function: StartFunction
) -> None:
    function = edge_function(str(node_function(tmp_path)))

    passes_unchanged(function(EVENT), EVENT)
    with violates("LH-003"):
        edge_function(tmp_path, handler="guard.setsVia")(EVENT)


async def test_an_async_test_can_call_it_too(
    start: Start,
) -> None:
    redirects_to(start(handler="guard.to_login")(EVENT), "/login/")


def test_a_result_that_cloudfront_refuses_is_a_violation(start: Start) -> None:
    with violates("LH-003") as violation:
        start(handler="guard.sets_via")(EVENT)

    assert "'via', which is read-only. Remove it." in violation.message


def test_an_exception_has_its_location(start: Start) -> None:
    with violates("LX-002") as violation:
        start(handler="guard.raises")(EVENT)

    assert isinstance(violation.error, EdgeExecutionError)
    assert "guard.py" in violation.error.traceback


def test_a_function_that_sleeps_times_out(start: Start) -> None:
    with violates("LX-003"):
        start(handler="guard.sleeps", timeout=0.2)(EVENT)


def test_the_result_of_a_response_event_is_a_response(start: Start) -> None:
    result = start(handler="guard.adds_a_header")(viewer_response_event())

    assert result["headers"]["x-new"] == [{"key": "X-New", "value": "new"}]


def test_a_function_changes_its_own_copy_of_the_event(start: Start) -> None:
    event = viewer_response_event()

    start(handler="guard.adds_a_header")(event)

    assert event == viewer_response_event()


def test_the_same_function_has_one_warm_worker(start: Start) -> None:
    start()(EVENT)
    first = logged(start())

    start()(EVENT)

    assert logged(start()) == first | {"calls": 2}


def test_different_settings_make_another_function(start: Start) -> None:
    one, other = start(), start(name="other")
    one(EVENT)
    other(EVENT)

    assert logged(one)["pid"] != logged(other)["pid"]
    assert logged(other)["name"] == "us-east-1.other"


def test_after_a_restart_the_next_call_is_a_cold_start(start: Start) -> None:
    function = start()
    function(EVENT)
    before = logged(function)["pid"]

    function.restart()
    function(EVENT)

    assert not is_running(before)
    assert logged(function)["calls"] == 1


def test_a_function_that_never_ran_has_nothing_to_restart(start: Start) -> None:
    function = start()

    function.restart()

    assert function.logs == []


def test_an_edit_is_live_at_the_next_call(start: Start, tmp_path: Path) -> None:
    function = start()
    passes_unchanged(function(EVENT), EVENT)

    (tmp_path / "guard.py").write_text(
        'def handler(event, context):\n    return {"status": "302", "headers": '
        '{"location": [{"value": "/new"}]}}\n'
    )

    redirects_to(function(EVENT), "/new")


def test_a_functions_output_is_shown_for_a_failed_test(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    start()(EVENT)

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith('edge-function: {"pid": ')


def test_a_function_uses_the_endpoints_of_the_environment_or_the_test(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = {"AWS_ENDPOINT_URL": "http://127.0.0.1:2"}
    here = start(handler="guard.endpoint", access=chosen)
    nowhere = start(handler="guard.endpoint")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    there = start(handler="guard.endpoint")

    for function, endpoint in (
        (here, "http://127.0.0.1:2"),
        (nowhere, "None"),
        (there, "http://127.0.0.1:1"),
    ):
        function(EVENT)
        assert function.logs == [endpoint]


def test_an_invalid_event_never_reaches_the_function(start: Start) -> None:
    function = start()

    with pytest.raises(ConfigError, match="Records is a list with one record"):
        function({})
    assert function.logs == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"handler": "gone.handler"}, "Its handlers are: guard.handler"),
        ({"timeout": 31}, "LA-017"),
        ({"access": {"TABLE": "x"}}, "can't have the environment variable TABLE"),
    ],
)
def test_a_function_that_cannot_run_is_refused_before_it_is_called(
    settings: dict[str, Any], message: str, start: Start
) -> None:
    with pytest.raises(ConfigError) as refused:
        start(**settings)

    assert message in str(refused.value)


def test_no_process_is_left_running_at_the_end(tmp_path: Path) -> None:
    with RunningFunctions() as functions:
        function = functions.start(python_function(tmp_path), runtime=PYTHON)
        function(EVENT)
        pid = logged(function)["pid"]
        assert is_running(pid)

    assert not is_running(pid)
