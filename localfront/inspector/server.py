"""The inspector's HTTP server on loopback: the page's files, and the API behind the token."""

from __future__ import annotations

import logging
import socket
from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files
from types import TracebackType
from typing import Self

from aiohttp import web

from localfront.errors import LocalfrontError
from localfront.inspector.gate import HEADERS, Gate, new_token, refused
from localfront.logs.unforeseen_errors import TRACEBACKS

LOG = logging.getLogger("localfront")
# aiohttp would log a traceback for each malformed request, which any local program can send.
UNREADABLE = logging.getLogger("localfront.inspector.unreadable")
UNREADABLE.setLevel(logging.CRITICAL)
PAGE = files("localfront.inspector").joinpath("page")
TYPES = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "json": "application/json",
    "svg": "image/svg+xml",
}
MAX_BODY = 2 * 1024 * 1024  # bytes of a request to the API
Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]
Routes = Mapping[tuple[str, str], Handle]


class InspectorPortTakenError(LocalfrontError):
    """Another program listens on the inspector's port."""


class InspectorServer:
    """A context manager: it has a port, where viewers wait until `serve`. Port 0 takes a free one."""

    def __init__(self, *, port: int = 0, host: str = "127.0.0.1") -> None:
        self._host = host
        self._runner: web.AppRunner | None = None
        self._socket: socket.socket | None = None
        self.port = port
        self.token = new_token()
        self._gate = Gate(self.token, port)

    @property
    def address(self) -> str:
        """The address with the token in its fragment, which browsers never send."""
        return f"http://localhost:{self.port}/#{self.token}"

    async def __aenter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            self._socket = socket.create_server((self._host, self.port), family=family, backlog=128)
        except OSError as error:
            raise InspectorPortTakenError(
                f"Port {self.port} on {self._host} can't be used for the inspector "
                f"({error.strerror}). Choose another with --inspector-port, or turn it off with "
                "--no-inspector."
            ) from error
        self.port = self._socket.getsockname()[1]
        self._gate = Gate(self.token, self.port)
        return self

    async def serve(self, routes: Routes) -> None:
        """Answer from now on; `routes` are the API's, by method and path."""
        assert self._socket is not None  # noqa: S101 -- it has been entered
        app = web.Application(middlewares=[self._guarded], client_max_size=MAX_BODY)
        for (method, path), handle in routes.items():
            app.router.add_route(method, path, handle)
        app.router.add_get("/{name:.*}", _file)
        self._runner = web.AppRunner(
            app, access_log=None, logger=UNREADABLE, handle_signals=False, shutdown_timeout=0.1
        )
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        if self._socket is not None:
            self._socket.close()

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handle) -> web.StreamResponse:
        refusal = self._gate.refusal(request)
        response = refused(*refusal) if refusal else await _response_to(request, handler)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response


async def _response_to(request: web.Request, handler: Handle) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:
        return refused(error.status, error.text or error.reason)
    except Exception as error:  # the last resort
        LOG.error("the inspector failed: %s", TRACEBACKS.keep(error))
        return refused(500, "The inspector failed: see localfront's log.")


async def _file(request: web.Request) -> web.Response:
    """A static file, by its exact name."""
    name = request.match_info["name"] or "index.html"
    parts = name.split("/")
    ending = name.rpartition(".")[2]
    if ending not in TYPES or any(part in ("", ".", "..") for part in parts):
        raise web.HTTPNotFound(text="There is nothing at this path.")
    file = PAGE.joinpath(*parts)
    if "\\" in name or "\0" in name or not file.is_file():
        raise web.HTTPNotFound(text="There is no such file.")
    return web.Response(body=file.read_bytes(), content_type=TYPES[ending], charset="utf-8")
