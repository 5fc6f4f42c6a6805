"""The access log of responses sent over real sockets."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import boto3
import pytest

from localfront.cloudfront_functions.published_functions import CloudFrontFunctions
from localfront.cloudfront_functions.worker_process import EngineProcess
from localfront.command.service import Service
from localfront.lambda_edge.functions import EdgeFunctions
from localfront.lambda_edge.workers.pool import WorkerPool
from localfront.logs.access_log_files import AccessLog
from localfront.origins.addresses import Endpoints
from localfront.origins.client import OriginClient
from localfront.server.http_server import HttpServer
from localfront.sources.configuration import Configuration
from tests.localfront.factories import DISTRIBUTION_ID, a_distribution
from tests.localfront.origin_server import OriginServer, saying
from tests.localfront.wire import CERTIFICATES, PATIENCE, exchange, request_bytes


async def served(stack: AsyncExitStack, log_dir: Path) -> HttpServer:
    """A service with an access log in a folder, behind a server."""
    origin = await stack.enter_async_context(
        OriginServer(saying(b"a page", b"Cache-Control: max-age=60"))
    )
    pool = await stack.enter_async_context(WorkerPool(access={}, on_log=lambda name, line: None))
    session = boto3.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
    )
    service = Service(
        client=await stack.enter_async_context(OriginClient()),
        lambdas=EdgeFunctions(session.client("lambda"), pool, folder=log_dir, directories={}),
        functions=CloudFrontFunctions(
            session,
            await stack.enter_async_context(EngineProcess()),
            files={},
            on_log=lambda group, line: None,
        ),
        endpoints=Endpoints(),
        log=lambda trace: None,
        access_log=stack.enter_context(AccessLog(log_dir)),
    )
    here = a_distribution(origins=(origin.origin(id="pages"),), cache_behaviors=())
    await service.apply(Configuration(distributions=(here,)))
    return await stack.enter_async_context(
        HttpServer(service.handle, CERTIFICATES, http_port=0, https_port=0)
    )


def fields(log_dir: Path) -> list[dict[str, str]]:
    """The entries of the only log file, by field name."""
    [file] = log_dir.glob(f"{DISTRIBUTION_ID}.*.log")
    version, names, *lines = file.read_text().splitlines()
    assert version == "#Version: 1.0"
    columns = names.removeprefix("#Fields: ").split(" ")
    return [dict(zip(columns, line.split("\t"), strict=True)) for line in lines]


@pytest.mark.proves("LG-001", "LG-003", "RV-003")
async def test_each_request_is_a_log_line_of_what_was_sent(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE):
        server = await served(stack, tmp_path)
        wires = [
            await exchange(server.http_port, request_bytes(b"/a?q=1")),
            await exchange(server.http_port, request_bytes(b"/a?q=1")),
            await exchange(server.http_port, request_bytes(b"/a", method=b"PUT")),
        ]
    missed, hit, refused = fields(tmp_path)

    assert (missed["x-edge-result-type"], hit["x-edge-result-type"]) == ("Miss", "Hit")
    assert [line["sc-bytes"] for line in (missed, hit)] == [str(len(wire)) for wire in wires[:2]]
    assert missed["x-edge-request-id"].encode() in wires[0]
    assert (missed["cs-uri-stem"], missed["cs-uri-query"]) == ("/a", "q=1")
    assert (refused["sc-status"], refused["x-edge-detailed-result-type"]) == (
        "403",
        "InvalidRequestMethod",
    )
