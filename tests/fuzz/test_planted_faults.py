"""Each part of the fuzzer finds a fault that was planted in localfront."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from fuzz.__main__ import main
from fuzz.budget import Budget
from fuzz.findings import Finding
from fuzz.requests import well_formed
from localfront.config.parsing import parse_distribution
from localfront.responses import ranges

# Python's own hook: the child process that serves imports it before anything else.
HOOK = "sitecustomize.py"
OR_ENDS = """
except BaseException:
    import os, traceback
    traceback.print_exc()
    os._exit(1)
"""
RAISES_FOR_SOME = """
from localfront.command.service import Service

good = Service.handle

async def handle(self, request, body):
    if request.headers.get("range"):
        raise KeyError("planted")
    return await good(self, request, body)

Service.handle = handle
"""
NEVER_ANSWERS_SOME = """
import asyncio
from localfront.command.service import Service

good = Service.handle

async def handle(self, request, body):
    if request.method == "DELETE":
        await asyncio.sleep(60)
    return await good(self, request, body)

Service.handle = handle
"""
ONE_ANSWER_FOR_ALL = """
from localfront.cache import key

key.CacheKey.__eq__ = lambda one, another: True
key.CacheKey.__hash__ = lambda self: 1
"""
TRUSTS_WHAT_LAMBDAS_RETURN = """
from localfront.lambda_edge.contract import request_results

good = request_results.read_viewer_request_result

def read(event, returned, *more, **options):
    returned["uri"].encode()
    return good(event, returned, *more, **options)

request_results.read_viewer_request_result = read
"""
TRUSTS_KEPT_CONNECTIONS = """
from localfront.origins.kept_connections import KeptConnection, KeptConnections, WholeResponses

KeptConnection.data_received = WholeResponses.data_received
KeptConnection.is_reusable = WholeResponses.is_connected
KeptConnection.bytes_arrived = KeptConnection.go_idle = lambda self: None
KeptConnection._drop = lambda self, data=b"": None
KeptConnections._not_again = lambda self, key: None
"""


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def do(code: str) -> None:
        folder = tmp_path / "planted"
        folder.mkdir()
        # Python itself would ignore the error and log it.
        (folder / HOOK).write_text(f"try:\n{indent(code, ' ' * 4)}{OR_ENDS}")
        pythonpath = os.environ.get("PYTHONPATH")
        monkeypatch.setenv(
            "PYTHONPATH", os.pathsep.join([str(folder), *([pythonpath] if pythonpath else [])])
        )

    return do


@pytest.fixture
def ordinary_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only ordinary requests, so that the planted fault does not depend on refusals of others."""
    monkeypatch.setattr("fuzz.__main__.KINDS", {"well-formed": well_formed})


def found(output: Path) -> list[Finding]:
    return [Finding.read(file) for file in sorted(output.glob("*.json"))]


def ends_as_soon_as(is_found: Callable[[], bool], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a part's budget end there, so that `inputs` is the most that it may need."""
    take = Budget.take
    monkeypatch.setattr(Budget, "take", lambda budget, n: 0 if is_found() else take(budget, n))


def fuzzed(part: str, output: Path, inputs: int, seed: int = 1) -> int:
    return main(
        [
            "--only",
            part,
            "--inputs",
            str(inputs),
            "--seed",
            str(seed),
            "--output",
            str(output),
        ]
    )


@pytest.mark.usefixtures("ordinary_requests")
def test_an_unexpected_error_is_found_at_the_socket_and_reproduced_from_its_file(
    tmp_path: Path, plant: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    plant(RAISES_FOR_SOME)

    assert fuzzed("socket", tmp_path / "out", 96) == 1

    output = capsys.readouterr().out
    at_fault = [f for f in found(tmp_path / "out") if "KeyError" in f.problem.signature]
    assert [b"range:" in f.input.lower() for f in at_fault] == [True]
    assert len(at_fault[0].input) < 100  # made smaller
    file = tmp_path / "out" / at_fault[0].file_name
    assert str(file) in output
    assert main(["--replay", str(file)]) == 1


@pytest.mark.usefixtures("ordinary_requests")
def test_a_request_that_is_never_answered_is_found(
    tmp_path: Path, plant: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(NEVER_ANSWERS_SOME)
    monkeypatch.setattr("fuzz.sockets.PATIENCE", 1.0)
    monkeypatch.setattr("fuzz.sockets.IMPATIENCE", 0.2)
    monkeypatch.setattr("fuzz.sockets.SHRINKING", 2.0)

    assert fuzzed("socket", tmp_path / "out", 64) == 1

    (silent,) = found(tmp_path / "out")
    assert silent.problem.signature == "no answer: silent"
    assert silent.input.startswith(b"DELETE ")


@pytest.mark.usefixtures("ordinary_requests")
def test_another_viewers_response_is_found_at_the_socket(
    tmp_path: Path, plant: Callable[[str], None]
) -> None:
    plant(ONE_ANSWER_FOR_ALL)

    assert fuzzed("socket", tmp_path / "out", 64) == 1

    assert {f.problem.signature for f in found(tmp_path / "out")} == {"another's response"}


def test_an_unvalidated_result_is_found(tmp_path: Path, plant: Callable[[str], None]) -> None:
    plant(TRUSTS_WHAT_LAMBDAS_RETURN)

    assert fuzzed("functions", tmp_path / "out", 320) == 1

    planted = [f for f in found(tmp_path / "out") if f.problem.signature.startswith("unforeseen: ")]
    assert planted
    assert [f for f in planted if b"/lambda/viewer-request/" not in f.input] == []


def test_a_connection_reused_without_a_check_is_found_by_the_soak(
    tmp_path: Path, plant: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(TRUSTS_KEPT_CONNECTIONS)
    # Usually a few hundred requests find it; which ones depends on their timing.
    ends_as_soon_as(lambda: bool(foreign(tmp_path / "out")), monkeypatch)

    assert fuzzed("soak", tmp_path / "out", 3000) == 1

    assert foreign(tmp_path / "out")


def foreign(output: Path) -> list[Finding]:
    return [one for one in found(output) if "another's response" in one.problem.signature]


def test_a_configuration_that_raises_an_unexpected_error_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = parse_distribution

    def parse(described: dict[str, Any], *more: Any, **options: Any) -> object:
        described["Config"]["Comment"].strip()
        return good(described, *more, **options)

    monkeypatch.setattr("localfront.sources.configuration.parse_distribution", parse)
    ends_as_soon_as(lambda: bool(found(tmp_path / "out")), monkeypatch)

    assert fuzzed("configuration", tmp_path / "out", 200) == 1


def test_a_header_field_that_raises_an_unexpected_error_is_found_and_shrunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = ranges.parse_range

    def parse_range(value: str) -> tuple[ranges.RangeSpec, ...] | None:
        int(value.partition("=")[2].partition("-")[0])  # as if a suffix range did not exist
        return good(value)

    monkeypatch.setattr(ranges, "parse_range", parse_range)
    ends_as_soon_as(lambda: bool(found(tmp_path / "out")), monkeypatch)

    assert fuzzed("header fields", tmp_path / "out", 600) == 1

    (finding,) = found(tmp_path / "out")
    assert finding.problem.signature == "unforeseen: ValueError (ranges.py in requested_ranges)"
    request = json.loads(finding.input)
    assert [request["method"], request["response_lines"], len(request["lines"])] == ["GET", [], 1]
