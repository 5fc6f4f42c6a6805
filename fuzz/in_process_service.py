"""localfront's service in this process, without sockets.

Functions return their request or response; origins' responses are given.
"""

from __future__ import annotations

import asyncio
import logging
import re
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import boto3

from fuzz.findings import Problem
from fuzz.in_process import problem_of
from fuzz.unforeseen import unforeseen
from localfront.cloudfront_functions.published_functions import CloudFrontFunctions
from localfront.cloudfront_functions.worker_process import EngineProcess
from localfront.command.service import Service
from localfront.config.distribution import Origin
from localfront.errors import LocalfrontError
from localfront.exchange.request_trace import Trace
from localfront.http_messages.bodies import Body, read_whole
from localfront.http_messages.messages import Headers, Request, Response
from localfront.http_messages.viewer_facts import HEADER
from localfront.lambda_edge.functions import EdgeFunctions
from localfront.lambda_edge.workers.pool import WorkerPool
from localfront.origins.addresses import Endpoints
from localfront.origins.client import OriginClient
from localfront.sources.configuration import Configuration
from localfront.sources.files import ConfigFiles

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
NOT_IN_A_VALUE = re.compile(r"[\r\n\0]")
ANYWHERE = Endpoints(aws=True)  # no connection to an origin is made
# For functions in documents, whose archives do not exist here.
FUNCTIONS = ("edge", "my-serverless-website-edge")
RESPONSE = Response(
    status=200, headers=Headers.of([("Cache-Control", "max-age=60")]), body=b"a page"
)


class FixedResponse(OriginClient):
    """A replacement for all origins."""

    def __init__(self) -> None:
        super().__init__()
        self.response = RESPONSE

    async def send(self, url: str, request: Request, body: Body, origin: Origin) -> Response:
        await read_whole(body)
        return self.response


class _Lambdas(EdgeFunctions):
    async def invoke(self, arn: str, event: Mapping[str, Any]) -> object:
        cf = event["Records"][0]["cf"]
        return cf["response"] if "response" in cf else cf["request"]


class _Functions(CloudFrontFunctions):
    async def invoke(self, arn: str, event: Mapping[str, Any]) -> object:
        return event.get("response", event["request"])


class InProcessService:
    """Reads files as `serve` does, and responds to requests; a context manager."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._stack = ExitStack()
        self._fault: Problem | None = None
        self.client = FixedResponse()

    def __enter__(self) -> InProcessService:
        folder = tempfile.TemporaryDirectory(prefix="fuzz-")
        self._folder = Path(self._stack.enter_context(folder))
        self._stack.callback(self._loop.close)
        # Warnings about missing runtimes, one per name in the documents, would be too many.
        logging.getLogger("localfront").setLevel(logging.CRITICAL)
        self._pool = WorkerPool(access={}, on_log=lambda _name, _line: None)
        self._stack.callback(lambda: self._loop.run_until_complete(self._pool.close()))
        self._session = boto3.Session(
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 -- no secret: nothing is called
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def service(self, files: Sequence[Path]) -> Service:
        """Use the configuration in these files. Raises LocalfrontError."""
        source = ConfigFiles(files, ANYWHERE, stand_ins=FUNCTIONS)
        return self._loop.run_until_complete(self._applied(source, source.read()))

    def _heard(self, trace: Trace) -> None:
        self._fault = self._fault or unforeseen(trace.reason)

    async def _applied(self, source: ConfigFiles, configuration: Configuration) -> Service:
        service = Service(
            client=self.client,
            lambdas=_Lambdas(
                source.lambda_functions,
                self._pool,
                folder=self._folder,
                directories=dict.fromkeys(FUNCTIONS, self._folder),
            ),
            functions=_Functions(
                self._session,
                EngineProcess(),
                api=source.cloudfront_functions,
                files={},
                on_log=lambda _group, _line: None,
            ),
            endpoints=ANYWHERE,
            log=self._heard,
        )
        await service.apply(configuration)
        return service

    def problem(self, service: Service, requests: Sequence[Request]) -> Problem | None:
        """The fault of the first incorrect response."""
        self._fault = None
        try:
            found = self._loop.run_until_complete(_first_problem(service, requests))
            return self._fault or found
        except LocalfrontError as error:
            return problem_of(error)  # a request gets a response even if it fails
        except Exception as error:
            return problem_of(error)

    def close(self, service: Service) -> None:
        self._loop.run_until_complete(service.close())


async def _first_problem(service: Service, requests: Sequence[Request]) -> Problem | None:
    for request in requests:
        async with asyncio.timeout(60):
            response = (await service.handle(request, b"")).response
            await read_whole(response.body)
        if not 100 <= response.status <= 599:
            return Problem(f"a status {response.status}", request.target[:100])
        for name, value in response.headers:
            if not TOKEN.fullmatch(name) or NOT_IN_A_VALUE.search(value):
                return Problem("a malformed header line", f"{name[:60]!r}: {value[:60]!r}")
    return None


def viewer_request(target: str, host: str, *lines: tuple[str, str], method: str = "GET") -> Request:
    """A viewer's request, by default from the country that the documents allow."""
    path, _, query = target.partition("?")
    if not any(name == HEADER for name, _ in lines):
        lines = (*lines, (HEADER, "country=NL"))
    return Request(
        method=method,
        uri=path,
        querystring=query,
        headers=Headers.of([("Host", host), *lines]),
    )
