"""The Lambda Runtime API for one worker: the HTTP server that its runtime polls.

One invocation is under way at a time. An answer to another id, or a second answer, gets the
400 `InvalidRequestID` that Lambda gives. Every path begins with a secret that only the worker is
told: another process on this machine can neither take events nor answer them.

Not emulated: X-Ray (there is an id, of a trace that is not sampled), response streaming, SnapStart (restore/next).

Source: AWS Lambda Developer Guide, "Using the Lambda runtime API".
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from dataclasses import dataclass

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from localfront.http_messages.messages import Headers, Response
from localfront.http_messages.values import value
from localfront.lambda_edge.contract.limits import MAX_PAYLOAD_BYTES, MB
from localfront.server.http_writing import write

# awslambdaric describes an exception in one header, of up to 1 MB.
_MAX_HEADER_BYTES = 2 * MB

# aiohttp writes a traceback for what is no HTTP, but a function may send what it likes.
_LOG = logging.getLogger("localfront.runtime_api")
_LOG.addFilter(lambda record: not (record.exc_info and _is_its_fault(record.exc_info[1])))


def _is_its_fault(error: BaseException | None) -> bool:
    return isinstance(error, HttpProcessingError | OSError)


@value(frozen=True, slots=True, kw_only=True)
class Invocation:
    """What a worker is asked to do. `deadline_ms` is in Unix milliseconds."""

    request_id: str
    event: bytes
    deadline_ms: int
    function_arn: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The runtime has imported the function and asks for its first event."""


@value(frozen=True, slots=True)
class Answered:
    """What the handler returned, serialised."""

    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """What the handler, or the import of its module, raised."""

    error_type: str
    message: str
    stack: tuple[str, ...] = ()  # Python's frames
    trace: tuple[str, ...] = ()  # the lines of Node.js's stack, which begins with the message

    @property
    def traceback(self) -> str:
        """As the function's language prints it."""
        if self.trace:
            return "\n".join(self.trace)
        frames = "".join(self.stack)
        head = f"Traceback (most recent call last):\n{frames}" if frames else ""
        return f"{head}{self.error_type}: {self.message}"


InvocationResult = Answered | Failed


class RuntimeApi:
    """Call `start`, then `ready`, then any number of `invoke`, one at a time, then `close`."""

    def __init__(self) -> None:
        self._web_server = web.Server(
            self._handle,
            logger=_LOG,
            max_line_size=_MAX_HEADER_BYTES,
            max_field_size=_MAX_HEADER_BYTES,
        )
        self._secret = secrets.token_urlsafe()
        self._prefix = f"/{self._secret}/2018-06-01/runtime/"
        self._server: asyncio.Server | None = None
        self._started: asyncio.Future[Ready | Failed | None] = (
            asyncio.get_running_loop().create_future()
        )
        self._has_ended = False
        # A `next` that waits; it gets None when there is nothing more to do.
        self._poll: asyncio.Future[Invocation | None] | None = None
        self._waiting: Invocation | None = None  # an invocation that no `next` took yet
        self._under_way: Invocation | None = None
        self._outcome: asyncio.Future[InvocationResult | None] | None = None

    async def start(self) -> str:
        """Listen on this machine only; return what goes into AWS_LAMBDA_RUNTIME_API."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._web_server, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}/{self._secret}"

    async def close(self) -> None:
        """Close the server; the worker must have ended."""
        if self._server is not None:
            self._server.close()
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)  # aiohttp would wait for the handler
        await self._web_server.shutdown(timeout=0)

    def worker_ended(self) -> None:
        """Note that the worker's process has ended: present and future waiters get None."""
        self._has_ended = True
        for awaited in (self._started, self._outcome):
            if awaited is not None and not awaited.done():
                awaited.set_result(None)

    async def ready(self) -> Ready | Failed | None:
        """Wait until the runtime asks for its first event, or reports why it cannot."""
        return await asyncio.shield(self._started)

    async def invoke(self, invocation: Invocation) -> InvocationResult | None:
        """Hand the invocation to the worker and wait for its answer."""
        self._outcome = asyncio.get_running_loop().create_future()
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(invocation)
        else:
            self._waiting = invocation
        return None if self._has_ended else await self._outcome

    @property
    def is_waiting(self) -> bool:
        """Whether an invocation lies here that the worker has not taken."""
        return self._waiting is not None

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        given, path = (
            request.path[: len(self._prefix)],
            request.path[len(self._prefix) :],
        )
        if not secrets.compare_digest(given.encode(errors="replace"), self._prefix.encode()):
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
        if not self._started.done():
            self._started.set_result(Ready())
        if self._under_way is not None or self._poll is not None:
            return await _refused(
                request, 403, "InvalidStateTransition", "An invocation is under way."
            )
        invocation = await self._taken()
        if invocation is None:
            return await _refused(request, 410, "Gone", "The worker is being stopped.")
        self._under_way = invocation
        return await _answer(
            request,
            200,
            invocation.event,
            ("Lambda-Runtime-Aws-Request-Id", invocation.request_id),
            ("Lambda-Runtime-Deadline-Ms", str(invocation.deadline_ms)),
            ("Lambda-Runtime-Invoked-Function-Arn", invocation.function_arn),
            ("Lambda-Runtime-Trace-Id", _trace_id(invocation)),
        )

    async def _taken(self) -> Invocation | None:
        """The invocation that lies here, or the next one to come."""
        if self._waiting is not None:
            invocation, self._waiting = self._waiting, None
            return invocation
        self._poll = asyncio.get_running_loop().create_future()
        try:
            return await self._poll
        finally:
            self._poll = None

    async def _response(self, request: web.BaseRequest, request_id: str) -> web.StreamResponse:
        payload = await _read(request)
        if not self._is_under_way(request_id):
            return await _refused(request, 400, "InvalidRequestID", "Invalid request ID")
        if payload is None:
            self._finish(
                Failed(
                    error_type="Function.ResponseSizeTooLarge",
                    message="Response payload size exceeded maximum allowed payload size "
                    f"({MAX_PAYLOAD_BYTES} bytes).",
                )
            )
            return await _too_large(request)
        self._finish(Answered(payload))
        # Who waits for the answer goes on first: the worker, told at once, would take the core.
        await asyncio.sleep(0)
        return await _accepted(request)

    async def _error(self, request: web.BaseRequest, request_id: str) -> web.StreamResponse:
        payload = await _read(request)
        if not self._is_under_way(request_id):
            return await _refused(request, 400, "InvalidRequestID", "Invalid request ID")
        self._finish(_failure(payload))
        return await (_too_large if payload is None else _accepted)(request)

    async def _init_error(self, request: web.BaseRequest) -> web.StreamResponse:
        payload = await _read(request)
        if self._started.done():
            return await _refused(
                request, 403, "InvalidStateTransition", "The runtime has started."
            )
        self._started.set_result(_failure(payload))
        return await _accepted(request)

    def _is_under_way(self, request_id: str) -> bool:
        return self._under_way is not None and self._under_way.request_id == request_id

    def _finish(self, outcome: InvocationResult) -> None:
        self._under_way = None
        if self._outcome is not None and not self._outcome.done():
            self._outcome.set_result(outcome)


def _trace_id(invocation: Invocation) -> str:
    """Becomes _X_AMZN_TRACE_ID. Source: AWS X-Ray Developer Guide, "Tracing header"."""
    began = f"{invocation.deadline_ms // 1000:08x}"
    return f"Root=1-{began}-{secrets.token_hex(12)};Parent={secrets.token_hex(8)};Sampled=0"


async def _read(request: web.BaseRequest) -> bytes | None:
    """The body, or None when it is over Lambda's limit: then it is read, but not kept."""
    body = bytearray()
    too_large = False
    async for chunk in request.content.iter_any():
        too_large = too_large or len(body) + len(chunk) > MAX_PAYLOAD_BYTES
        if not too_large:
            body += chunk
    return None if too_large else bytes(body)


def _failure(payload: bytes | None) -> Failed:
    """Read Lambda's error object; it comes from the function, so its shape is not trusted."""
    try:
        error = json.loads(payload or b"")
    except ValueError:
        error = None
    if not isinstance(error, dict):
        return Failed(error_type="Runtime.Unknown", message="The error is not readable.")
    return Failed(
        error_type=str(error.get("errorType", "Runtime.Unknown")),
        message=str(error.get("errorMessage", "")),
        stack=_texts(error.get("stackTrace")),
        trace=_texts(error.get("trace")),
    )


def _texts(values: object) -> tuple[str, ...]:
    return tuple(str(value) for value in values) if isinstance(values, list) else ()


async def _accepted(request: web.BaseRequest) -> web.StreamResponse:
    return await _answer(request, 202, b'{"status": "OK"}')


async def _too_large(request: web.BaseRequest) -> web.StreamResponse:
    message = f"Exceeded maximum allowed payload size ({MAX_PAYLOAD_BYTES} bytes)."
    return await _refused(request, 413, "RequestEntityTooLarge", message)


async def _refused(
    request: web.BaseRequest, status: int, error_type: str, message: str
) -> web.StreamResponse:
    body = {"errorType": error_type, "errorMessage": message}
    return await _answer(request, status, json.dumps(body).encode())


async def _answer(
    request: web.BaseRequest, status: int, body: bytes, *lines: tuple[str, str]
) -> web.StreamResponse:
    """Written as answers to viewers are, at a third of the time of aiohttp's own responses."""
    headers = Headers((("Content-Type", "application/json"), *lines))
    return await write(Response(status=status, headers=headers, body=body), request)
