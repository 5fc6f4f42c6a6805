"""The origin as a station: the request sent, and the response's head."""

from __future__ import annotations

from localfront.config.distribution import Origin
from localfront.exchange.reason import Reason
from localfront.exchange.request_trace import Step
from localfront.inspector.differences import header_changes
from localfront.inspector.stations import Station, request_message, response_message

ORIGIN = "Origin"


def origin_station(step: Step) -> Station:
    recorded = step.kept
    origin: Origin | None = recorded.get("to")
    failed: Reason | None = recorded.get("failed")
    status = step.facts.get("status", 0)
    name = f"{origin.id} ({origin.domain_name})" if origin else str(step.facts.get("id", ""))
    station = Station(
        name="origin",
        title=ORIGIN,
        summary=f"{name}: no response" if failed else f"{name} returned {status}",
        state="failed" if failed else "done",
        tone="error" if failed or int(status or 0) >= 500 else "",
        start_ms=step.start_ms,
        duration_ms=step.duration_ms,
        reasons=[failed] if failed else [],
    )
    sent, viewers = recorded.get("sent"), recorded.get("without")
    if sent is not None:
        station.parts.append(request_message("As CloudFront sends it", sent))
        if viewers is not None:
            station.changes = header_changes(viewers.headers, sent.headers)
    if "received" in recorded:
        station.parts.append(response_message("As received", int(status), recorded["received"]))
    return station


def marker_station(step: Step) -> Station:
    """A marker that starts another pass: a failover, or an error page."""
    facts = step.facts
    if step.name == "failover":
        summary = f"Failover to the group's other origin: {facts['to']}"
        reasons = [
            Reason("OG-008", "The first origin's response is one that the group fails over on.")
        ]
        return Station(
            name="failover",
            title="Failover",
            summary=summary,
            tone="error",
            start_ms=step.start_ms,
            reasons=reasons,
        )
    summary = f"{facts['uri']}, by the behavior {facts['pattern']}"
    return Station(
        name="error-page",
        title="Custom error page",
        summary=summary,
        tone="error",
        start_ms=step.start_ms,
        reasons=[Reason("ER-011", "The page's path is looked up through the behaviors again.")],
    )
