"""The messages between localfront and the functions' worker process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from localfront.http_messages.values import value

NO_FACTS = '{"raw": null, "edge": {}}'  # for a run without a CloudFront event
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
    """The line that asks for a run: JSON texts between tabs, which JSON escapes in its strings."""
    return f"{json.dumps(name)}\t{now}\t{facts}\t{event}\n"


def read_order(line: str) -> tuple[str, str, int, str]:
    """The name, event, time and facts of a line that asks for a run."""
    name, now, facts, event = line.split("\t")
    return json.loads(name), event, int(now), facts


def reply_line(outcome: RunResult) -> bytes:
    """The line that answers: what was observed, a tab, and the result if there is one."""
    observed_json: dict[str, object] = {"seconds": outcome.seconds}
    for name in ("error", "stack", "logs", "origin"):  # most runs have none
        if observed := getattr(outcome, name):
            observed_json[name] = observed
    result = outcome.result or ""  # one line, as JSON without indentation is
    return f"{json.dumps(observed_json)}\t{result}\n".encode(errors=_ALL_TEXT)


def read_reply(line: bytes) -> RunResult:
    observed, _, result = line.decode(errors=_ALL_TEXT).rstrip("\n").partition("\t")
    observed_json = json.loads(observed)
    for name in ("logs", "origin"):
        if name in observed_json:
            observed_json[name] = tuple(observed_json[name])
    return RunResult(result=result or None, **observed_json)
