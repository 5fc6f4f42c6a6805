"""`localfront invoke`, with functions in real workers."""

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from localfront.__main__ import main
from tests.localfront.real_workers import PYTHON, is_running
from tests.localfront.warm_start.command import localfront

IN_PYTHON = """\
import json, os

def handler(event, context):
    request = event["Records"][0]["cf"]["request"]
    print("asked for", request["uri"])
    return request

def sets_via(event, context):
    request = event["Records"][0]["cf"]["request"]
    request["headers"]["via"] = [{"key": "Via", "value": "x"}]
    return request

def raises(event, context):
    raise LookupError("no such table")

def sleeps(event, context):
    import time
    print(os.getpid())
    time.sleep(60)

def tells(event, context):
    print(json.dumps({"name": context.function_name, "env": dict(os.environ)}))
    return event["Records"][0]["cf"]["request"]

def prints_escapes(event, context):
    print("\\x1b[2Jgone")
    return event["Records"][0]["cf"]["request"]

def adds_a_field(event, context):
    return event["Records"][0]["cf"]["request"] | {"half": "\\ud83d", "ship": "ü"}

def adds_a_header(event, context):
    response = event["Records"][0]["cf"]["response"]
    response["headers"]["x-new"] = [{"key": "X-New", "value": response["status"]}]
    return response
"""
IN_NODE = """\
exports.main = async (event) => {
  const request = event.Records[0].cf.request;
  console.log('asked for', request.uri);
  return request;
};
exports.setsVia = async (event) => {
  const request = event.Records[0].cf.request;
  request.headers.via = [{ key: 'Via', value: 'x' }];
  return request;
};
exports.raises = async () => { throw new RangeError('no such table'); };
"""


@pytest.fixture
def edge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"):
        monkeypatch.delenv(name, raising=False)
    directory = tmp_path / "edge"
    directory.mkdir()
    (directory / "guard.py").write_text(IN_PYTHON)
    (directory / "guardian.js").write_text(IN_NODE)
    return directory


class Invoke:
    """Runs the command and keeps its output."""

    def __init__(self, edge: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._edge = edge
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str, runtime: str | None = PYTHON) -> int:
        which = ["--runtime", runtime] if runtime else []
        status = main(["invoke", "--function", str(self._edge), *which, *arguments])
        self.out, self.err = self._capsys.readouterr()
        return status

    @property
    def result(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def invoke(edge: Path, capsys: pytest.CaptureFixture[str]) -> Invoke:
    return Invoke(edge, capsys)


def test_the_result_is_json_on_standard_output_and_all_else_on_standard_error(
    invoke: Invoke,
) -> None:
    status = invoke("--uri", "/a", "--querystring", "b=c", "--cookie", "id=42")

    assert status == 0
    assert invoke.result["uri"] == "/a"
    assert invoke.result["querystring"] == "b=c"
    assert invoke.result["headers"]["cookie"] == [{"key": "Cookie", "value": "id=42"}]
    assert "asked for /a\n" in invoke.err
    assert "RequestId" not in invoke.err
    assert "of 5000 ms" in invoke.err


def test_a_nodejs_function_is_found_by_its_file(invoke: Invoke) -> None:
    arguments = ["--handler", "guardian.main", "--method", "PUT", "--body", "grüße"]

    assert invoke(*arguments, runtime=None) == 0
    assert invoke.result["method"] == "PUT"
    assert invoke.result["body"]["data"] == "Z3LDvMOfZQ=="
    assert "asked for /\n" in invoke.err


@pytest.mark.parametrize(
    ("handler", "runtime"),
    [("guard.sets_via", PYTHON), ("guardian.setsVia", "nodejs22.x")],
)
def test_a_violation_is_printed_with_its_rule_and_remedy_and_exits_with_1(
    handler: str, runtime: str, invoke: Invoke
) -> None:
    assert invoke("--handler", handler, runtime=runtime) == 1

    assert invoke.out == ""
    assert invoke.err.splitlines()[-1] == (
        "LH-003: viewer-request: the function added header 'via', which is read-only. Remove it."
    )


@pytest.mark.parametrize(
    ("handler", "runtime", "message"),
    [
        ("guard.raises", PYTHON, 'File "'),
        ("guardian.raises", "nodejs22.x", "\n    at exports.raises ("),
    ],
)
def test_an_exception_is_printed_with_its_traceback_once(
    handler: str, runtime: str, message: str, invoke: Invoke
) -> None:
    assert invoke("--handler", handler, runtime=runtime) == 1

    assert invoke.out == ""
    assert "LX-002: Function edge-function:1 raised " in invoke.err
    assert "no such table" in invoke.err
    assert invoke.err.count(message) == 1


def test_a_timeout_is_reported(invoke: Invoke) -> None:
    assert invoke("--handler", "guard.sleeps", "--timeout", "0.2") == 1

    assert "LX-003: Function edge-function:1 did not respond within" in invoke.err


def test_a_response_event_is_built_from_its_options(invoke: Invoke) -> None:
    status = invoke(
        "--handler=guard.adds_a_header",
        "--event-type=origin-response",
        "--status=404",
        "--response-header=ETag: a:b",
        "--origin-domain=api.example.com",
    )

    assert status == 0
    assert invoke.result["headers"]["x-new"] == [{"key": "X-New", "value": "404"}]
    assert invoke.result["headers"]["etag"] == [{"key": "ETag", "value": "a:b"}]


def test_a_saved_event_is_run_again_from_its_file(invoke: Invoke, tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    assert invoke("--uri", "/%C3%BC", "--header", "X-A: ü", "--save", str(file)) == 0
    first = invoke.result

    assert invoke("--event", str(file)) == 0
    assert invoke.result == first
    assert first["headers"]["x-a"] == [{"key": "X-A", "value": "ü"}]


def test_a_header_option_may_be_repeated(invoke: Invoke) -> None:
    assert invoke("--header", "X-A: 1", "--header", "X-A: 2") == 0

    assert [line["value"] for line in invoke.result["headers"]["x-a"]] == ["1", "2"]


def test_repeated_runs_are_measured_in_one_worker(invoke: Invoke) -> None:
    assert invoke("--runs", "3") == 0

    assert invoke.err.count("asked for /\n") == 3
    assert invoke.err.count("init: ") == 1
    assert "in 3 runs, of 5000 ms" in invoke.err


def test_a_function_sees_its_name_and_nothing_of_this_machine(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDMINE")
    monkeypatch.setenv("MY_VARIABLE", "mine")

    assert invoke("--handler", "guard.tells", "--name", "site-edge") == 0

    message = json.loads(next(x for x in invoke.err.splitlines() if x.startswith("{")))
    assert message["name"] == "us-east-1.site-edge"
    assert not {"AWS_ACCESS_KEY_ID", "MY_VARIABLE"} & message["env"].keys()


def test_an_emulator_is_reached_by_the_standard_environment(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")

    assert invoke("--handler", "guard.tells") == 0

    message = json.loads(next(x for x in invoke.err.splitlines() if x.startswith("{")))
    assert message["env"]["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"


def test_a_functions_output_cannot_control_the_terminal(invoke: Invoke) -> None:
    assert invoke("--handler", "guard.prints_escapes") == 0

    assert "\x1b" not in invoke.err
    assert "\\x1b[2Jgone" in invoke.err


def test_a_result_with_lone_surrogates_is_still_json(invoke: Invoke) -> None:
    assert invoke("--handler", "guard.adds_a_field") == 0

    assert invoke.result["half"] == "\ud83d"
    assert '"ship": "ü"' in invoke.out


def test_ctrl_c_ends_a_function_that_hangs_without_a_traceback(edge: Path) -> None:
    with subprocess.Popen(
        localfront("invoke", "--function", edge, "--handler", "guard.sleeps", "--timeout", "30"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")  # the first may be a warning about code in /tmp
        pid = int(next(line for line in lines if line.strip().isdecimal()))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=240)

    assert (process.returncode, out, err) == (130, "", "")
    assert not is_running(pid)
