"""The stations between cache and viewer: response headers policy, viewer-response function."""

from __future__ import annotations

from localfront.exchange.request_trace import Trace
from localfront.inspector.differences import header_changes
from localfront.inspector.function_stations import TITLES, function_station
from localfront.inspector.stations import Station, skipped

POLICY = "Response headers policy"


def policy_station(trace: Trace) -> Station:
    behavior = trace.behavior
    policy = behavior.response_headers_policy if behavior else None
    if policy is None:
        return skipped("headers-policy", POLICY, "The behavior has none")
    if trace.before_policy is None:
        return skipped("headers-policy", POLICY, "Not reached")
    if trace.after_policy is None:
        return skipped(
            "headers-policy", POLICY, "Not applied to responses that a function generates"
        )
    changes = header_changes(trace.before_policy, trace.after_policy)
    count = f"{len(changes)} headers" if len(changes) != 1 else "1 header"
    return Station(
        name="headers-policy",
        title=POLICY,
        summary=f"{policy.id} changed {count}" if changes else f"{policy.id} changed nothing",
        changes=changes,
    )


def viewer_response_station(trace: Trace) -> Station:
    name = "viewer-response"
    steps = trace.find(name)
    if steps:
        return function_station(steps[-1])
    if not _has_viewer_response(trace):
        return skipped(name, TITLES[name], "No function is attached")
    return skipped(
        name,
        TITLES[name],
        "It does not run for errors, nor for responses that functions generate",
        "PL-008",
    )


def _has_viewer_response(trace: Trace) -> bool:
    behavior = trace.behavior
    if behavior is None:
        return False
    attached = [f.event_type for f in behavior.function_associations]
    return "viewer-response" in attached or behavior.function_for("viewer-response") is not None
