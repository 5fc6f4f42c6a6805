"""The path of a request from its trace: all stations in order, skipped ones with the reason.

    viewer → behavior → viewer-request → cache → origin-request → origin → origin-response
           → cache → response headers policy → viewer-response → viewer

After a failover or for an error page there are further passes, whose stations follow the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from localfront.exchange.request_trace import Step, Storing, Trace
from localfront.inspector.cache_stations import CACHE, STORE, cache_station, store_station
from localfront.inspector.ends import behavior_station, response_station, viewer_station
from localfront.inspector.function_stations import TITLES, function_station
from localfront.inspector.origin_station import ORIGIN, marker_station, origin_station
from localfront.inspector.response_stations import policy_station, viewer_response_station
from localfront.inspector.stations import Station, skipped

MARKERS = ("failover", "error page")
NO_FUNCTION = "No function is attached"


@dataclass(slots=True)
class Pass:
    """The steps between two markers, by name."""

    marker: Step | None
    steps: dict[str, list[Step]] = field(default_factory=dict)
    stored: list[Storing] = field(default_factory=list)

    @property
    def is_hit(self) -> bool:
        looks = self.steps.get("cache") or []
        return bool(looks) and looks[-1].facts["decision"] in ("hit", "stale on error")


def way(trace: Trace) -> list[Station]:
    first, *later = _passes(trace)
    stations = [viewer_station(trace), behavior_station(trace)]
    if trace.behavior is None:
        return [*stations, response_station(trace)]
    stations += _first(first, trace)
    for further in later:
        stations += _further(further, trace)
    stations += [policy_station(trace), viewer_response_station(trace), response_station(trace)]
    return _in_time(stations)


def _in_time(stations: list[Station]) -> list[Station]:
    """Give untimed stations the end of the previous one as their time."""
    ended = 0.0
    for station in stations:
        if station.start_ms is None or station.name == "viewer":
            continue
        station.start_ms = (
            max(station.start_ms, ended) if not station.duration_ms else station.start_ms
        )
        ended = max(ended, station.start_ms + station.duration_ms)
    return stations


def _passes(trace: Trace) -> list[Pass]:
    passes = [Pass(None)]
    for step in trace.steps:
        if step.name in MARKERS:
            passes.append(Pass(step))
        elif step.name != "viewer-response":
            passes[-1].steps.setdefault(step.name, []).append(step)
    for storing in trace.stored:
        begun = [p for p in passes if p.marker is None or p.marker.start_ms <= storing.at_ms]
        begun[-1].stored.append(storing)
    return passes


def _first(this: Pass, trace: Trace) -> Iterator[Station]:
    """All six stations, reached or not."""
    here = this.steps
    yield _function("viewer-request", here, _refused_before(trace))
    looks = here.get("cache")
    ended = _ended_at_viewer_request(here.get("viewer-request"), trace)
    if not looks:
        names = [("cache", CACHE), ("origin-request", TITLES["origin-request"])]
        names += [("origin", ORIGIN), ("origin-response", TITLES["origin-response"])]
        for name, title in [*names, ("store", STORE)]:
            yield skipped(name, title, ended)
        return
    yield cache_station(looks, trace)
    why_skipped = "Served from the cache" if "origin" not in here and this.is_hit else ""
    yield _function("origin-request", here, why_skipped)
    yield _origin(here, why_skipped)
    yield _function("origin-response", here, why_skipped or _no_response(here))
    if looks[-1].facts["decision"] == "off":
        yield skipped("store", STORE, "The cache is not used")
    else:
        yield store_station(this.stored, served_from_cache=bool(why_skipped))


def _further(this: Pass, trace: Trace) -> Iterator[Station]:
    """The stations that were reached."""
    if this.marker is not None:
        yield marker_station(this.marker)
    for name, steps in this.steps.items():
        if name == "cache":
            yield cache_station(steps, trace)
        elif name == "origin":
            yield origin_station(steps[-1])
        elif name in TITLES:
            yield function_station(steps[-1])
    if this.stored:
        yield store_station(this.stored, served_from_cache=False)


def _function(name: str, here: dict[str, list[Step]], why_skipped: str) -> Station:
    if name in here:
        return function_station(here[name][-1])
    return skipped(name, TITLES[name], why_skipped or NO_FUNCTION)


def _origin(here: dict[str, list[Step]], why_skipped: str) -> Station:
    if "origin" in here:
        return origin_station(here["origin"][-1])
    if "origin-request" in here:
        failed = "failed" in here["origin-request"][-1].kept
        reason = "The origin-request function " + ("failed" if failed else "responded instead")
        return skipped("origin", ORIGIN, reason, "" if failed else "LR-009")
    return skipped("origin", ORIGIN, why_skipped or "No request was sent to it")


def _no_response(here: dict[str, list[Step]]) -> str:
    if "origin" not in here:
        return "No origin request"
    return "The origin did not respond" if "failed" in here["origin"][-1].kept else ""


def _refused_before(trace: Trace) -> str:
    if trace.result == "Redirect":
        return "Redirected to HTTPS before"
    early = trace.reason and not trace.find("cache") and not trace.find("viewer-request")
    return "CloudFront refused the request before" if early else ""


def _ended_at_viewer_request(steps: Sequence[Step] | None, trace: Trace) -> str:
    if not steps:
        return _refused_before(trace) or "Not reached"
    failed = "failed" in steps[-1].kept
    return "The viewer-request function " + ("failed" if failed else "responded")
