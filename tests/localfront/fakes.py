"""Fakes of localfront's dependencies: functions, origins and the clock."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from localfront.config.distribution import Distribution, Origin
from localfront.errors import EdgeFunctionError, EdgeValidationError, OriginError
from localfront.exchange.clock import Clock
from localfront.flow.cached_objects import Objects
from localfront.flow.edge_triggers import Triggers
from localfront.flow.origin_exchange import Origins, OriginSide
from localfront.flow.pipeline import Pipeline
from localfront.http_messages.bodies import Body, read_whole
from localfront.http_messages.messages import Request, Response
from localfront.profiles import ASSUMPTIONS, Assumptions
from localfront.routing.distributions import Distributions
from localfront.routing.routes import Routes

OriginOutcome = Response | OriginError
NO_SUCH_KEY = Response(status=404, body=b"<Code>NoSuchKey</Code>")


@dataclass(slots=True)
class FakeClock:
    """Unix time that only tests advance."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedRequest:
    """A request as the origin received it."""

    request: Request
    body: bytes
    origin: Origin
    distribution_arn: str

    @property
    def origin_id(self) -> str:
        return self.origin.id


@dataclass(slots=True)
class FakeOrigins:
    """All origins, with responses by path; as S3, they respond 304 to a matching ETag.

    A path without a response gets `otherwise`. Tests may change `responses` between requests.
    """

    responses: dict[str, OriginOutcome] = field(default_factory=dict)
    otherwise: OriginOutcome = NO_SUCH_KEY
    received: list[ReceivedRequest] = field(default_factory=list)

    async def fetch(
        self, request: Request, body: Body, *, origin: Origin, distribution_arn: str
    ) -> Response:
        self.received.append(
            ReceivedRequest(
                request=request,
                body=await read_whole(body),
                origin=origin,
                distribution_arn=distribution_arn,
            )
        )
        response = self.responses.get(request.uri, self.otherwise)
        if isinstance(response, OriginError):
            raise response
        tag = response.headers.get("etag")
        if tag is not None and request.headers.get("if-none-match") == tag:
            return replace(response, status=304, body=b"")
        return replace(response, body=b"") if request.method == "HEAD" else response

    @property
    def uris(self) -> list[str]:
        """The requested paths, in order."""
        return [request.request.uri for request in self.received]


def go_on(event: Mapping[str, Any]) -> object:
    """The result of a viewer-request function that continues the request."""
    return event["Records"][0]["cf"]["request"]


@dataclass(slots=True)
class FakeFunctions:
    """Edge functions: all run `body`, which may raise an EdgeFunctionError.

    As a real function does, `body` gets a copy of the event, by way of JSON, and takes a while.
    """

    body: Callable[[Mapping[str, Any]], object] = go_on
    events: list[Mapping[str, Any]] = field(default_factory=list)
    arns: list[str] = field(default_factory=list)
    refusals: list[EdgeValidationError] = field(default_factory=list)

    def refused(self, event: Mapping[str, Any], error: EdgeValidationError) -> None:
        self.refusals.append(error)

    async def invoke(self, arn: str, event: Mapping[str, Any]) -> object:
        self.arns.append(arn)
        self.events.append(event)
        loop = asyncio.get_running_loop()
        loop.call_soon((returned := loop.create_future()).set_result, None)
        await returned
        return self.body(json.loads(json.dumps(event)))


def failing(error: EdgeFunctionError) -> Callable[[Mapping[str, Any]], object]:
    """The body of a function that fails."""

    def fail(_: Mapping[str, Any]) -> object:
        raise error

    return fail


def triggers_of(functions: FakeFunctions) -> Triggers:
    """Functions of both kinds, by one fake."""
    return Triggers(lambdas=functions, functions=functions)


def objects_of(
    origins: Origins,
    clock: Clock,
    functions: FakeFunctions | None = None,
    assumptions: Assumptions = ASSUMPTIONS,
) -> Objects:
    """An empty cache in front of origins."""
    side = OriginSide(
        origins=origins,
        triggers=triggers_of(functions or FakeFunctions()),
        clock=clock,
        assumptions=assumptions,
    )
    return Objects(origin_side=side, clock=clock, assumptions=assumptions)


def pipeline_of(
    *distributions: Distribution,
    origins: Origins,
    clock: Clock,
    functions: FakeFunctions | None = None,
    assumptions: Assumptions = ASSUMPTIONS,
    **changes: Any,
) -> Pipeline:
    """A whole pipeline with an empty cache."""
    runs = functions or FakeFunctions()
    return Pipeline(
        routes=Routes(Distributions(distributions)),
        triggers=triggers_of(runs),
        objects=objects_of(origins, clock, runs, assumptions),
        clock=clock,
        assumptions=assumptions,
        **changes,
    )
