"""The service: one handler for all ports, with real origins behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import boto3
import pytest

from localfront.aws.settings import Settings
from localfront.cloudfront_functions.published_functions import CloudFrontFunctions
from localfront.cloudfront_functions.worker_process import EngineProcess
from localfront.command.serve import _log_function
from localfront.command.service import Service
from localfront.config.distribution import Distribution
from localfront.exchange.request_trace import Trace, log_line
from localfront.http_messages.bodies import Body
from localfront.http_messages.messages import Request, Response
from localfront.lambda_edge.functions import EdgeFunctions
from localfront.lambda_edge.workers.pool import WorkerPool
from localfront.origins.client import OriginClient
from localfront.sources.configuration import Configuration
from tests.localfront.emulated import LISTABLE, READABLE
from tests.localfront.factories import (
    HOST,
    a_distribution,
    a_request,
    an_origin,
)
from tests.localfront.origin_server import OriginServer, saying
from tests.localfront.streams import whole


async def responded(service: Service, request: Request, body: Body = b"") -> Response:
    return (await service.handle(request, body)).response


@asynccontextmanager
async def serving(
    *distributions: Distribution,
    endpoint: str,
    folder: Path,
    log: Callable[[Trace], None] = lambda _: None,
) -> AsyncIterator[Service]:
    settings = Settings.load({"AWS_ENDPOINT_URL": endpoint})
    session = boto3.Session(
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name=settings.region,
    )
    async with (
        OriginClient() as client,
        WorkerPool(access={}, on_log=lambda name, line: None) as pool,
        EngineProcess() as worker,
    ):
        service = Service(
            client=client,
            lambdas=EdgeFunctions(session.client("lambda"), pool, folder=folder, directories={}),
            functions=CloudFrontFunctions(
                session, worker, files={}, on_log=lambda group, line: None
            ),
            endpoints=settings.endpoints,
            credentials=session.get_credentials(),
            log=log,
        )
        policy = {"Statement": [READABLE, LISTABLE]}
        await service.apply(
            Configuration(distributions=distributions, bucket_policies={"pages": policy})
        )
        yield service


@pytest.mark.parametrize(
    ("host", "kept"),
    [("localhost:8443", False), ("LOCALHOST", False), (HOST, True)],
)
async def test_hsts_is_removed_for_plain_localhost_only(
    host: str, kept: bool, tmp_path: Path
) -> None:
    secure = saying(b"ok", b"Strict-Transport-Security: max-age=31536000")

    async with (
        OriginServer(secure) as server,
        serving(a_distribution(), endpoint=server.url, folder=tmp_path) as service,
    ):
        request = a_request("/a", headers=[("Host", host)])
        response = await whole(await responded(service, request, b""))

    assert response.body == b"ok"
    assert ("strict-transport-security" in response.headers) is kept


@pytest.mark.proves("S3-006")
async def test_s3s_request_ids_do_not_reach_the_viewer(tmp_path: Path) -> None:
    page = saying(b"ok", b"x-amz-id-2: a", b"X-Amz-Request-Id: b", b"x-amz-meta-c: c")

    async with (
        OriginServer(page) as server,
        serving(a_distribution(), endpoint=server.url, folder=tmp_path) as service,
    ):
        response = await responded(service, a_request("/a"), b"")

    assert response.headers.get("x-amz-meta-c") == "c"
    assert not {"x-amz-id-2", "x-amz-request-id"} & response.headers.names()


@pytest.mark.proves("S3-001", "S3-002")
async def test_the_reason_of_a_refusal_stays_in_the_log(tmp_path: Path) -> None:
    traces: list[Trace] = []
    private = a_distribution(origins=(an_origin(origin_access_control=None),))

    async with (
        OriginServer() as server,
        serving(private, endpoint=server.url, folder=tmp_path, log=traces.append) as service,
    ):
        response = await responded(service, a_request("/a"), b"")

    assert response.status == 403
    assert "x-localfront-reason" not in response.headers
    assert "does not allow s3:GetObject to unsigned requests" in log_line(traces[0])


@pytest.mark.proves("OG-004")
async def test_an_unreachable_origin_is_502_for_the_viewer(tmp_path: Path) -> None:
    async with OriginServer() as server:
        gone = server.origin(id="pages")
        endpoint = server.url

    async with serving(
        a_distribution(origins=(gone,)), endpoint=endpoint, folder=tmp_path
    ) as service:
        response = await responded(service, a_request("/a"), b"")

    assert response.status == 502
    assert response.headers.get("x-cache") == "Error from cloudfront"
    assert b"can&#x27;t be connected to" in response.held


async def test_a_new_configuration_serves_from_the_next_request_on(
    tmp_path: Path,
) -> None:
    async with (
        OriginServer(saying(b"first"), saying(b"second")) as server,
        serving(a_distribution(), endpoint=server.url, folder=tmp_path) as service,
    ):
        await responded(service, a_request("/a"), b"")
        other = a_distribution(aliases=("other.example.com",))
        await service.apply(Configuration(distributions=(other,)))
        gone = await responded(service, a_request("/a"), b"")

    assert gone.status == 403
    assert b"other.example.com" in gone.held


@pytest.mark.parametrize(
    ("printed", "messages"),
    [
        pytest.param("hello\tthere", ["edge: hello  there"], id="what it prints"),
        pytest.param("\xa0\xa0File", ["edge:   File"], id="an indented traceback"),
        pytest.param("START RequestId: 1 Version: 1", [], id="Lambda's own line"),
    ],
)
def test_the_log_contains_what_a_function_prints(
    printed: str, messages: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="localfront"):
        _log_function("edge", printed)

    assert caplog.messages == messages
