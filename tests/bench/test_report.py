"""The table for people, and the figures for programs."""

from __future__ import annotations

import json
import math

from bench.report import Report, table

BESIDE = {
    "ratio_to_bare_server": 0.613,
    "requests_per_s": 5021.7,
    "bare_requests_per_s": 8190.2,
    "p50_ms": 0.1987,
    "cpu_us": math.nan,
}
ALONE = {"added_p50_ms": 1.0, "p50_ms": 1.21}


def a_report(**cases: dict[str, float]) -> Report:
    titles = {"cache_hit": "a hit", "viewer_request": "a function"}
    return Report(
        cases=cases,
        peers={"nginx": {"requests_per_s": 20000.4, "bare_requests_per_s": 8000}},
        titles=titles,
        remarks=["on two cores"],
    )


def test_figures_are_found_by_case() -> None:
    told = a_report(cache_hit=BESIDE, viewer_request=ALONE).as_json()

    assert told["cases"]["cache_hit"]["ratio_to_bare_server"] == 0.613
    assert told["cases"]["viewer_request"]["added_p50_ms"] == 1.0
    assert told["peers"]["nginx"]["requests_per_s"] == 20000.4
    assert told["remarks"] == ["on two cores"]


def test_a_figure_that_is_not_known_is_null_and_no_broken_json() -> None:
    told = a_report(cache_hit=BESIDE).as_json()

    assert told["cases"]["cache_hit"]["cpu_us"] is None
    assert "NaN" not in json.dumps(told, allow_nan=False)


def test_an_aim_is_told_with_its_figure_and_whether_it_is_met() -> None:
    report = a_report(cache_hit=BESIDE, viewer_request=ALONE)

    hit, function = report.as_json()["aims"]
    assert (hit["value"], hit["wanted"], hit["met"]) == (0.613, "at least 0.6", True)
    assert (function["value"], function["met"]) == (1.0, False)  # below 1, not 1
    text = report.as_text()
    assert "aim: a hit, ratio_to_bare_server at least 0.6: 0.613, met" in text
    assert "aim: a function, added_p50_ms below 1: 1, NOT MET" in text


def test_what_was_not_measured_has_no_aim() -> None:
    report = a_report()

    assert report.as_json()["aims"] == []
    assert "aim" not in report.as_text()


def test_the_table_has_a_row_for_each_case_beside_the_bare_server() -> None:
    head, *lines = a_report(cache_hit=BESIDE, viewer_request=ALONE).as_text().splitlines()

    assert head.split()[:3] == ["req/s", "bare", "req/s"]
    assert lines[0].split()[:5] == ["a", "hit", "5022", "8190", "0.613"]
    assert lines[0].endswith("-")  # the bare server's CPU time is not known
    assert lines[1].split()[:2] == ["nginx", "20000"]
    assert "a function: added_p50_ms 1, p50_ms 1.21" in lines
    assert lines[-1] == "on two cores"


def test_columns_are_as_wide_as_they_need_and_figures_stand_to_the_right() -> None:
    assert table(["", "req/s"], [["a", "1"], ["longer", "1234567"]]).splitlines() == [
        "          req/s",
        "a             1",
        "longer  1234567",
    ]
