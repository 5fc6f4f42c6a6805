"""The predicted path of a request, as stations like those of a real one."""

from __future__ import annotations

from collections.abc import Iterator

from localfront.cache.store import Absent, Fresh, Stale
from localfront.config.distribution import CacheBehavior, Distribution
from localfront.exchange.exchange import Exchange
from localfront.exchange.reason import Reason
from localfront.exchange.refusal import HttpsRedirect, Refusal
from localfront.flow.foresight import Foreseen
from localfront.inspector.cache_key_parts import key_parts, outside_the_key
from localfront.inspector.cache_stations import CACHE, STORE
from localfront.inspector.ends import behavior_station, viewer_station
from localfront.inspector.function_stations import TITLES
from localfront.inspector.origin_places import place_of
from localfront.inspector.origin_station import ORIGIN
from localfront.inspector.response_stations import POLICY
from localfront.inspector.stations import Station, skipped
from localfront.inspector.way import NO_FUNCTION
from localfront.origins.addresses import Endpoints

WOULD_HIT = "It would be served from the cache"


def foreseen_way(foreseen: Foreseen, endpoints: Endpoints) -> list[Station]:
    """The stations in order, without times."""
    _record_refusal(foreseen)
    trace, exchange = foreseen.trace, foreseen.exchange
    stations = [viewer_station(trace), behavior_station(trace)]
    if trace.distribution is not None and trace.distribution.web_acl is not None:
        stations[-1].reasons.append(
            Reason(
                "PL-001", "Its web ACL is evaluated when the request is sent: rate limits count it."
            )
        )
    if exchange is not None:
        stations += _beyond(foreseen, exchange, endpoints)
    for station in stations:
        station.start_ms = None
    return stations


def _record_refusal(foreseen: Foreseen) -> None:
    """Record the refusal where a real request's trace has it."""
    trace = foreseen.trace
    match foreseen.stopped:
        case HttpsRedirect(status):
            trace.status, trace.result = status, "Redirect"
        case Refusal() as refusal:
            trace.status, trace.result = refusal.status, "Error"
            trace.reason = f"{refusal.rule}: {refusal.message}"


def _beyond(foreseen: Foreseen, exchange: Exchange, endpoints: Endpoints) -> Iterator[Station]:
    behavior, hits = exchange.behavior, isinstance(foreseen.found, Fresh)
    why_skipped = WOULD_HIT if hits else ""
    at_viewer = function_name(behavior, "viewer-request")
    yield _function(behavior, "viewer-request", "")
    yield _cache(foreseen, exchange, at_viewer)
    yield _function(behavior, "origin-request", why_skipped)
    yield skipped("origin", ORIGIN, why_skipped) if hits else _origin(exchange, endpoints)
    yield _function(behavior, "origin-response", why_skipped)
    if isinstance(foreseen.found, Reason):
        yield skipped("store", STORE, "The cache is not used")
    else:
        yield skipped("store", STORE, why_skipped or "The origin's response decides")
    policy = behavior.response_headers_policy
    if policy is None:
        yield skipped("headers-policy", POLICY, "The behavior has none")
    else:
        yield Station(name="headers-policy", title=POLICY, summary=f"{policy.id} would apply")
    yield _function(behavior, "viewer-response", "")


def _cache(foreseen: Foreseen, exchange: Exchange, at_viewer: str) -> Station:
    station = Station(name="cache", title=CACHE, summary="")
    match foreseen.found:
        case Reason() as reason:
            station.summary, station.reasons = "No origin request would be sent", [reason]
            return station
        case Fresh(stored):
            station.summary, station.tone = (
                f"Hit, {foreseen.age} s old; fresh for {foreseen.left} s more",
                "hit",
            )
            station.reasons = [stored.lifetime.because]
            station.made_by, station.hits = stored.made.by, stored.made.hits
        case Stale(stored):
            station.summary, station.tone = (
                "Expired: it would be revalidated with the origin",
                "miss",
            )
            station.reasons = [Reason("CA-020", f"It is {foreseen.age} s old.")]
            station.made_by, station.hits = stored.made.by, stored.made.hits
        case Absent():
            station.summary, station.tone = "Miss: nothing is stored under this key", "miss"
    if at_viewer:
        station.reasons.append(
            Reason(
                "PL-011",
                f"So long as {at_viewer} leaves the request unchanged: the key is computed after "
                "it.",
            )
        )
    station.key = key_parts(exchange.request, exchange.behavior, exchange.distribution.id)
    station.outside_key = outside_the_key(exchange.request, exchange.behavior)
    return station


def _origin(exchange: Exchange, endpoints: Endpoints) -> Station:
    target = exchange.behavior.target_origin_id
    distribution = exchange.distribution
    group = distribution.origin_group(target)
    summary = _origin_text(distribution, group.primary if group else target, endpoints)
    reasons = []
    if group is not None:
        codes = ", ".join(map(str, sorted(group.failover_status_codes)))
        other = _origin_text(distribution, group.secondary, endpoints)
        reasons = [Reason("OG-007", f"If it fails, or responds {codes}: {other}.")]
    return Station(name="origin", title=ORIGIN, summary=summary, reasons=reasons)


def _origin_text(distribution: Distribution, origin_id: str, endpoints: Endpoints) -> str:
    origin = distribution.origin(origin_id)
    return (
        f"{origin.id} ({origin.domain_name}{origin.origin_path}) at {place_of(origin, endpoints)}"
    )


def _function(behavior: CacheBehavior, event: str, why_skipped: str) -> Station:
    name = function_name(behavior, event)
    if not name or why_skipped:
        return skipped(event, TITLES[event], NO_FUNCTION if not name else why_skipped)
    return Station(name=event, title=TITLES[event], summary=f"{name} would run")


def function_name(behavior: CacheBehavior, event: str) -> str:
    """The name and version of a behavior's function at an event; "" for none."""
    for function in behavior.function_associations:
        if function.event_type == event:
            return function.function_arn.rpartition("/")[2]
    association = behavior.function_for(event)
    return association.lambda_function_arn.rpartition(":function:")[2] if association else ""
