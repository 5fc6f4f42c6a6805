"""The Lambda Runtime API for one worker: the HTTP server that its runtime polls.

There is one invocation at a time. A response to another id, or a second response, gets the
400 `InvalidRequestID` that Lambda gives. Every path begins with a secret known only to the worker,
so that other local processes can neither receive nor answer events.

Not emulated: X-Ray (there is an id, of a trace that is not sampled), response streaming, SnapStart (restore/next).

Source: AWS Lambda Developer Guide, "Using the Lambda runtime API".
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import socket
from typing import Self

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from localfront.http_messages.messages import Headers, Response
from localfront.lambda_edge.contract.limits import MAX_PAYLOAD_BYTES, MB
from localfront.lambda_edge.workers.bell import Bell, bell_of
from localfront.lambda_edge.workers.interpreters import Interpreter
from localfront.lambda_edge.workers.invocations import (
    Failed,
    Invocation,
    Invocations,
    Returned,
    read_failure,
)
from localfront.lambda_edge.workers.worker_connection import WorkerConnection, trace_id
from localfront.server.http_writing import write

# awslambdaric describes an exception in one header, of up to 1 MB.
_MAX_HEADER_BYTES = 2 * MB

# aiohttp logs a traceback for malformed HTTP, but a function may send anything.
_LOG = logging.getLogger("localfront.runtime_api")
_LOG.addFilter(lambda record: not (record.exc_info and _is_its_fault(record.exc_info[1])))


def _is_its_fault(error: BaseException | None) -> bool:
    return isinstance(error, HttpProcessingError | OSError)


class RuntimeApi:
    """A worker's Runtime API. Call `start`, use `invocations`, then `close`.

    With a `bell` the worker is woken by it, on the connection that it inherits.
    """

    def __init__(self, bell: Bell | None = None) -> None:
        self._bell = bell
        self.invocations = Invocations()
        self._web_server = web.Server(
            self._handle,
            logger=_LOG,
            max_line_size=_MAX_HEADER_BYTES,
            max_field_size=_MAX_HEADER_BYTES,
        )
        self._secret = secrets.token_urlsafe()
        self._prefix = f"/{self._secret}/2018-06-01/runtime/"
        self._server: asyncio.Server | None = None
        self._connections: set[WorkerConnection] = set()

    @classmethod
    def of(cls, interpreter: Interpreter) -> Self:
        """The Runtime API of a worker that runs in this interpreter."""
        return cls(bell_of(interpreter))

    async def start(self) -> str:
        """Listen on loopback; return the value of AWS_LAMBDA_RUNTIME_API."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}/{self._secret}"

    async def connection(self) -> socket.socket:
        """A connection for the worker to inherit, which takes two thirds of the time of one over TCP."""
        ours, its = socket.socketpair()
        loop = asyncio.get_running_loop()
        await loop.connect_accepted_socket(lambda: self._protocol(self._bell), ours)
        return its

    def given(self, connection: socket.socket) -> dict[str, int]:
        """The file descriptors of the worker, by the variables that have their numbers.

        Its runtime removes the variables before it loads the function.
        """
        bell = {} if self._bell is None else {"LOCALFRONT_BELL": self._bell.fd}
        return {"LOCALFRONT_CHANNEL": connection.fileno(), **bell}

    async def close(self) -> None:
        """Close the server; the worker must have ended."""
        if self._server is not None:
            self._server.close()
        self.invocations.close()  # aiohttp would wait for the handlers
        for connection in tuple(self._connections):
            connection.close()
        # Not 0, with which aiohttp waits for open connections without a limit.
        await self._web_server.shutdown(timeout=0.01)
        if self._bell is not None:
            self._bell.close()

    def _protocol(self, bell: Bell | None = None) -> WorkerConnection:
        return WorkerConnection(
            self.invocations, self._prefix, self._web_server, self._connections, bell
        )

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        prefix, path = (
            request.path[: len(self._prefix)],
            request.path[len(self._prefix) :],
        )
        if not secrets.compare_digest(prefix.encode(errors="replace"), self._prefix.encode()):
            return await _refused(
                request, 403, "Forbidden", "This Runtime API is another worker's."
            )
        match request.method, path.split("/"):
            case "GET", ["invocation", "next"]:
                return await self._next(request)
            case "POST", ["invocation", request_id, "response"]:
                return await self._response(request, request_id)
            case "POST", ["invocation", request_id, "error"]:
                return await self._error(request, request_id)
            case "POST", ["init", "error"]:
                return await self._init_error(request)
        return await _refused(request, 404, "NotFound", f"No {request.method} {path} here.")

    async def _next(self, request: web.BaseRequest) -> web.StreamResponse:
        if not self.invocations.takes_polls:
            return await _refused(
                request, 403, "InvalidStateTransition", "An invocation is under way."
            )
        invocation = await self._taken()
        if invocation is None:
            return await _refused(request, 410, "Gone", "The worker is being stopped.")
        return await _respond(
            request,
            200,
            invocation.event,
            ("Lambda-Runtime-Aws-Request-Id", invocation.request_id),
            ("Lambda-Runtime-Deadline-Ms", str(invocation.deadline_ms)),
            ("Lambda-Runtime-Invoked-Function-Arn", invocation.function_arn),
            ("Lambda-Runtime-Trace-Id", trace_id(invocation)),
        )

    async def _taken(self) -> Invocation | None:
        """The pending invocation, or the next one."""
        polled: asyncio.Future[Invocation | None] = asyncio.get_running_loop().create_future()
        take = polled.set_result
        self.invocations.poll(take)
        try:
            return await polled
        finally:
            self.invocations.leave(take)

    async def _response(self, request: web.BaseRequest, request_id: str) -> web.StreamResponse:
        payload = await _read(request)
        if not self.invocations.is_under_way(request_id):
            return await _refused(request, 400, "InvalidRequestID", "Invalid request ID")
        if payload is None:
            self.invocations.finish(
                Failed(
                    error_type="Function.ResponseSizeTooLarge",
                    message="Response payload size exceeded maximum allowed payload size "
                    f"({MAX_PAYLOAD_BYTES} bytes).",
                )
            )
            return await _too_large(request)
        self.invocations.finish(Returned(payload))
        return await _accepted(request)

    async def _error(self, request: web.BaseRequest, request_id: str) -> web.StreamResponse:
        payload = await _read(request)
        if not self.invocations.is_under_way(request_id):
            return await _refused(request, 400, "InvalidRequestID", "Invalid request ID")
        self.invocations.finish(read_failure(payload))
        return await (_too_large if payload is None else _accepted)(request)

    async def _init_error(self, request: web.BaseRequest) -> web.StreamResponse:
        payload = await _read(request)
        if self.invocations.has_started:
            return await _refused(
                request, 403, "InvalidStateTransition", "The runtime has started."
            )
        self.invocations.fail_to_start(read_failure(payload))
        return await _accepted(request)


async def _read(request: web.BaseRequest) -> bytes | None:
    """The body, or None if it exceeds Lambda's limit; then it is read and discarded."""
    body = bytearray()
    too_large = False
    async for chunk in request.content.iter_any():
        too_large = too_large or len(body) + len(chunk) > MAX_PAYLOAD_BYTES
        if not too_large:
            body += chunk
    return None if too_large else bytes(body)


async def _accepted(request: web.BaseRequest) -> web.StreamResponse:
    return await _respond(request, 202, b'{"status": "OK"}')


async def _too_large(request: web.BaseRequest) -> web.StreamResponse:
    message = f"Exceeded maximum allowed payload size ({MAX_PAYLOAD_BYTES} bytes)."
    return await _refused(request, 413, "RequestEntityTooLarge", message)


async def _refused(
    request: web.BaseRequest, status: int, error_type: str, message: str
) -> web.StreamResponse:
    body = {"errorType": error_type, "errorMessage": message}
    return await _respond(request, status, json.dumps(body).encode())


async def _respond(
    request: web.BaseRequest, status: int, body: bytes, *lines: tuple[str, str]
) -> web.StreamResponse:
    """Send a response, written like those to viewers, in a third of aiohttp's time."""
    headers = Headers((("Content-Type", "application/json"), *lines))
    return await write(Response(status=status, headers=headers, body=body), request)
