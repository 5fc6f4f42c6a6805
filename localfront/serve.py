"""`localfront serve`: puts the parts together and runs them until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import boto3

from localfront.bodies import Body
from localfront.cache.store import Cache
from localfront.certificates import Certificates, load_or_create_authority
from localfront.config.distribution import Distribution
from localfront.distributions import Distributions
from localfront.edge.functions import EdgeFunctions
from localfront.edge.workers import WorkerPool
from localfront.follow import Follower
from localfront.http_server import HttpServer
from localfront.messages import Request, Response
from localfront.objects import Objects
from localfront.origin_side import OriginSide
from localfront.origins.addresses import unused_overrides
from localfront.origins.client import OriginClient
from localfront.origins.fetch import Origins
from localfront.pipeline import Pipeline
from localfront.profiles import PROFILE_2026, Assumptions, Profile
from localfront.request_trace import Trace, log_line, printable
from localfront.responses.viewer_responses import new_request_id, sparing_localhost
from localfront.settings import Settings
from localfront.sources.choice import choose_source
from localfront.sources.configuration import Configuration
from localfront.viewer_facts import NOTHING_KNOWN, ViewerFacts

LOG = logging.getLogger("localfront")
DEFAULT_WORKERS = 4  # of a function
LAMBDAS_OWN = ("START RequestId", "END RequestId", "REPORT RequestId")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line asks for; the interval in seconds, `workers` for each function."""

    http_port: int
    https_port: int
    ca_dir: Path
    distribution_id: str | None
    edge_directories: Mapping[str, Path]
    interval: float
    viewer: ViewerFacts = NOTHING_KNOWN
    config_files: Sequence[Path] = ()
    profile: Profile = PROFILE_2026
    assumptions: Assumptions = field(default_factory=Assumptions)
    workers: int = DEFAULT_WORKERS


class Service:
    """The pipeline in force. A request keeps the one that it started with."""

    def __init__(
        self,
        settings: Settings,
        session: boto3.Session,
        functions: EdgeFunctions,
        client: OriginClient,
        *,
        viewer: ViewerFacts = NOTHING_KNOWN,
    ) -> None:
        self._viewer = viewer
        self._settings = settings
        self._credentials = session.get_credentials()
        self._functions = functions
        self._client = client
        self.cache = Cache()
        self._https_port = 443
        self._pipeline: Pipeline | None = None

    async def apply(self, configuration: Configuration) -> None:
        """Serve a configuration from the next request on.

        Raises ConfigError when a function can't be had; then the one in force stays.
        """
        await self._functions.load(configuration.function_arns)
        origins = Origins(
            client=self._client,
            endpoints=self._settings.endpoints,
            credentials=self._credentials,
            bucket_policies=configuration.bucket_policies,
        )
        self._pipeline = Pipeline(
            distributions=Distributions(configuration.distributions),
            functions=self._functions,
            objects=Objects(
                origin_side=OriginSide(origins=origins, clock=time.time),
                clock=time.time,
                log=_log_trace,
                cache=self.cache,
            ),
            clock=time.time,
            https_port=self._https_port,
            viewer=self._viewer,
        )
        await self._functions.retire(configuration.function_arns)

    def listens_on(self, https_port: int) -> None:
        """Where redirects to HTTPS lead, once the port is known."""
        self._https_port = https_port
        if self._pipeline is not None:
            self._pipeline = replace(self._pipeline, https_port=https_port)

    async def handle(self, request: Request, body: Body) -> Response:
        """Answer a viewer, and log the request's trace in one line."""
        assert self._pipeline is not None  # noqa: S101 -- applied before the ports open
        trace = Trace(
            request_id=new_request_id(),
            method=request.method,
            host=request.headers.get("host") or "",
            target=request.target,
        )
        response = await self._pipeline.answer(request, body, trace)
        _log_trace(trace)
        return sparing_localhost(response, trace.host)


async def serve(
    settings: Settings, options: Options, *, announce: Callable[[str], None]
) -> None:
    """Serve until SIGINT or SIGTERM; `announce` gets a line that begins `localfront ready`.

    Raises LocalfrontError or botocore's errors when it can't start.
    """
    session = _session(settings)
    authority = load_or_create_authority(options.ca_dir)
    source = choose_source(
        settings,
        session,
        files=options.config_files,
        distribution_id=options.distribution_id,
        stand_ins=options.edge_directories,
        profile=options.profile,
    )
    async with contextlib.AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="localfront-"))
        client = await stack.enter_async_context(
            OriginClient(refused_connection=options.profile.refused_connection)
        )
        pool = await stack.enter_async_context(
            WorkerPool(
                access=_access(settings, session),
                on_log=_log_function,
                workers_per_function=options.workers,
            )
        )
        functions = EdgeFunctions(
            source.lambda_functions,
            pool,
            folder=Path(folder),
            directories=options.edge_directories,
        )
        service = Service(settings, session, functions, client, viewer=options.viewer)
        follower = Follower(
            source, service.cache, service.apply, interval=options.interval
        )
        stop = _stop_signal()
        configuration = await follower.start()
        for name in unused_overrides(configuration.distributions, settings.endpoints):
            LOG.warning(
                "--origin-override %s: no distribution has such an origin", name
            )
        server = await stack.enter_async_context(
            HttpServer(
                service.handle,
                Certificates(authority),
                http_port=options.http_port,
                https_port=options.https_port,
            )
        )
        service.listens_on(server.https_port)
        LOG.info("the local certificate authority: %s", options.ca_dir / "ca.pem")
        announce(_ready(server, configuration.distributions))
        following = asyncio.create_task(follower.run())
        stack.push_async_callback(_cancel, following)
        await stop.wait()


def _session(settings: Settings) -> boto3.Session:
    """The user's AWS session. An emulator takes any credentials, so none need be set for one, and
    where AWS was not chosen none are looked for.
    """
    if settings.endpoints.aws or settings.emulated:
        session = boto3.Session(region_name=settings.region)
        if session.get_credentials() is not None or not settings.emulated:
            return session
    return boto3.Session(
        region_name=settings.region,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 -- no secret: any will do
    )


def _access(settings: Settings, session: boto3.Session) -> Mapping[str, str]:
    """The endpoints and credentials that edge functions get.

    Against AWS itself they get none: the developer's own are not the function's role.
    """
    credentials = session.get_credentials()
    if not settings.emulated or credentials is None:
        return {}
    frozen = credentials.get_frozen_credentials()
    given = {
        "AWS_ACCESS_KEY_ID": frozen.access_key,
        "AWS_SECRET_ACCESS_KEY": frozen.secret_key,
        "AWS_SESSION_TOKEN": frozen.token,
    }
    return {**settings.service_endpoints, **{n: v for n, v in given.items() if v}}


def _log_trace(trace: Trace) -> None:
    LOG.info("%s", log_line(trace))


def _log_function(function_name: str, line: str) -> None:
    """What a function prints; Lambda's own lines about it only when debugging."""
    level = logging.DEBUG if line.startswith(LAMBDAS_OWN) else logging.INFO
    # awslambdaric indents tracebacks with no-break spaces.
    text = printable(line.replace("\t", "  ").replace("\xa0", " "))
    LOG.log(level, "%s: %s", function_name, text)


def _ready(server: HttpServer, distributions: Sequence[Distribution]) -> str:
    names = [alias for d in distributions for alias in d.aliases]
    also = f" ({', '.join(names)})" if names else ""
    return (
        f"localfront ready https://localhost:{server.https_port}/ "
        f"http://localhost:{server.http_port}/{also}"
    )


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
