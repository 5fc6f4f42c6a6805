"""`localfront serve`: assemble the parts and run them until a signal."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from localfront.aws.session import open_session
from localfront.aws.settings import Settings
from localfront.cloudfront_functions.published_functions import CloudFrontFunctions
from localfront.cloudfront_functions.worker_process import EngineProcess
from localfront.command.clock_setup import clock_for
from localfront.command.error_page_setup import error_pages_for
from localfront.command.follow import Follower
from localfront.command.function_access import access_of_functions
from localfront.command.inspector_setup import InspectorContext, open_inspector, records_for
from localfront.command.keys import Keys
from localfront.command.notice_reporter import NoticeReporter
from localfront.command.reloading import Reloading
from localfront.command.serve_options import Options
from localfront.command.service import Service
from localfront.command.start_messages import (
    log_trust,
    print_banner,
    ready,
    site_address,
)
from localfront.command.unused_options import unused_options
from localfront.exchange.clock import MovableClock
from localfront.exchange.request_trace import logged_by_both, printable
from localfront.inspector.records import Records
from localfront.lambda_edge.functions import EdgeFunctions
from localfront.lambda_edge.validation_log import ValidationLog
from localfront.lambda_edge.workers.debugging import check_names
from localfront.lambda_edge.workers.pool import WorkerPool
from localfront.lambda_edge.workers.private_folder import PrivateFolder
from localfront.lambda_edge.workers.worker import LAMBDAS_OWN
from localfront.lambda_origins.functions import OriginFunctions
from localfront.logs.access_log_files import AccessLog
from localfront.logs.unforeseen_errors import logging_uncatchable_errors
from localfront.origins.client import OriginClient
from localfront.server.certificates import Certificates
from localfront.server.http_server import HttpServer
from localfront.server.stopping import StopSignals
from localfront.sources.choice import choose_source, refresh_interval
from localfront.sources.configuration import Configuration
from localfront.sources.source import Source
from localfront.trust.authority import Authority
from localfront.trust.files import load_all, naming_the_option

if TYPE_CHECKING:
    from localfront.aws.repeated_requests import RepeatedRequests
    from localfront.aws.session import AwsSession

LOG = logging.getLogger("localfront")


async def serve(settings: Settings, options: Options, *, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `announce` gets a line that begins `localfront ready`.

    Raises LocalfrontError or botocore's errors when it can't start.
    """
    session, repeated = _session(settings, options)
    authorities = load_all(options.ca_dir)
    source = _source(settings, options, session)
    records, clock = records_for(options.inspector), clock_for(settings, options.clock)
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(logging_uncatchable_errors())
        service = await _service(stack, settings, options, source, session, records, clock)
        reporter = NoticeReporter(service.apply, strict=options.strict)
        follower = Follower(
            source,
            service.cache,
            reporter.apply,
            service.functions.refresh,
            interval=options.interval,
            refresh_interval=refresh_interval(settings, options.config_files),
            repeated=repeated,
        )
        stop = StopSignals()
        if (configuration := await stop.unless_stopped(follower.start())) is None:
            return  # Terraform may take a minute; a signal interrupts it
        arns = configuration.lambda_arns | configuration.origin_function_arns
        check_names(options.debugged, arns)
        _warn_of_unused_options(options, settings, source, configuration)
        server = await stack.enter_async_context(_server(service, options, authorities, stop))
        service.listens_on(http_port=server.http_port, https_port=server.https_port)
        print_banner(
            options.log,
            server,
            configuration,
            endpoints=settings.endpoints,
            code_files=options.code_files,
            clock=clock,
        )
        beside = InspectorContext(server, service, options.address, options.ca_dir)
        inspector = await open_inspector(stack, records, options.inspector, beside)
        log_trust(options.ca_dir, configuration.distributions, authorities)
        service.error_pages = error_pages_for(
            service.lambdas.code_of,
            service.functions.script_of,
            plain=options.plain_errors,
            inspector=inspector.address,
        )
        keys = Keys(
            site=site_address(server, configuration.distributions),
            inspector=inspector.address,
            cache=service.cache,
            follower=follower,
            stop=stop,
        )
        stack.enter_context(keys.listening())
        announce(ready(server, configuration.distributions))
        await inspector.serve()
        following = asyncio.create_task(follower.run())
        stack.push_async_callback(_cancel, following)
        await stop.requested.wait()


def _session(settings: Settings, options: Options) -> tuple[AwsSession, RepeatedRequests | None]:
    """The AWS session; its requests are repeated if an emulator is the only source."""
    session = open_session(settings)
    if not settings.emulated or options.config_files or options.store_files:
        return session, None
    from localfront.aws.repeated_requests import RepeatedRequests  # imports botocore

    repeated = RepeatedRequests()
    session.events.register("before-send", repeated.note)
    return session, repeated


def _source(settings: Settings, options: Options, session: AwsSession) -> Source:
    return choose_source(
        settings,
        session,
        files=options.config_files,
        distribution_id=options.distribution_id,
        stand_ins=[*options.edge_directories, *options.lambda_directories],
        profile=options.profile,
        terraform=options.terraform,
        store_files=options.store_files,
        parameters=options.parameters,
        signers=options.signers,
    )


def _server(
    service: Service, options: Options, authorities: Sequence[Authority], stop: StopSignals
) -> HttpServer:
    return HttpServer(
        service.handle,
        Certificates(authorities, has_name=service.has_name, offers_http2=service.offers_http2),
        http_port=options.http_port,
        https_port=options.https_port,
        host=options.address,
        refuse=service.refuse,
        at_once=service.respond_at_once,
        hurry=stop.hurry,
        offers_http2=service.offers_http2,
    )


def _warn_of_unused_options(
    options: Options, settings: Settings, source: Source, configuration: Configuration
) -> None:
    for line in unused_options(
        configuration,
        settings.endpoints,
        source.key_value_stores,
        options.code_files,
        options.lambda_directories,
        options.signers,
    ):
        LOG.warning("%s", line)


async def _service(
    stack: contextlib.AsyncExitStack,
    settings: Settings,
    options: Options,
    source: Source,
    session: AwsSession,
    records: Records | None,
    clock: MovableClock,
) -> Service:
    """The service and its resources, open until the stack is closed."""
    profile = options.profile
    log = options.log.request_log(clock)
    stack.callback(log.flush)
    client = await stack.enter_async_context(
        OriginClient(refused_connection=profile.refused_connection)
    )
    lambdas, origin_functions = await _lambdas(stack, settings, options, source, session, clock)
    service = Service(
        client=client,
        lambdas=lambdas,
        origin_functions=origin_functions,
        functions=CloudFrontFunctions(
            session,
            await stack.enter_async_context(EngineProcess()),
            api=source.cloudfront_functions,
            stores=source.key_value_stores,
            files=options.edge_files,
            on_log=_log_function,
            clock=clock,
            assumptions=options.assumptions,
        ),
        endpoints=settings.endpoints,
        credentials=session.get_credentials(),
        viewer=options.viewer,
        profile=profile,
        assumptions=options.assumptions,
        clock=clock,
        log=log.write if records is None else logged_by_both(log.write, records.add),
    )
    if options.log_dir is not None:
        service.access_log = stack.enter_context(AccessLog(options.log_dir))
    if options.reload:
        service.reloading = _reloading(service, options)
    stack.push_async_callback(service.close)
    return service


def _reloading(service: Service, options: Options) -> Reloading:
    LOG.info(
        "--reload: pages reload in the browser when they or functions change; a script is "
        "added to them, and, unlike a deployment, a change to files clears the cache"
    )
    code = [*options.code_files.values(), *options.lambda_directories.values()]
    return Reloading(service.cache, code)


async def _lambdas(
    stack: contextlib.AsyncExitStack,
    settings: Settings,
    options: Options,
    source: Source,
    session: AwsSession,
    clock: MovableClock,
) -> tuple[EdgeFunctions, OriginFunctions]:
    """Edge functions and functions behind origins, in one pool of workers."""
    logs = None
    if settings.emulated:
        from localfront.lambda_edge.workers.cloudwatch_logs import (
            CloudWatchLogs,  # imports botocore
        )

        logs = await stack.enter_async_context(CloudWatchLogs(session))
    pool = await stack.enter_async_context(
        WorkerPool(
            access=access_of_functions(settings, session),
            on_log=_log_function,
            log_sink=logs,
            workers_per_function=options.workers,
            wall_clock=clock,
            debugged=options.debugged,
            unchanging=[
                options.ca_dir,
                *options.edge_directories.values(),
                *options.lambda_directories.values(),
            ],
        )
    )
    # Beside the certificate authority; functions can write to temporary folders.
    with naming_the_option(options.ca_dir):
        folder = stack.enter_context(PrivateFolder(options.ca_dir, "code"))
    edge = EdgeFunctions(
        source.lambda_functions,
        pool,
        folder=folder,
        directories=options.edge_directories,
        profile=options.profile,
        validation_log=ValidationLog(logs) if logs is not None else None,
    )
    ordinary = OriginFunctions(
        source.lambda_functions,
        pool,
        folder=folder,
        directories=options.lambda_directories,
    )
    return edge, ordinary


def _log_function(function_name: str, line: str) -> None:
    """Log a function's output; Lambda's own lines (START, END, REPORT) only at debug level."""
    level = logging.DEBUG if line.startswith(LAMBDAS_OWN) else logging.INFO
    if not LOG.isEnabledFor(level):
        return
    # awslambdaric indents tracebacks with no-break spaces.
    text = printable(line.replace("\t", "  ").replace("\xa0", " "))
    LOG.log(level, "%s: %s", function_name, text)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
