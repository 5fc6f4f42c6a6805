"""The formats of a request's log line."""

from __future__ import annotations

import json

import pytest

from localfront.exchange.request_trace import Trace
from localfront.logs.colours import Palette
from localfront.logs.request_lines import Form, Row, is_problem, json_object, whole_way
from tests.localfront.factories import a_trace

PLAIN = Row(width=lambda: 100, palette=Palette(coloured=False))


def row_lines(trace: Trace, row: Row = PLAIN) -> list[str]:
    return row(trace, "12:00:00").splitlines()


def finished(status: int = 200, result: str = "Hit", **fields: str) -> Trace:
    trace = a_trace(**{"host": "localhost:8443", **fields})
    trace.finish(status, result)
    trace.duration_ms = 3.21
    return trace


def test_a_request_is_one_row_of_the_terminals_width() -> None:
    (row,) = row_lines(finished(target="/assets/app.js?v=1"))

    assert row == ("12:00:00 200 GET     /assets/app.js?v=1" + " " * 41 + " Hit          3.2 ms")
    assert len(row) == 100


def test_rows_are_aligned_for_any_request() -> None:
    rows = [
        row_lines(finished(target="/" + "a" * 300 + "/end"))[0],
        row_lines(finished(404, "RefreshHit", target="/", method="OPTIONS"))[0],
        row_lines(finished(502, "LambdaValidationError", host="logs.example.com"))[0],
    ]

    assert {len(row) for row in rows} == {100}
    assert "…" in rows[0]
    assert "/end " in rows[0]
    assert "logs.example.com/" in rows[2]


def test_a_problem_gets_its_reason_indented_below() -> None:
    trace = finished(502, "LambdaValidationError")
    trace.reason = "LH-003: viewer-request: " + "the function added a header. " * 8

    row, *reason = row_lines(trace)

    assert row.startswith("12:00:00 502")
    assert len(reason) > 1
    assert all(line.startswith(" " * 9) and len(line) <= 100 for line in reason)
    assert " ".join(line.strip() for line in reason).startswith("LH-003: viewer-request: the")


def test_only_unusual_facts_are_logged() -> None:
    trace = finished()
    trace.note("cache", decision="stale", key="/")  # the origin is asked: nothing unusual
    trace.note("failover", to="spare")
    trace.note("cache", decision="stale on error")
    trace.note("error page", uri="/404.html", pattern="*")

    _, unusual = row_lines(trace)

    assert unusual.strip() == (
        "failed over to spare, served stale, as the origin failed, error page /404.html"
    )


@pytest.mark.parametrize(("status", "code"), [(200, 32), (302, 36), (403, 33), (502, 31)])
def test_a_status_is_coloured_only_on_a_terminal(status: int, code: int) -> None:
    coloured = Row(width=lambda: 100, palette=Palette(coloured=True))

    assert f"\x1b[{code}m{status}\x1b[0m" in row_lines(finished(status), coloured)[0]


def test_everything_that_a_viewer_sends_is_escaped_for_the_terminal() -> None:
    trace = finished(target="/\x1b]0;title\x07", method="G\x1b[2J", host="a\x1b[31m.example")
    trace.reason = "LH-003: \x1b[2J"

    for form in (PLAIN, whole_way):
        assert "\x1b" not in form(trace, "12:00:00")


def test_json_has_everything_and_no_secret() -> None:
    trace = finished(target="/a?Signature=secret&x=1")
    headers = {"cookie": "session-id=secret", "x-a": "1"}
    with trace.step("origin", kept={"request": headers}, id="pages", headers=headers) as step:
        step.facts["status"] = 200
    trace.reason = "OR-001: gone"

    line = json_object(trace, "12:00:00")

    assert line.count("\n") == 1
    record = json.loads(line)
    assert record["target"] == "/a?Signature=…&x=1"
    assert record["status"] == 200
    assert record["reason"] == "OR-001: gone"
    assert record["steps"][0]["facts"] == {
        "id": "pages", "status": 200, "headers": {"cookie": "…", "x-a": "1"},
    }  # fmt: skip
    assert "secret" not in line
    assert record["time"].endswith("+00:00")


@pytest.mark.parametrize("form", [whole_way, PLAIN])
def test_the_lines_of_a_reason_are_logged_without_escapes(form: Form) -> None:
    trace = a_trace()
    trace.reason = "LX-002: Function edge:3 raised Error: two\nlines"

    assert "two lines" in form(trace, "12:00:00")


def test_a_problem_has_a_reason_or_is_the_origins_own_error() -> None:
    refused = finished(403, "Error")
    refused.reason = "VP-005: POST is not allowed"

    assert is_problem(refused)
    assert is_problem(finished(503, "Error"))
    assert not is_problem(finished(404, "Error"))
