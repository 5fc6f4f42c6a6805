"""The first and last stations: the viewer's request, its behavior, and the response."""

from __future__ import annotations

from localfront.exchange.reason import Reason
from localfront.exchange.request_trace import Trace
from localfront.inspector.differences import header_changes
from localfront.inspector.stations import Message, Station, request_message, response_message
from localfront.routing.behaviors import choose, normalize


def viewer_station(trace: Trace) -> Station:
    request = trace.request
    if request is None:
        parts = [Message("As far as it could be read", f"{trace.method} {trace.target}", ())]
        summary = f"{trace.method} {trace.host}"
    else:
        parts = [request_message("As received", request)]
        summary = f"{request.method} over {request.scheme.upper()}, HTTP/{request.http_version}"
    return Station(name="viewer", title="Viewer", summary=summary, start_ms=0.0, parts=[*parts])


def behavior_station(trace: Trace) -> Station:
    distribution, behavior, request = trace.distribution, trace.behavior, trace.request
    refused = _refusal(trace)
    if distribution is None or behavior is None or request is None:
        return Station(
            name="behavior",
            title="Behavior",
            summary="No distribution matches",
            state="failed",
            tone="error",
            reasons=[refused] if refused else [],
        )
    path = normalize(request.uri)
    passed_over = choose(request.uri, distribution.behaviors).passed_over
    reasons = [Reason("RT-001", f"{pattern} does not match {path}.") for pattern in passed_over]
    is_default = behavior is distribution.default_cache_behavior
    last = "No other pattern matched: the default one." if is_default else f"It matches {path}."
    reasons.append(
        Reason("RT-002" if not is_default else "RT-001", f"{behavior.path_pattern}: {last}")
    )
    if refused:
        reasons.append(refused)
    where = f"{behavior.path_pattern} → {behavior.target_origin_id}"
    return Station(
        name="behavior",
        title="Behavior",
        summary=f"{where}, in {distribution.id}",
        state="failed" if refused else "done",
        tone="error" if refused else "",
        start_ms=0.0,
        reasons=reasons,
    )


def response_station(trace: Trace) -> Station:
    sent = trace.sent
    before = trace.after_policy or trace.before_policy
    runs = bool(trace.find("viewer-response"))
    station = Station(
        name="answer",
        title="Viewer",
        summary=f"{trace.status} {trace.result}",
        tone=tone_of(trace),
        start_ms=trace.duration_ms,
    )
    if sent is not None:
        station.parts = [response_message("As sent to the viewer", trace.status, sent)]
        if before is not None and not runs:
            station.changes = header_changes(before, sent)
    return station


def tone_of(trace: Trace) -> str:
    """The outcome of a request, as a word that the page has a colour for."""
    result = trace.result
    if trace.status >= 500 or "Error" in result or "Exceeded" in result:
        return "error"
    if "Generated" in result or result == "Redirect":
        return "generated"
    return "hit" if "Hit" in result else "miss"


def _refusal(trace: Trace) -> Reason | None:
    """A refusal by CloudFront before any function ran."""
    if trace.find("cache") or trace.find("viewer-request"):
        return None
    if trace.result == "Redirect":
        return Reason("VP-002", "The behavior's viewer protocol policy redirects HTTP to HTTPS.")
    if not trace.reason:
        return None
    rule, colon, text = trace.reason.partition(": ")
    return Reason(rule, text) if colon and "-" in rule else Reason("", trace.reason)
