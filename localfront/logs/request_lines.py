"""Formats of a request's log line: a row, all steps, or JSON.

A row is for terminals, all steps (`log_line`) for files, JSON for programs.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from localfront.exchange.request_trace import (
    Step,
    Trace,
    log_line,
    on_one_line,
    printable,
    redacted,
    unsigned,
)
from localfront.logs.colours import Palette

# Formats a trace with the local time of day and a moved clock's setting, including a line break.
Form = Callable[[Trace, str], str]

NARROWEST = 60  # columns
BEFORE_THE_PATH = len(" 200 GET     ")
INDENT = " " * len("12:00:00 ")
RESULT = 10  # columns: RefreshHit; longer ones are errors, whose reason follows
TIME = 8
RESULT_COLOURS = {"Hit": "green", "RefreshHit": "green", "Error": "red"}
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
FAILURES = 500  # status codes from here on are problems


def whole_way(trace: Trace, clock: str) -> str:
    """All steps in one line."""
    return f"{clock} {log_line(trace)}\n"


def json_object(trace: Trace, clock: str) -> str:
    """One JSON object: times in milliseconds, `time` in UTC; secrets are masked.

    It has a `clock` if that was moved.
    """
    setting = clock.partition(" ")[2]
    record = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        **({"clock": setting} if setting else {}),
        "request_id": trace.request_id,
        "method": trace.method,
        "host": trace.host,
        "target": unsigned(trace.target),
        "status": trace.status,
        "result": trace.result,
        "detail": trace.detail,
        "duration_ms": round(trace.duration_ms, 3),
        "reason": trace.reason,
        "steps": [_step(step) for step in trace.steps],
    }
    return json.dumps(record, default=str) + "\n"


def _step(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "start_ms": round(step.start_ms, 3),
        "duration_ms": round(step.duration_ms, 3),
        **({"facts": redacted(step.facts)} if step.facts else {}),
    }


def is_problem(trace: Trace) -> bool:
    """Whether the request shows a problem for the developer."""
    return bool(trace.reason) or trace.status >= FAILURES


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One aligned row per request, with a problem's reason indented below.

    `width` returns the terminal's columns, which may change.
    """

    width: Callable[[], int]
    palette: Palette

    def __call__(self, trace: Trace, clock: str) -> str:
        return "".join(f"{line}\n" for line in self._lines(trace, clock))

    def _lines(self, trace: Trace, clock: str) -> Iterator[str]:
        paint, width = self.palette.paint, max(NARROWEST, self.width())
        room = width - len(clock) - BEFORE_THE_PATH - RESULT - TIME - len("  ")
        result = _shortened(trace.result.partition(" ")[0], RESULT)
        yield " ".join(
            (
                paint("dim", clock),
                paint(self.palette.status(trace.status), f"{trace.status:>3}"),
                f"{printable(trace.method)[:7]:<7}",
                f"{_shortened(_target_text(trace), room):<{room}}",
                paint(RESULT_COLOURS.get(trace.result, "dim"), f"{result:<{RESULT}}"),
                f"{_time(trace.duration_ms):>{TIME}}",
            )
        )
        if unusual := ", ".join(_unusual(trace)):
            yield INDENT + paint("yellow", _shortened(unusual, width - len(INDENT)))
        reason = printable(on_one_line(trace.reason), limit=1000)
        for line in textwrap.wrap(reason, width - len(INDENT)):
            yield INDENT + paint("red", line)


def _target_text(trace: Trace) -> str:
    target = printable(unsigned(trace.target), limit=400)
    host = trace.host.rpartition(":")[0] if trace.host[-1:].isdigit() else trace.host
    return target if (host or trace.host) in LOCAL_NAMES else printable(trace.host) + target


def _unusual(trace: Trace) -> Iterator[str]:
    for step in trace.steps:
        match step.name, step.facts:
            case "cache", {"decision": "stale on error"}:
                yield "served stale, as the origin failed"
            case "failover", {"to": to}:
                yield f"failed over to {printable(str(to))}"
            case "error page", {"uri": uri}:
                yield f"error page {printable(str(uri))}"


def _shortened(text: str, room: int) -> str:
    """The text without its middle: the end of a path matters most."""
    if len(text) <= room:
        return text
    head = room // 3
    return f"{text[:head]}…{text[len(text) - (room - head - 1) :]}"


def _time(milliseconds: float) -> str:
    if milliseconds < 10:
        return f"{milliseconds:.1f} ms"
    if milliseconds < 10_000:
        return f"{milliseconds:.0f} ms"
    return f"{milliseconds / 1000:.1f} s"
