"""Output that a running localfront must never write."""

from __future__ import annotations

from pathlib import Path

from fuzz.serve_log import ServeLog

TRACEBACK = """\
Traceback (most recent call last):
  File "/a/localfront/command/service.py", line 12, in handle
    return {}["planted"]
KeyError: 'planted'
"""


def test_a_traceback_is_reported_with_its_error_and_location(tmp_path: Path) -> None:
    file = tmp_path / "serve.log"
    file.write_text("localfront ready\n")
    log = ServeLog(file)
    file.write_text("localfront ready\nGET / 200\n" + TRACEBACK)

    (problem,) = log.new_problems()

    assert problem.signature == "traceback: KeyError (command/service.py in handle)"
    assert log.new_problems() == []


def test_a_python_warning_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "serve.log"
    file.write_text("RuntimeWarning: coroutine 'a' was never awaited\n")

    (problem,) = ServeLog(file, 0).new_problems()

    assert problem.signature == "log: was never awaited"


def test_a_functions_own_output_is_not_a_finding(tmp_path: Path) -> None:
    file = tmp_path / "serve.log"
    lines = "".join(f"12:00:00 fuzz-edge: {line}\n" for line in TRACEBACK.splitlines())
    file.write_text(lines + "12:00:01 GET / 503\n")

    assert ServeLog(file, 0).new_problems() == []
