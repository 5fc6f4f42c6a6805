"""A site whose functions record their events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from localfront.config.distribution import (
    CacheBehavior,
    LambdaFunctionAssociation,
)
from tests.localfront.factories import (
    EDGE_ARN,
    a_behavior,
    a_cache_policy,
    a_response,
)
from tests.localfront.sites import Edge, site

EVENTS = ("viewer-request", "origin-request", "origin-response", "viewer-response")
PAGE = a_response(headers=[("Cache-Control", "max-age=60"), ("ETag", '"1"')])
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"})
Run = Callable[[dict[str, Any]], object]


def guarded(*events: str, include_body: bool = False, **changes: Any) -> CacheBehavior:
    """A behavior with a function at each of these events."""
    return a_behavior(
        lambda_function_associations=tuple(
            LambdaFunctionAssociation(
                event_type=event,
                lambda_function_arn=EDGE_ARN,
                include_body=include_body,
            )
            for event in events
        ),
        **{"cache_policy": a_cache_policy(default_ttl=60), **changes},
    )


def record(event: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = event["Records"][0]["cf"]
    return found


def passing_on(**bodies: Run) -> Callable[[Mapping[str, Any]], object]:
    """Functions that change nothing, except those given (`origin_request=...`)."""

    def run(event: Mapping[str, Any]) -> object:
        kind = record(event)["config"]["eventType"]
        own = bodies.get(kind.replace("-", "_"))
        if own is not None:
            return own(record(event))
        return record(event)["response" if kind.endswith("response") else "request"]

    return run


def a_site(*events: str, response: Any = PAGE, runs: Any = None, **more: Any) -> Edge:
    behavior = guarded(*(events or EVENTS), **more.pop("behavior", {}))
    return site(
        default=behavior,
        responses={"/a": response},
        returns=runs or passing_on(),
        **more,
    )


def ran(edge: Edge) -> list[str]:
    return [record(event)["config"]["eventType"] for event in edge.functions.events]


def generated(status: str = "200", body: str = "made here") -> dict[str, Any]:
    lines = [{"key": "Cache-Control", "value": "max-age=60"}]
    return {"status": status, "body": body, "headers": {"cache-control": lines}}
