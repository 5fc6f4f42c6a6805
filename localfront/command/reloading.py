"""`--reload`: pages load themselves again in the browser once they, or functions, have changed."""

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
EVERY = 0.5  # seconds between two looks at the files, while a browser asks
MOST_TOLD = 20  # pages whose policy stops the script
TYPES = {SCRIPT_PATH: "text/javascript; charset=utf-8", VERSION_PATH: "text/plain; charset=utf-8"}


class Reloading:
    """Watches `code`, folders and files, and what stands in for buckets: only while a browser asks."""

    def __init__(self, cache: Cache, code: Iterable[Path]) -> None:
        self._cache = cache
        self._code = tuple(code)
        self._buckets: tuple[Path, ...] = ()
        self._run = secrets.token_hex(8)  # another start is a change, too
        self._configurations = 0
        self._files = ""
        self._looked_at = 0.0
        self._told: set[str] = set()

    def configuration_changed(self, endpoints: Endpoints) -> None:
        """Another one is in force, whose buckets are there."""
        self._configurations += 1
        self._buckets = tuple(folders_of(endpoints.overrides.values()))

    async def answered(self, request: Request) -> Response | None:
        """What the script asks for, and the script; None for the site's own."""
        if request.uri not in TYPES:
            return None
        text = SCRIPT if request.uri == SCRIPT_PATH else await self._version()
        lines = [("Content-Type", TYPES[request.uri]), ("Cache-Control", "no-store")]
        return Response(status=200, headers=Headers.of(lines), body=text.encode())

    def with_script(self, request: Request, response: Response) -> Response:
        """A page with the script; what is no page, and a page that forbids it, as they are."""
        if not is_page(request, response):
            return response
        forbidden = forbidden_by(response.headers)
        if not forbidden:
            return with_script(response)
        if request.uri not in self._told and len(self._told) < MOST_TOLD:
            self._told.add(request.uri)
            LOG.warning(
                "--reload: %s is not loaded again by itself: its Content-Security-Policy takes no "
                "script or request to the site itself (%s)",
                printable(request.uri),
                printable(forbidden),
            )
        return response

    async def _version(self) -> str:
        if time.monotonic() >= self._looked_at + EVERY:
            self._looked_at = time.monotonic()
            files = await in_daemon_thread(_revision, (*self._code, *self._buckets))
            if self._files and files != self._files:
                self._cache.clear()  # as an invalidation would: else the page is the old one
            self._files = files
        parts = (self._run, self._configurations, self._files, self._cache.generation)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def folders_of(overrides: Iterable[Override]) -> Iterable[Path]:
    """Those that stand in for buckets."""
    for override in overrides:
        if isinstance(override, Folder):
            yield override.path
            yield from (path for _, path in override.beside)


def _revision(paths: Iterable[Path]) -> str:
    """Of folders, and of single files."""
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
