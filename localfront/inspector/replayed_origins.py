"""The origins' responses in a request, so that a test can replay them."""

from __future__ import annotations

from typing import Any

from localfront.errors import LocalfrontError
from localfront.exchange.request_trace import Step, Trace
from localfront.inspector.records import Records
from localfront.origins.addresses import Endpoints, resolve

# They belong to the connection, or to a body that is not recorded.
LEFT_OUT = frozenset(
    {"connection", "content-encoding", "content-length", "date", "keep-alive", "server"}
    | {"transfer-encoding"}
)
RecordedResponses = dict[str, dict[str, tuple[int, list[list[str]]]]]


class NotSavedError(LocalfrontError):
    """The record is not sufficient for a test."""


def folders(trace: Trace, endpoints: Endpoints) -> dict[str, str]:
    """The folders that replace origins of the request's distribution, by origin id."""
    found = {}
    for origin in trace.distribution.origins if trace.distribution else ():
        address = resolve(origin, viewer_scheme="https", endpoints=endpoints)
        if address.folder is not None:
            found[origin.id] = str(address.folder)
    return found


def recorded_responses(trace: Trace, records: Records, endpoints: Endpoints) -> RecordedResponses:
    """Status and header lines by origin id and request target, for origins without a folder.

    Raises NotSavedError if one did not respond, or if the record of a cached object's request is
    gone.
    """
    distribution = trace.distribution
    in_folders = folders(trace, endpoints)
    found: RecordedResponses = {
        origin.id: {}
        for origin in (distribution.origins if distribution else ())
        if origin.id not in in_folders
    }
    for step in _origin_steps(trace, records, bool(found)):
        origin = step.kept["to"]
        if origin.id not in found:
            continue
        if "received" not in step.kept:
            raise NotSavedError(
                f"The origin {origin.id!r} gave no response that a test could repeat."
            )
        lines = [[n, v] for n, v in step.kept["received"] if n.lower() not in LEFT_OUT]
        found[origin.id][step.kept["sent"].target] = (int(step.facts["status"]), lines)
    return found


def _origin_steps(trace: Trace, records: Records, matters: bool) -> list[Step]:
    """The origin steps of the request, or of the one that stored the object."""
    provenances: list[Any] = [
        step.kept["made"] for step in trace.find("cache") if step.kept.get("made")
    ]
    own = trace.find("origin")
    if own or not provenances:
        return own
    maker = records.of(provenances[-1].by)
    if maker is None:
        if matters:
            raise NotSavedError(
                "The request that stored the object is no longer kept. Drop the object, send this request "
                "again, and save that one."
            )
        return []
    return maker.trace.find("origin")
