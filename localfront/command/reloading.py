"""`--reload`: reload pages in the browser when they, or functions, have changed."""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections.abc import Iterable
from pathlib import Path

from localfront.aws.daemon_threads import in_daemon_thread
from localfront.cache.store import Cache
from localfront.command.reload_script import (
    SCRIPT,
    SCRIPT_PATH,
    VERSION_PATH,
    forbidden_by,
    is_page,
    with_script,
)
from localfront.exchange.request_trace import printable
from localfront.http_messages.messages import Headers, Request, Response
from localfront.lambda_edge.function_code import directory_revision
from localfront.origins.addresses import Endpoints
from localfront.origins.overrides import Folder, Override

LOG = logging.getLogger("localfront")
EVERY = 0.5  # seconds between scans of the files, while a browser polls
MAX_REPORTED = 20  # pages whose policy blocks the script, reported once each
TYPES = {SCRIPT_PATH: "text/javascript; charset=utf-8", VERSION_PATH: "text/plain; charset=utf-8"}


class Reloading:
    """Watches `code` (folders and files) and the folders of buckets, only while a browser polls."""

    def __init__(self, cache: Cache, code: Iterable[Path]) -> None:
        self._cache = cache
        self._code = tuple(code)
        self._buckets: tuple[Path, ...] = ()
        self._run = secrets.token_hex(8)  # a restart counts as a change
        self._configurations = 0
        self._files = ""
        self._looked_at = 0.0
        self._reported: set[str] = set()

    def configuration_changed(self, endpoints: Endpoints) -> None:
        """A new configuration was applied; these are its buckets' folders."""
        self._configurations += 1
        self._buckets = tuple(folders_of(endpoints.overrides.values()))

    async def response_to(self, request: Request) -> Response | None:
        """The response for the script and for its polls; None for the site's own paths."""
        if request.uri not in TYPES:
            return None
        text = SCRIPT if request.uri == SCRIPT_PATH else await self._version()
        lines = [("Content-Type", TYPES[request.uri]), ("Cache-Control", "no-store")]
        return Response(status=200, headers=Headers.of(lines), body=text.encode())

    def with_script(self, request: Request, response: Response) -> Response:
        """A page with the script; other responses, and pages that forbid it, unchanged."""
        if not is_page(request, response):
            return response
        forbidden = forbidden_by(response.headers)
        if not forbidden:
            return with_script(response)
        if request.uri not in self._reported and len(self._reported) < MAX_REPORTED:
            self._reported.add(request.uri)
            LOG.warning(
                "--reload: %s does not reload: its Content-Security-Policy forbids scripts "
                "from, or requests to, its own site (%s)",
                printable(request.uri),
                printable(forbidden),
            )
        return response

    async def _version(self) -> str:
        if time.monotonic() >= self._looked_at + EVERY:
            self._looked_at = time.monotonic()
            files = await in_daemon_thread(_revision, (*self._code, *self._buckets))
            if self._files and files != self._files:
                self._cache.clear()  # as an invalidation would; otherwise the old page is served
            self._files = files
        parts = (self._run, self._configurations, self._files, self._cache.generation)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def folders_of(overrides: Iterable[Override]) -> Iterable[Path]:
    """The local folders that replace buckets."""
    for override in overrides:
        if isinstance(override, Folder):
            yield override.path
            yield from (path for _, path in override.beside)


def _revision(paths: Iterable[Path]) -> str:
    """A hash of the state of folders and files."""
    seen = hashlib.sha256()
    for path in sorted(set(paths)):
        if path.is_dir():
            seen.update(directory_revision(path).encode())
        else:
            seen.update(_stamp(path))
    return seen.hexdigest()


def _stamp(path: Path) -> bytes:
    try:
        status = path.stat()
    except OSError:
        return b"gone"
    return f"{path}\0{status.st_mtime_ns}\0{status.st_size}".encode()
