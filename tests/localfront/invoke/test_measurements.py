"""Lambda's REPORT lines, parsed and summarized."""

from pathlib import Path

import pytest

from localfront.invoke.measurements import InvocationReport, parse_report, summary
from localfront.lambda_edge.function import EdgeFunction
from tests.localfront.real_workers import a_function

REPORT = "REPORT RequestId: 8a\tDuration: 1.52 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB"
FUNCTION: EdgeFunction = a_function("a.handler", code=Path("edge"), timeout=5.0)


def test_a_report_of_a_cold_start_is_read() -> None:
    line = f"{REPORT}\tMax Memory Used: 26 MB\tInit Duration: 184.03 ms"

    assert parse_report(line) == InvocationReport(duration=1.52, init=184.03, memory=26)


def test_a_report_of_a_warm_run_without_memory_is_read() -> None:
    assert parse_report(REPORT) == InvocationReport(duration=1.52, init=None, memory=None)


@pytest.mark.parametrize(
    "line", ["", "END RequestId: 8a", f"I print {REPORT}", "REPORT RequestId: 8a"]
)
def test_any_other_line_is_not_a_report(line: str) -> None:
    assert parse_report(line) is None


def test_one_run_is_shown_with_its_limit() -> None:
    run = InvocationReport(duration=1.5, init=184.0, memory=26)

    assert summary([run], FUNCTION) == [
        "duration: 1.50 ms, of 5000 ms",
        "init: 184.00 ms, of 10000 ms",
        "memory: 26 MB, of 128 MB",
    ]


def test_many_runs_are_summarized_by_minimum_median_and_maximum() -> None:
    runs = [
        InvocationReport(duration=9, init=184, memory=26),
        InvocationReport(duration=1, init=None, memory=27),
        InvocationReport(duration=2, init=None, memory=None),
    ]

    assert summary(runs, FUNCTION) == [
        "duration: min 1.00 ms, median 2.00 ms, max 9.00 ms in 3 runs, of 5000 ms",
        "init: 184.00 ms, of 10000 ms",
        "memory: 27 MB, of 128 MB",
    ]


def test_memory_is_omitted_if_it_is_unknown() -> None:
    (line,) = summary([InvocationReport(duration=1, init=None, memory=None)], FUNCTION)

    assert line.startswith("duration")
