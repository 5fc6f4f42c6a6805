"""The cache as two stations: the lookup, and storing of the response."""

from __future__ import annotations

from collections.abc import Sequence

from localfront.cache.store import Provenance
from localfront.exchange.reason import Reason
from localfront.exchange.request_trace import Step, Storing, Trace
from localfront.inspector.cache_key_parts import key_parts, outside_the_key
from localfront.inspector.stations import Station, skipped

CACHE, STORE = "Cache", "Into the cache"
SUMMARIES = {
    "off": "Not used",
    "miss": "Miss: nothing is stored under this key",
    "stale": "Expired: revalidated with the origin",
    "collapsed": "Waited for a request with the same key that was under way",
    "stale on error": "The origin failed: the stale object is served",
}
RULES = {"stale": "CA-020", "collapsed": "CA-027", "stale on error": "ER-018"}


def cache_station(steps: Sequence[Step], trace: Trace) -> Station:
    """The station of one or more lookups."""
    first, last = steps[0], steps[-1]
    decision = str(last.facts["decision"])
    provenance: Provenance | None = last.kept.get("made")
    station = Station(
        name="cache",
        title=CACHE,
        summary=_hit(last, provenance) if decision == "hit" else SUMMARIES[decision],
        tone="hit"
        if decision in ("hit", "stale on error")
        else ""
        if decision == "off"
        else "miss",
        start_ms=first.start_ms,
        duration_ms=last.start_ms - first.start_ms,
    )
    for step in steps:
        named = str(step.facts["decision"])
        if named in RULES:
            station.reasons.append(Reason(RULES[named], f"{SUMMARIES[named]}."))
    if "because" in last.kept:
        station.reasons.append(last.kept["because"])
    if provenance is not None:
        station.made_by, station.hits = provenance.by, provenance.hits
        if provenance.lifetime.because.text:
            station.reasons.append(provenance.lifetime.because)
    request = first.kept.get("asked", trace.request)
    behavior = first.kept.get("behavior", trace.behavior)
    if decision != "off" and request is not None and behavior is not None:
        distribution = trace.distribution.id if trace.distribution else ""
        station.key = key_parts(request, behavior, distribution)
        station.outside_key = outside_the_key(request, behavior)
    return station


def _hit(step: Step, provenance: Provenance | None) -> str:
    age = int(step.facts.get("age", 0))
    if provenance is None:
        return "Hit"
    left = provenance.lifetime.fresh - age
    if left <= 0:
        return f"Hit, {age} s old: served stale while it is revalidated"
    return f"Hit, {age} s old; fresh for {left} s more"


def store_station(stored: Sequence[Storing], *, served_from_cache: bool) -> Station:
    if not stored:
        reason = "It came from the cache" if served_from_cache else "There was no response to store"
        return skipped("store", STORE, reason)
    last = stored[-1]
    return Station(
        name="store",
        title=STORE,
        summary=_fate(last.ttl),
        tone="hit" if last.ttl else "miss",
        start_ms=last.at_ms,
        reasons=[last.because],
    )


def _fate(ttl: int | None) -> str:
    if ttl is None:
        return "Not kept"
    return f"Stored for {ttl} s" if ttl else "Not fresh; kept in case the origin fails"
