"""The messages between localfront and the functions' worker process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from localfront.http_messages.values import value

NO_FACTS = '{"raw": null, "edge": {}}'  # for a run without a CloudFront event
_SELDOM = ("error", "stack", "logs", "origin")  # fields that most runs leave empty
_ALL_TEXT = "surrogatepass"  # also half a surrogate pair, by `JSON.rawJSON`


@value(frozen=True, slots=True, kw_only=True)
class RunResult:
    """The outcome of a run. `result` is JSON, or None with `error` and `stack` if it failed.

    `seconds` is the processor time of the script and its handler.
    """

    result: str | None = None
    error: str = ""
    stack: str = ""
    logs: tuple[str, ...] = ()
    seconds: float = 0.0
    origin: tuple[Mapping[str, Any], ...] = ()  # the calls of `cf` that choose an origin


def order_line(name: str, event: str, *, now: int, facts: str) -> str:
    """The line that requests a run: JSON texts separated by tabs, which JSON strings escape."""
    return f"{json.dumps(name)}\t{now}\t{facts}\t{event}\n"


def read_order(line: str) -> tuple[str, str, int, str]:
    """The name, event, time and facts in a line that requests a run."""
    name, now, facts, event = line.split("\t")
    return json.loads(name), event, int(now), facts


def reply_line(outcome: RunResult) -> bytes:
    """The reply: the seconds, other observations, and the result if there is one."""
    seen = {name: getattr(outcome, name) for name in _SELDOM if getattr(outcome, name)}
    observed = json.dumps(seen) if seen else ""
    result = outcome.result or ""  # one line, as JSON without indentation is
    return f"{outcome.seconds!r}\t{observed}\t{result}\n".encode(errors=_ALL_TEXT)


def read_reply(line: bytes) -> RunResult:
    seconds, observed, result = line.decode(errors=_ALL_TEXT).rstrip("\n").split("\t", 2)
    seen = json.loads(observed) if observed else {}
    for name in ("logs", "origin"):
        if name in seen:
            seen[name] = tuple(seen[name])
    return RunResult(result=result or None, seconds=float(seconds), **seen)
