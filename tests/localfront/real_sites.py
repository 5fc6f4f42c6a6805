"""A whole site on real sockets: viewers, localfront's pipeline, and an origin on this machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from localfront.config.distribution import CacheBehavior, Origin
from localfront.exchange.clock import Clock
from localfront.exchange.request_trace import Trace
from localfront.flow.cached_objects import Objects
from localfront.http_messages.bodies import Body
from localfront.http_messages.messages import Request, Response
from localfront.origins.client import OriginClient
from localfront.origins.fetch import Origins
from localfront.server.http_server import HttpServer
from tests.localfront.factories import (
    HOST,
    a_behavior,
    a_cache_policy,
    a_distribution,
    a_trace,
    an_api_origin,
)
from tests.localfront.fakes import FakeFunctions, pipeline_of
from tests.localfront.wire import PATIENCE, serving

KEPT = a_behavior(target_origin_id="here", cache_policy=a_cache_policy(default_ttl=60))


@dataclass(slots=True)
class Site:
    """The site's addresses, and its traces."""

    server: HttpServer
    objects: Objects
    traces: list[Trace] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server.http_port}"


def origin_at(port: int, **changes: Any) -> Origin:
    """A custom origin at a local port."""
    fields: dict[str, Any] = {
        "id": "here",
        "domain_name": "127.0.0.1",
        "origin_path": "",
        "protocol_policy": "http-only",
        "http_port": port,
    }
    return an_api_origin(**{**fields, **changes})


@asynccontextmanager
async def a_site(
    origin: Origin,
    behavior: CacheBehavior = KEPT,
    *,
    clock: Clock = time.time,
    functions: FakeFunctions | None = None,
    **distribution: Any,
) -> AsyncIterator[Site]:
    """Serve the origin for `localhost`, and for the other tests' host name."""
    served = a_distribution(
        aliases=("localhost", HOST),
        origins=(origin,),
        cache_behaviors=(),
        default_cache_behavior=behavior,
        **distribution,
    )
    traces: list[Trace] = []
    async with OriginClient() as client:
        pipeline = pipeline_of(
            served, origins=Origins(client=client), clock=clock, functions=functions
        )

        async def respond(request: Request, body: Body) -> Response:
            traces.append(a_trace())
            return await pipeline.respond(request, body, traces[-1])

        async with serving(respond) as server, asyncio.timeout(PATIENCE):
            yield Site(server, pipeline.objects, traces)
