"""The service as `serve` assembles it, on real sockets, with its logs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import boto3

from localfront.cloudfront_functions.published_functions import CloudFrontFunctions
from localfront.cloudfront_functions.worker_process import EngineProcess
from localfront.command.service import Service
from localfront.config.distribution import CacheBehavior, Origin
from localfront.exchange.request_trace import Trace, log_line
from localfront.lambda_edge.functions import EdgeFunctions
from localfront.lambda_edge.workers.pool import WorkerPool
from localfront.logs.access_log_files import AccessLog
from localfront.origins.addresses import Endpoints
from localfront.origins.client import OriginClient
from localfront.profiles import ASSUMPTIONS, PROFILE_2026, Assumptions, Profile
from localfront.server.http_connection import Patience
from localfront.server.http_server import HttpServer
from localfront.sources.configuration import Configuration
from tests.localfront.factories import (
    DISTRIBUTION_ID,
    HOST,
    a_behavior,
    a_distribution,
)
from tests.localfront.origin_server import OriginServer, ScriptedResponse, saying
from tests.localfront.wire import CERTIFICATES, PATIENCE

SESSION = boto3.Session(
    aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
)
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"})
EVERYTHING = a_behavior(target_origin_id="here", allowed_methods=METHODS)


@cache
def api_of(service: Literal["lambda", "cloudfront"]) -> Any:
    """A client that is never called, once for all services: it is slow to create."""
    return SESSION.client(service)


@dataclass(slots=True, kw_only=True)
class Served:
    """A running service; `lines` are the request log's."""

    server: HttpServer
    service: Service
    origin: OriginServer
    log_dir: Path
    lines: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.server.http_port

    def access_log(self) -> list[dict[str, str]]:
        """The entries of the access log, by field name."""
        [file] = self.log_dir.glob(f"{DISTRIBUTION_ID}.*.log")
        version, names, *lines = file.read_text().splitlines()
        assert version == "#Version: 1.0"
        columns = names.removeprefix("#Fields: ").split(" ")
        return [dict(zip(columns, line.split("\t"), strict=True)) for line in lines]


def serving_only(origin: Origin, behavior: CacheBehavior) -> Configuration:
    served = a_distribution(
        aliases=(HOST,),
        origins=(origin,),
        cache_behaviors=(),
        default_cache_behavior=behavior,
    )
    return Configuration(distributions=(served,))


@asynccontextmanager
async def a_service(
    log_dir: Path,
    *responses: ScriptedResponse,
    behavior: CacheBehavior = EVERYTHING,
    profile: Profile = PROFILE_2026,
    assumptions: Assumptions = ASSUMPTIONS,
    patience: Patience | None = None,
    origin: Origin | None = None,
    **server: Any,
) -> AsyncIterator[Served]:
    """A service with `origin`, or with one that gives the responses."""
    async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE):
        here = await stack.enter_async_context(OriginServer(*(responses or (saying(b"a page"),))))
        pool = await stack.enter_async_context(
            WorkerPool(access={}, on_log=lambda name, line: None)
        )
        lines: list[str] = []

        def log(trace: Trace) -> None:
            lines.append(log_line(trace))

        service = Service(
            client=await stack.enter_async_context(OriginClient()),
            lambdas=EdgeFunctions(api_of("lambda"), pool, folder=log_dir, directories={}),
            functions=CloudFrontFunctions(
                SESSION,
                await stack.enter_async_context(EngineProcess()),
                api=api_of("cloudfront"),
                files={},
                on_log=lambda group, line: None,
            ),
            endpoints=Endpoints(),
            profile=profile,
            assumptions=assumptions,
            log=log,
            access_log=stack.enter_context(AccessLog(log_dir)),
        )
        await service.apply(serving_only(origin or here.origin(), behavior))
        if patience is not None:
            server["patience"] = patience
        listening = await stack.enter_async_context(
            HttpServer(
                service.handle,
                CERTIFICATES,
                http_port=0,
                https_port=0,
                refuse=service.refuse,
                at_once=service.respond_at_once,
                **server,
            )
        )
        service.listens_on(http_port=listening.http_port, https_port=listening.https_port)
        yield Served(
            server=listening,
            service=service,
            origin=here,
            log_dir=log_dir,
            lines=lines,
        )
