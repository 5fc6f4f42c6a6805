"""A whole pipeline with fake origins, functions and clock, and sites to serve with it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from localfront.config.distribution import (
    CacheBehavior,
    CustomErrorResponse,
    Distribution,
)
from localfront.errors import (
    OriginError,
)
from localfront.exchange.eager import Eager
from localfront.exchange.request_trace import Trace
from localfront.flow.pipeline import Pipeline
from localfront.flow.plain_requests import PlainRequests
from localfront.http_messages.bodies import Body
from localfront.http_messages.head_memo import HeadMemo
from localfront.http_messages.messages import Request, Response
from tests.localfront.factories import (
    a_behavior,
    a_distribution,
    a_request,
    a_response,
    an_edge_function,
)
from tests.localfront.fakes import FakeClock, FakeFunctions, FakeOrigins, pipeline_of
from tests.localfront.streams import whole

GUARDED = a_behavior(lambda_function_associations=(an_edge_function(),))
PAGE = a_response(headers=[("ETag", '"1"'), ("Cache-Control", "max-age=60")])
ERROR_HTML = a_response(body=b"an error page", headers=[("ETag", '"e"')])


@dataclass(slots=True, kw_only=True)
class Edge:
    """A whole pipeline with fakes, and its traces."""

    distribution: Distribution = field(default_factory=a_distribution)
    origins: FakeOrigins = field(default_factory=FakeOrigins)
    functions: FakeFunctions = field(default_factory=FakeFunctions)
    clock: FakeClock = field(default_factory=FakeClock)
    pipeline: Pipeline = field(init=False)
    traces: list[Trace] = field(default_factory=list)
    _plain: tuple[Pipeline, PlainRequests] | None = None
    _heads: dict[str, HeadMemo] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pipeline = pipeline_of(
            self.distribution,
            origins=self.origins,
            clock=self.clock,
            functions=self.functions,
            https_port=8443,
        )

    async def respond(self, request: Request, body: Body = b"") -> Response:
        at_once = None if body else self._respond_at_once(request)
        self.traces.append(_trace_of(request))
        received_before = len(self.origins.received)
        responding = self.pipeline.respond(request, body, self.traces[-1])
        response = await (responding if body else _begun(responding))
        if at_once is not None:
            assert (response, self.traces[-1]) == at_once, (
                "a plain hit is answered otherwise at once"
            )
        elif not body and len(self.origins.received) == received_before:
            await self._compare_after_a_function(request, response)
        return await whole(response)

    async def _compare_after_a_function(self, request: Request, response: Response) -> None:
        """A function's response or cache lookup is the same when the request head is remembered."""
        plain = self._plain_requests()
        found = plain.find(request, head=self._head(request), max_bytes=sys.maxsize)
        if found is None or not found.plain.waits_for_a_function:
            return
        functions, trace, number = self.functions, _trace_of(request), len(self.functions.events)
        again = await _begun(plain.served(found, trace))
        assert (again, trace) == (response, self.traces[-1]), "a known head is answered otherwise"
        del functions.events[number:], functions.arns[number:]
        for step in trace.find("cache"):
            if step.facts.get("decision") == "hit":
                step.kept["made"].hits -= 1  # one request, answered twice

    def _respond_at_once(self, request: Request) -> tuple[Response, Trace] | None:
        """A plain hit, which must equal the pipeline's response and trace."""
        plain = self._plain_requests()
        found = plain.find(request, head=self._head(request), max_bytes=sys.maxsize)
        if found is None or found.stored is None:
            return None
        trace = _trace_of(request)
        response = plain.hit(found, found.stored, trace)
        found.stored.made.hits -= 1  # one request, answered twice
        return response, trace

    async def served(self, request: Request) -> tuple[Response, Trace]:
        """The response to a plain request that has to wait, and its trace."""
        plain, trace = self._plain_requests(), _trace_of(request)
        found = plain.find(request, head=self._head(request), max_bytes=sys.maxsize)
        assert found is not None
        assert found.stored is None
        return await whole(await _begun(plain.served(found, trace))), trace

    def _plain_requests(self) -> PlainRequests:
        """As for a server, the same for all requests until the configuration changes."""
        if self._plain is None or self._plain[0] is not self.pipeline:
            self._plain = self.pipeline, PlainRequests(self.pipeline)
        return self._plain[1]

    def _head(self, request: Request) -> HeadMemo:
        """As for a server, the same for all requests with the same head."""
        return self._heads.setdefault(
            f"{request.method} {request.target}{request.headers}", HeadMemo()
        )

    async def get(self, target: str, *, body: Body = b"", **changes: Any) -> Response:
        return await self.respond(a_request(target, **changes), body)

    async def settled(self) -> None:
        """Wait for background requests."""
        for task in tuple(self.pipeline.objects._behind_viewers):
            await task

    def steps(self) -> list[str]:
        """The names of the last request's steps, in order."""
        return [step.name for step in self.traces[-1].steps]


async def _begun(responding: Coroutine[Any, Any, Response]) -> Response:
    """The response as a server creates it: without a task unless it needs one."""
    begun = Eager(responding, lambda: None)
    asyncio.get_running_loop().call_soon(begun.begin)
    return await begun.wait()


def _standing_still() -> float:
    return 0.0


def _trace_of(request: Request) -> Trace:
    return Trace(
        request_id="request-id==",
        method=request.method,
        host=request.headers.get("host") or "",
        target=request.target,
        clock=_standing_still,
    )


def site(
    *behaviors: CacheBehavior,
    default: CacheBehavior | None = None,
    responses: Mapping[str, Response | OriginError] | None = None,
    returns: Any = None,
    error_pages: tuple[CustomErrorResponse, ...] = (),
    **distribution: Any,
) -> Edge:
    """`responses` are the origins' by path; `returns` makes a function's result from its event."""
    edge = Edge(
        distribution=a_distribution(
            cache_behaviors=behaviors,
            default_cache_behavior=default or a_behavior(),
            custom_error_responses=error_pages,
            **distribution,
        ),
        origins=FakeOrigins(dict(responses or {})),
    )
    if returns is not None:
        edge.functions.body = returns
    return edge


def x_cache(response: Response) -> str | None:
    return response.headers.get("x-cache")


def request_of(event: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = event["Records"][0]["cf"]["request"]
    return found


def rewriting(**changes: Any) -> Any:
    """A function that changes fields of the request."""
    return lambda event: {**request_of(event), **changes}


def to_login(_: Mapping[str, Any]) -> object:
    return {
        "status": "302",
        "statusDescription": "Found",
        "headers": {"location": [{"key": "Location", "value": "/login/"}]},
    }
