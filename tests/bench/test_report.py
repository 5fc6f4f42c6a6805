"""The report's tables, and its JSON."""

from __future__ import annotations

import json
import math
from typing import Any

from bench.report import Report

BESIDE = {
    "ratio_to_bare_server": 0.613,
    "requests_per_s": 5021.7,
    "bare_requests_per_s": 8190.2,
    "p50_ms": 0.1987,
    "cpu_us": math.nan,
}
ALONE = {"added_p50_ms": 0.5, "p50_ms": 1.21}
TITLES = {
    "cache_hit": "a hit",
    "cache_miss": "a miss",
    "viewer_request": "a function",
    "start": "`dev`",
    "serve_on_a_plan": "serve",
    "nginx": "nginx, hit",
}


def a_report(
    failures: dict[str, str] | None = None, growth: Any = None, **cases: dict[str, float]
) -> Report:
    return Report(
        cases=cases,
        peers={"nginx": {"requests_per_s": 20000.4, "bare_requests_per_s": 8000}},
        titles=TITLES,
        growth=growth or {},
        remarks=["on two cores"],
        failures=failures or {},
    )


def rows(report: Report, title: str) -> list[list[str]]:
    """The cells of each row of the table with that title."""
    lines = report.as_text().partition(f"### {title}\n\n")[2].partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_figures_are_found_by_case() -> None:
    report = a_report(cache_hit=BESIDE, viewer_request=ALONE).as_json()

    assert report["cases"]["cache_hit"]["ratio_to_bare_server"] == 0.613
    assert report["cases"]["viewer_request"]["added_p50_ms"] == 0.5
    assert report["peers"]["nginx"]["requests_per_s"] == 20000.4
    assert report["remarks"] == ["on two cores"]


def test_startup_times_are_reported_separately() -> None:
    report = a_report(start={"cold_s": 19.0, "warm_s": 2.9}, serve_on_a_plan={"plan_s": 0.5})

    assert report.as_json()["start"] == {"cold_s": 19.0, "warm_s": 2.9, "plan_s": 0.5}
    assert report.as_json()["cases"] == {}
    assert rows(report, "Starts, edits, memory, inspector") == [
        ["`dev`", "cold s", "19"],
        ["`dev`", "warm s", "2.9"],
        ["serve", "plan s", "0.5"],
    ]


def test_a_run_keeps_earlier_figures_of_cases_that_it_did_not_measure() -> None:
    report = a_report(cache_hit=BESIDE).as_json()

    assert "start" not in report
    assert "growth" not in report


def test_an_unknown_figure_is_null_in_valid_json() -> None:
    report = a_report(cache_hit=BESIDE).as_json()

    assert report["cases"]["cache_hit"]["cpu_us"] is None
    assert "NaN" not in json.dumps(report, allow_nan=False)


def test_a_target_is_reported_with_its_figure_and_whether_it_is_met() -> None:
    report = a_report(cache_hit=BESIDE, viewer_request={**ALONE, "added_p50_ms": 0.4})

    hit, function = report.as_json()["aims"]
    assert (hit["value"], hit["wanted"], hit["met"]) == (0.613, "at least 0.75", False)
    assert (function["value"], function["met"]) == (0.4, True)
    text = report.as_text()
    assert "target: a hit, ratio_to_bare_server at least 0.75: 0.613, NOT MET" in text
    assert "target: a function, added_p50_ms below 0.5: 0.4, met" in text


def test_an_unmeasured_figure_has_no_target() -> None:
    report = a_report()

    assert report.as_json()["aims"] == []
    assert "aim" not in report.as_text()


def test_a_case_a_peer_and_the_bare_server_have_a_row_each() -> None:
    found = rows(a_report(cache_hit=BESIDE, viewer_request=ALONE), "Compared with the bare server")

    assert [row[:3] for row in found] == [["a hit", "0.613", "5022"], ["nginx, hit", "-", "20000"]]


def test_a_function_has_a_row_in_a_table_of_its_own() -> None:
    report = a_report(cache_hit=BESIDE, viewer_request=ALONE)

    (row,) = rows(report, "A function that returns the request")
    assert row[:3] == ["a function", "0.5", "1.21"]


def test_rates_by_workers_are_reported_where_nothing_else_was_measured() -> None:
    rates = {"requests_per_s_1_workers": 400.4, "four_workers_to_one": 1.9}
    report = a_report(viewer_request_computing=rates)

    (row,) = rows(report, "A function that returns the request")
    assert row == ["viewer_request_computing", "-", "-", "-", "-", "400", "-", "-", "1.9"]
    (target,) = report.as_json()["aims"]
    assert (target["case"], target["met"]) == ("viewer_request_computing", True)


def test_a_failure_is_reported_in_its_row() -> None:
    report = a_report({"cache_miss": "the origin is gone"}, cache_hit=BESIDE)

    assert [row[:2] for row in rows(report, "Compared with the bare server")] == [
        ["a hit", "0.613"],
        ["a miss", "not measured: the origin is gone"],
        ["nginx, hit", "-"],
    ]
    assert report.as_json()["failures"] == ["cache_miss: the origin is gone"]


def test_growth_has_a_table_for_each_line() -> None:
    report = a_report(growth={"objects": {"1": BESIDE, "100": BESIDE}})

    found = rows(report, "Growth: objects")
    assert [row[:2] for row in found] == [["1", "5022"], ["100", "5022"]]
    assert report.as_json()["growth"]["objects"]["100"]["cpu_us"] is None


def test_the_short_table_has_the_fastest_first() -> None:
    report = a_report(
        cache_hit=BESIDE, cache_miss={"ratio_to_bare_server": 0.9}, viewer_request=ALONE
    )

    found = rows(report, "For localfront/README.md")
    assert [row[0] for row in found] == ["a miss", "a hit", "nginx, hit"]
