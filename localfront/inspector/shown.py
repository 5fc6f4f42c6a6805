"""Records as JSON, masked: a row for the list, and one request whole."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from localfront.exchange.reason import Reason
from localfront.exchange.request_trace import Trace
from localfront.inspector.differences import Change
from localfront.inspector.ends import tone_of
from localfront.inspector.masking import Masking
from localfront.inspector.records import Record, Records
from localfront.inspector.stations import Json, KeyPart, Log, Message, Station
from localfront.inspector.way import way

FUNCTION_EVENTS = frozenset(
    {"viewer-request", "origin-request", "origin-response", "viewer-response"}
)
MASKED = Masking()


def row(record: Record) -> dict[str, Any]:
    """A row in the list of requests."""
    trace = record.trace
    return {
        "number": record.number,
        "at": record.at,
        "method": trace.method,
        "host": trace.host,
        "target": MASKED.text(trace.target[:2000]),
        "status": trace.status,
        "result": trace.result,
        "tone": tone_of(trace),
        "ms": round(trace.duration_ms, 2),
        "distribution": trace.distribution.id if trace.distribution else "",
        "behavior": trace.behavior.path_pattern if trace.behavior else "",
        "functions": [s.name for s in trace.steps if s.name in FUNCTION_EVENTS],
        "failed": any("failed" in s.kept for s in trace.steps if s.name in FUNCTION_EVENTS),
        "reason": MASKED.text(trace.reason[:500]),
    }


def whole(record: Record, records: Records, *, reveals: bool = False) -> dict[str, Any]:
    """One request with its stations; `reveals` includes secrets."""
    trace = record.trace
    masking = masking_for(trace, reveals=reveals)
    return {
        **row(record),
        "id": trace.request_id,
        "scheme": trace.request.scheme if trace.request else "",
        "target": masking.text(trace.target),
        "reason": masking.text(trace.reason),
        "revealed": reveals,
        "stations": [station_shown(s, masking, records) for s in way(trace)],
    }


def masking_for(trace: Trace, *, reveals: bool = False) -> Masking:
    """The masking for a request; an origin's custom headers are treated as secret."""
    distribution = trace.distribution
    origins = distribution.origins if distribution else ()
    names = frozenset(name.lower() for o in origins for name, _ in o.custom_headers)
    return Masking(names, reveals)


def station_shown(station: Station, masking: Masking, records: Records) -> dict[str, Any]:
    made_by = records.of(station.made_by) if station.made_by else None
    return {
        "name": station.name,
        "title": station.title,
        "summary": masking.text(station.summary),
        "state": station.state,
        "tone": station.tone,
        "start": None if station.start_ms is None else round(station.start_ms, 3),
        "ms": round(station.duration_ms, 3),
        "reasons": [reason_shown(r, masking) for r in station.reasons],
        "changes": [_change(c, masking) for c in station.changes],
        "key": [_key_part(k, masking) for k in station.key],
        "outside": [_key_part(k, masking) for k in station.outside_key],
        "parts": [_part(p, masking) for p in station.parts],
        "madeBy": {
            "id": station.made_by,
            "hits": station.hits,
            "number": made_by.number if made_by else None,
            "at": made_by.at if made_by else None,
        }
        if station.made_by
        else None,
    }


def reason_shown(reason: Reason, masking: Masking = MASKED) -> dict[str, str]:
    return {"rule": reason.rule, "text": masking.text(reason.text)}


def _change(change: Change, masking: Masking) -> dict[str, Any]:
    masked = masking.cookie if change.kind == "cookie" else None
    before, after = (
        masked(value) if masked else masking.value(change.name, value)
        for value in (change.before, change.after)
    )
    return {"kind": change.kind, "name": change.name, "before": before, "after": after}


def _key_part(part: KeyPart, masking: Masking) -> dict[str, Any]:
    value = (
        masking.cookie(part.value)
        if part.kind == "cookie"
        else masking.value(part.part, part.value)
    )
    return {**asdict(part), "value": value}


def _part(part: Message | Json | Log, masking: Masking) -> dict[str, Any]:
    match part:
        case Message(title, start, lines):
            masked = [[name, masking.header(name, value)] for name, value in lines]
            return {
                "kind": "message",
                "title": title,
                "start": masking.text(start),
                "lines": masked,
            }
        case Json(title, value):
            return {"kind": "json", "title": title, "value": masking.json(value)}
        case Log(title, lines):
            return {"kind": "log", "title": title, "lines": [masking.line(li) for li in lines]}
