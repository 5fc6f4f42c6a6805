"""A function's invocation as a station: event, result, changes, log lines.

Lambda@Edge events have headers as lists of key and value, those of CloudFront Functions as objects
with a `value` and, for several lines, a `multiValue` (LE-010, FN-004).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from localfront.exchange.reason import Reason
from localfront.exchange.request_trace import Step
from localfront.inspector.differences import Change, field_changes, header_changes
from localfront.inspector.stations import Json, Log, Station

TITLES = {
    "viewer-request": "Viewer request function",
    "origin-request": "Origin request function",
    "origin-response": "Origin response function",
    "viewer-response": "Viewer response function",
}
FIELDS = ("method", "uri", "querystring", "status", "statusDescription", "statusCode")


def function_station(step: Step) -> Station:
    recorded = step.kept
    event, returned = recorded.get("event"), (recorded.get("returned") or {}).get("result")
    failed: Reason | None = recorded.get("failed")
    arn = (recorded.get("ran") or ("",))[0]
    made_response = _is_response(returned) and step.name.endswith("request")
    station = Station(
        name=step.name,
        title=TITLES.get(step.name, step.name),
        summary=_outcome_text(step, arn, failed=failed is not None, responded=made_response),
        state="failed" if failed else "done",
        tone="error" if failed else "generated" if made_response else "",
        start_ms=step.start_ms,
        duration_ms=step.duration_ms,
        reasons=[failed] if failed else [],
    )
    if made_response:
        rule = "LR-008" if step.name == "viewer-request" else "LR-009"
        station.reasons.append(
            Reason(rule, "The function generated the response: later stations are skipped.")
        )
    elif isinstance(returned, dict):
        station.changes = list(_changes(_seen(event), returned))
    station.parts = [Json("Event", event), Json("Result", returned)]
    if recorded.get("lines"):
        station.parts.append(Log("What it printed", tuple(recorded["lines"])))
    return station


def _outcome_text(step: Step, arn: str, *, failed: bool, responded: bool) -> str:
    name = arn.rpartition(":function:")[2] if ":lambda:" in arn else arn.rpartition("/")[2]
    if failed:
        return f"{name} failed"
    return f"{name} returned {step.facts.get('gave', '')}" if responded else f"{name} ran"


def _is_response(returned: Any) -> bool:
    return isinstance(returned, dict) and ("status" in returned or "statusCode" in returned)


def _seen(event: Any) -> dict[str, Any]:
    """The message in the event."""
    if not isinstance(event, dict):
        return {}
    with contextlib.suppress(KeyError, IndexError, TypeError):  # of a CloudFront Function
        event = event["Records"][0]["cf"]
    found = event.get("response") or event.get("request")
    return found if isinstance(found, dict) else {}


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    """The function's changes; parts of the result that are not valid headers are ignored."""
    if isinstance(after.get("request"), dict):
        after = after["request"]
    elif isinstance(after.get("response"), dict):
        after = after["response"]
    yield from field_changes(
        {n: before[n] for n in FIELDS if n in before},
        {n: after[n] for n in FIELDS if n in after and not isinstance(after[n], dict | list)},
    )
    if isinstance(after.get("headers"), dict):
        yield from header_changes(
            list(_lines(before.get("headers"))), list(_lines(after["headers"]))
        )
    if isinstance(after.get("cookies"), dict) and isinstance(before.get("cookies"), dict):
        old, new = dict(_lines(before["cookies"])), dict(_lines(after["cookies"]))
        for name in dict.fromkeys((*old, *new)):
            if old.get(name) != new.get(name):
                yield Change("cookie", name, old.get(name), new.get(name))


def _lines(headers: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(headers, dict):
        return
    for name, entries in headers.items():
        values = entries if isinstance(entries, list) else [entries]
        if isinstance(entries, dict) and isinstance(entries.get("multiValue"), list):
            values = entries["multiValue"] or values
        for line in values:
            if isinstance(line, dict) and "value" in line:
                yield str(line.get("key") or name), str(line["value"])
