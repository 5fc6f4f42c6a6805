"""Serve the active configuration, with one log line for each request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from localfront.access.viewer_rules import for_profile
from localfront.access.web_acl_rules import WebAcls
from localfront.cache.store import Cache
from localfront.cloudfront_functions.published_functions import CloudFrontFunctions
from localfront.command.access_logging import when_delivered
from localfront.command.reloading import Reloading
from localfront.error_pages.pages import ErrorPages
from localfront.exchange.clock import MovableClock, Setting
from localfront.exchange.refusal import Refusal
from localfront.exchange.request_trace import Trace
from localfront.flow.cached_objects import Objects
from localfront.flow.edge_triggers import Triggers
from localfront.flow.foresight import Foreseen, foresee
from localfront.flow.origin_exchange import OriginSide
from localfront.flow.pipeline import Pipeline
from localfront.flow.plain_requests import PlainRequests
from localfront.http_messages.bodies import Body, close
from localfront.http_messages.head_memo import HeadMemo
from localfront.http_messages.messages import Request, Response
from localfront.http_messages.viewer_facts import NOTHING_KNOWN, ViewerFacts
from localfront.inspector.active_site import ActiveSite
from localfront.lambda_edge.functions import EdgeFunctions
from localfront.lambda_origins.functions import OriginFunctions
from localfront.lambda_origins.responses import LambdaOrigins
from localfront.logs.access_log_files import AccessLog
from localfront.origins.addresses import Endpoints
from localfront.origins.client import OriginClient
from localfront.origins.credentials import Credentials
from localfront.origins.fetch import Origins
from localfront.profiles import ASSUMPTIONS, PROFILE_2026, Assumptions, Profile
from localfront.responses.own_responses import refused_outright, unforeseen
from localfront.responses.viewer_responses import new_request_id
from localfront.routing.distributions import Distributions
from localfront.routing.routes import Routes
from localfront.server.at_once import Responding
from localfront.server.delivery import OutgoingResponse
from localfront.server.malformed_requests import upload_malformed
from localfront.server.upload import ViewerGoneError, ViewerUpload
from localfront.sources.configuration import Configuration
from localfront.viewers.local_port import LocalPorts

# A request too large to be read is in no access log (LG-004).
TOO_LARGE = frozenset({"VP-009", "VP-010"})


@dataclass(slots=True, kw_only=True)
class Service:
    """Serves a configuration until the next; a request keeps the one that it started with.

    `clock` is also the functions' clock.
    """

    client: OriginClient
    lambdas: EdgeFunctions
    functions: CloudFrontFunctions
    origin_functions: OriginFunctions | None = None
    endpoints: Endpoints
    credentials: Credentials | None = None
    viewer: ViewerFacts = NOTHING_KNOWN
    profile: Profile = PROFILE_2026
    assumptions: Assumptions = ASSUMPTIONS
    log: Callable[[Trace], None]
    access_log: AccessLog | None = None
    cache: Cache = field(default_factory=Cache)
    clock: MovableClock = field(default_factory=MovableClock)
    web_acls: WebAcls = field(default_factory=WebAcls)
    error_pages: ErrorPages = field(default_factory=ErrorPages)
    reloading: Reloading | None = None
    _https_port: int = 443
    _local_ports: LocalPorts = field(default_factory=LocalPorts)
    _pipeline: Pipeline | None = None
    _plain: PlainRequests | None = None
    configuration: Configuration = field(default_factory=Configuration)  # active

    def __post_init__(self) -> None:
        self.clock.subscribe(self._clock_moved)

    def _clock_moved(self, _: Setting) -> None:
        self.cache.forget_after(self.clock())

    async def apply(self, configuration: Configuration) -> None:
        """Serve a configuration from the next request on.

        Raises ConfigError if a function cannot be loaded; the active one then stays.
        """
        arns, function_arns = configuration.lambda_arns, configuration.function_arns
        await self.lambdas.load(arns, at_viewer_events=configuration.lambda_arns_at_viewer_events)
        await self.functions.load(function_arns)
        in_use = await self._load_origin_functions(configuration)
        before = self._pipeline
        self._serve_from(self._pipeline_of(configuration))
        if self.reloading is not None:
            self.reloading.configuration_changed(configuration.completed(self.endpoints))
        self.configuration = configuration
        await self.lambdas.retire(arns | in_use)
        await self.functions.retire(function_arns)
        if before is not None:
            await before.objects.close()

    async def _load_origin_functions(self, configuration: Configuration) -> frozenset[str]:
        """Load the functions behind function URLs and APIs; return their ARNs in the pool."""
        if self.origin_functions is None:
            return frozenset()
        arns = configuration.origin_function_arns
        await self.origin_functions.load(arns)
        return self.origin_functions.arns_in_use(arns)

    def _pipeline_of(self, configuration: Configuration) -> Pipeline:
        triggers = Triggers(
            lambdas=self.lambdas,
            functions=self.functions,
            profile=self.profile,
            assumptions=self.assumptions,
        )
        origins = Origins(
            client=self.client,
            endpoints=configuration.completed(self.endpoints),
            credentials=self.credentials,
            bucket_policies=configuration.bucket_policies,
            websites=configuration.websites,
            code=None
            if self.origin_functions is None
            else LambdaOrigins(
                functions=self.origin_functions,
                origins=configuration.lambda_origins,
                clock=self.clock,
            ),
            shift=self.clock.shift,
        )
        objects = Objects(
            origin_side=OriginSide(
                origins=origins,
                triggers=triggers,
                clock=self.clock,
                assumptions=self.assumptions,
            ),
            clock=self.clock,
            assumptions=self.assumptions,
            log=self.log,
            cache=self.cache,
        )
        return Pipeline(
            routes=Routes(Distributions(configuration.distributions)),
            triggers=triggers,
            objects=objects,
            clock=self.clock,
            https_port=self._https_port,
            viewer=self.viewer,
            profile=self.profile,
            assumptions=self.assumptions,
            web_acls=self.web_acls,
        )

    def listens_on(self, *, http_port: int, https_port: int) -> None:
        """Set the HTTPS port for redirects, once it is known."""
        self._https_port = https_port
        if self.assumptions.local_port_hidden:
            self._local_ports = LocalPorts({"http": http_port, "https": https_port})
        if self._pipeline is not None:
            self._serve_from(replace(self._pipeline, https_port=https_port))

    def _serve_from(self, pipeline: Pipeline) -> None:
        self._pipeline, self._plain = pipeline, PlainRequests(pipeline)

    def has_name(self, name: str) -> bool:
        """Whether a distribution answers to the name, in the form of a Host header."""
        pipeline = self._pipeline
        if pipeline is None:
            return False
        return pipeline.routes.distributions.for_host(name) is not None

    def offers_http2(self, name: str) -> bool:
        """Whether viewers of the name, with or without a port, may use HTTP/2."""
        pipeline = self._pipeline
        if pipeline is None:
            return False
        distribution = pipeline.routes.distributions.for_host(name)
        return distribution is None or distribution.offers_http2

    async def handle(self, request: Request, body: Body) -> OutgoingResponse:
        """Answer a viewer, and log the request in one line."""
        if self.reloading is not None and (own := await self.reloading.response_to(request)):
            return OutgoingResponse(own)
        pipeline, trace = self.pipeline, _trace_of(request)
        seen = self._local_ports.hidden(request)
        responding = pipeline.respond(seen, body, trace)
        return await self._outgoing(responding, pipeline, request, seen, body, trace)

    def respond_at_once(
        self, request: Request, *, head: HeadMemo, max_bytes: int
    ) -> OutgoingResponse | Responding | None:
        """The response to a GET without a body, if it is ready and has at most `max_bytes`.

        Otherwise a coroutine that waits for a function or an origin. None, without side effects,
        for a request that only `handle` can answer.
        """
        if self.reloading is not None or self._plain is None:
            return None
        seen = self._local_ports.hidden(request)
        lookup = self._plain.find(seen, head=head, max_bytes=max_bytes)
        if lookup is None:
            return self.handle(request, b"")
        pipeline, trace = self.pipeline, _trace_of(request)
        if lookup.stored is None:
            responding = self._plain.served(lookup, trace)
            return self._outgoing(responding, pipeline, request, seen, b"", trace)
        response = self._plain.hit(lookup, lookup.stored, trace)
        response = self._local_ports.shown(request, seen, response)
        return self._logged(pipeline, request, response, trace)

    def foresee(self, request: Request) -> Foreseen:
        """Predict where a viewer's request would go, without sending it."""
        return foresee(self.pipeline, self._local_ports.hidden(request))

    @property
    def active_site(self) -> ActiveSite:
        """The active configuration, for the inspector."""
        return ActiveSite(
            configuration=self.configuration,
            endpoints=self.configuration.completed(self.endpoints),
            lambdas=self.lambdas,
            functions=self.functions,
        )

    def refuse(self, request: Request, refusal: Refusal) -> OutgoingResponse:
        """Answer a malformed request as CloudFront does, and log it like any other."""
        trace = _trace_of(request)
        response = refused_outright(for_profile(refusal, self.profile), trace, now=self.clock())
        response = self.error_pages.shown(response, request, trace)
        if refusal.rule in TOO_LARGE:
            self.log(trace)
            return OutgoingResponse(response)
        return self._logged(self.pipeline, request, response, trace)

    @property
    def pipeline(self) -> Pipeline:
        assert self._pipeline is not None  # noqa: S101 -- applied before the ports open
        return self._pipeline

    async def _outgoing(
        self,
        responding: Awaitable[Response],
        pipeline: Pipeline,
        request: Request,
        seen: Request,
        body: Body,
        trace: Trace,
    ) -> OutgoingResponse:
        """The pipeline's response, or an error response if the viewer or localfront failed."""
        try:
            response = self._local_ports.shown(request, seen, await responding)
        except ViewerGoneError:
            response = refused_outright(upload_malformed(), trace, now=self.clock())
        except Exception as error:  # the last resort
            response = refused_outright(unforeseen(error), trace, now=self.clock())
        fault = body.fault if isinstance(body, ViewerUpload) else None
        if fault is not None and response.status >= 400:
            await close(response.body)
            response = refused_outright(fault, trace, now=self.clock())
        response = self.error_pages.shown(response, request, trace)
        if self.reloading is not None:
            response = self.reloading.with_script(request, response)
        return self._logged(pipeline, request, response, trace)

    def _logged(
        self, pipeline: Pipeline, request: Request, response: Response, trace: Trace
    ) -> OutgoingResponse:
        self.log(trace)
        named = pipeline.routes.distributions.for_host
        if self.access_log is None or (distribution := named(trace.host)) is None:
            return OutgoingResponse(response)
        write = when_delivered(
            self.access_log,
            self.clock,
            distribution,
            request=request,
            response=response,
            trace=trace,
        )
        return OutgoingResponse(response, write)

    async def close(self) -> None:
        if self._pipeline is not None:
            await self._pipeline.objects.close()


def _trace_of(request: Request) -> Trace:
    return Trace(
        request_id=new_request_id(),
        method=request.method,
        host=request.headers.get("host") or "",
        target=request.target,
    )
