"""The Server-Timing header.

Source: CloudFront Developer Guide, "Understand response headers policies", Server-Timing header
(RH-010).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from localfront.config.policies import ResponseHeadersPolicy
from localfront.exchange.request_trace import Trace
from localfront.http_messages.messages import Request, Response
from localfront.responses.viewer_responses import POP

LAYER = "EDGE"  # localfront has neither regional edge caches nor Origin Shield


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Timing of a request in milliseconds; None for steps that did not happen.

    `upstream_dns` and `upstream_connect` are 0 over a connection that was open already;
    `upstream_fbl` and `downstream_fbl` go from the request's end to the first byte of the response.
    """

    cache: Literal["hit", "refresh", "miss"]
    request_id: str
    upstream_dns: float | None = None
    upstream_connect: float | None = None
    upstream_fbl: float | None = None
    downstream_fbl: float | None = None


def timing_of(trace: Trace, result: str) -> Timing:
    """The timing of a request from its trace; with its result ("Hit", "RefreshHit", ...)."""
    caches: dict[str, Literal["hit", "refresh"]] = {
        "Hit": "hit",
        "RefreshHit": "refresh",
    }
    origin = trace.find("origin")
    return Timing(
        cache=caches.get(result, "miss"),
        request_id=trace.request_id,
        upstream_fbl=sum(step.duration_ms for step in origin) if origin else None,
        downstream_fbl=trace.elapsed_ms,
    )


def with_server_timing(
    policy: ResponseHeadersPolicy | None,
    request: Request,
    response: Response,
    timing: Timing,
    *,
    random: Callable[[], float],
) -> Response:
    """The response with Server-Timing, if the policy or the viewer asks for it.

    `random` returns numbers in [0, 1). On a miss the origin's own metrics follow.
    """
    if policy is None or not _is_wanted(policy, request, random):
        return response
    metrics = [server_timing(timing)]
    if timing.cache == "miss":
        metrics += response.headers.get_all("server-timing")
    headers = response.headers.replacing("Server-Timing", ",".join(metrics))
    return response.with_headers(headers)


def _is_wanted(
    policy: ResponseHeadersPolicy, request: Request, random: Callable[[], float]
) -> bool:
    if policy.server_timing is None:
        return False
    requested = any(
        directive.strip().lower() == "server-timing"
        for line in request.headers.get_all("pragma")
        for directive in line.split(",")
    )
    return requested or random() * 100 < policy.server_timing


def server_timing(timing: Timing) -> str:
    """The header's value, with metrics in the order of AWS's examples."""
    upstream = [
        ("cdn-upstream-dns", timing.upstream_dns),
        ("cdn-upstream-connect", timing.upstream_connect),
        ("cdn-upstream-fbl", timing.upstream_fbl),
    ]
    metrics = [f'cdn-upstream-layer;desc="{LAYER}"'] if timing.cache == "miss" else []
    metrics += [_duration(name, value) for name, value in upstream if value is not None]
    metrics += [
        f"cdn-cache-{timing.cache}",
        f'cdn-pop;desc="{POP}"',
        f'cdn-rid;desc="{timing.request_id}"',
    ]
    if timing.cache == "hit":
        metrics.append(f'cdn-hit-layer;desc="{LAYER}"')
    if timing.downstream_fbl is not None:
        metrics.append(_duration("cdn-downstream-fbl", timing.downstream_fbl))
    return ",".join(metrics)


def _duration(name: str, milliseconds: float) -> str:
    return f"{name};dur={round(milliseconds)}"
