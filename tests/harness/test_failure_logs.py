"""The excerpt of the stack's logs in the report of a failed browser test."""

from pathlib import Path

from e2e.failure_logs import LINES_OF_TRACEBACK, MOST_LINES, LogMarks

LOCALFRONT = """\
11:26:39 200 GET localhost:1/a | Hit | 0.0 ms | x==
11:26:40 502 POST localhost:1/api/logs | Error | 3.1 ms | y==
"""
LOCALSTACK = """\
2026-11-30T11:52:08.668  INFO --- [t.reactor-12] localstack.request.http    : POST /api/logs => 500
2026-11-30T11:52:08.700  INFO --- [t.reactor-12] localstack.request.http    : POST /api/5005 => 201
Unhandled Error
Traceback (most recent call last):
  File "http.py", line 1, in dataReceived
builtins.ValueError: no
"""


def of(folder: Path, **logs: str) -> dict[str, str]:
    paths = [folder / f"{name}.log" for name in logs]
    marks = LogMarks.set_at_the_end_of(paths)
    for path, text in zip(paths, logs.values(), strict=True):
        path.write_text(text)
    return dict(marks.troubles())


def test_lines_about_errors_are_shown_and_no_others(tmp_path: Path) -> None:
    excerpts = of(tmp_path, localfront=LOCALFRONT, localstack=LOCALSTACK, quiet="all is well\n")

    assert list(excerpts) == ["localfront.log", "localstack.log"]
    assert excerpts["localfront.log"] == LOCALFRONT.splitlines()[1]
    lines = excerpts["localstack.log"].splitlines()
    assert lines == [LOCALSTACK.splitlines()[0], *LOCALSTACK.splitlines()[2:]]


def test_errors_before_the_test_are_not_shown(tmp_path: Path) -> None:
    log = tmp_path / "localfront.log"
    log.write_text(LOCALFRONT)
    marks = LogMarks.set_at_the_end_of([log])

    assert list(marks.troubles()) == []


def test_an_endless_log_is_cut_to_its_last_errors(tmp_path: Path) -> None:
    lines = [f"12:00:00 502 GET localhost:1/{number}" for number in range(MOST_LINES + 9)]
    traceback = ["Traceback (most recent call last):", *["  frame"] * 2 * LINES_OF_TRACEBACK]

    excerpts = of(tmp_path, requests="\n".join(lines), failures="\n".join(traceback))

    assert excerpts["requests.log"].splitlines() == lines[-MOST_LINES:]
    assert len(excerpts["failures.log"].splitlines()) == LINES_OF_TRACEBACK
