"""Live reload: poll the source, and serve a changed distribution from the next request on.

CloudFront Functions and key value stores are polled too, as publishing them changes no
distribution. A request in flight keeps the configuration that it started with. An invalid
configuration, or an API that does not answer, is reported once and leaves the last good one in
place.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from localfront.aws.daemon_threads import in_daemon_thread
from localfront.aws.errors import client_error, connection_errors
from localfront.cache.invalidation import named_by
from localfront.cache.store import Cache
from localfront.errors import LocalfrontError
from localfront.exchange.request_trace import printable
from localfront.sources.configuration import Configuration
from localfront.sources.source import ConfigurationSource, Invalidation

if TYPE_CHECKING:
    from localfront.aws.repeated_requests import RepeatedRequests

LOG = logging.getLogger("localfront")
Apply = Callable[[Configuration], Awaitable[None]]
Refresh = Callable[[], Awaitable[None]]


class Follower:
    """Polls the source at an interval in seconds and applies changes.

    `refresh_functions` fetches published code and edited key value stores, at most every
    `refresh_interval`. While `repeated` finds the responses of the last poll unchanged, the source
    is not read again.
    """

    def __init__(
        self,
        source: ConfigurationSource,
        cache: Cache,
        apply: Apply,
        refresh_functions: Refresh,
        *,
        interval: float,
        refresh_interval: float = 0.0,
        repeated: RepeatedRequests | None = None,
    ) -> None:
        self._source = source
        self._cache = cache
        self._apply = apply
        self._refresh = refresh_functions
        self._interval = interval
        self._refresh_interval = refresh_interval
        self._repeated = repeated
        self._refreshed_at = 0.0
        self._current = Configuration()
        self._seen: set[str] = set()
        self._complaint = ""
        self._again = asyncio.Event()

    async def start(self) -> Configuration:
        """Read for the first time.

        Raises ConfigError and botocore's errors, as nothing is served yet.
        """
        self._current = await in_daemon_thread(self._source.read)
        invalidations = await in_daemon_thread(self._source.new_invalidations, self._current, ())
        self._seen = {invalidation.id for invalidation in invalidations}
        await self._apply(self._current)
        self._refreshed_at = time.monotonic()
        return self._current

    def read_again(self) -> None:
        """Read now, and apply the result even if it looks unchanged."""
        self._again.set()

    async def run(self) -> None:
        """Follow until cancelled."""
        try:
            await self._follow()
        finally:
            if self._repeated is not None:
                self._repeated.close()

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._again.wait(), self._interval)
            again = self._again.is_set()
            self._again.clear()
            try:
                await self._look_unless_unchanged(again=again)
                self._complaint = ""
            except (LocalfrontError, connection_errors(), client_error()) as error:
                self._complain(str(error))
            except Exception as error:  # whatever fails, the next poll may succeed
                self._complain(f"{type(error).__name__}: {error}")

    async def _look_unless_unchanged(self, *, again: bool) -> None:
        if self._repeated is None:
            await self._look(again=again)
        elif again or not await in_daemon_thread(self._repeated.is_unchanged):
            with self._repeated.noting():
                await self._look(again=again)

    async def _look(self, *, again: bool) -> None:
        if again:
            self._source.forget()
            self._refreshed_at = -math.inf
        found = await in_daemon_thread(self._source.read)
        if again or found != self._current:
            await self._apply(found)
            self._current = found
            ids = ", ".join(d.id for d in found.distributions) or "none"
            done = "read again" if again else "changed"
            LOG.info("configuration %s; distributions: %s", done, ids)
        for invalidation in await in_daemon_thread(
            self._source.new_invalidations, self._current, self._seen
        ):
            self._invalidate(invalidation)
        if time.monotonic() >= self._refreshed_at + self._refresh_interval:
            self._refreshed_at = time.monotonic()
            await self._refresh()

    def _invalidate(self, invalidation: Invalidation) -> None:
        named = named_by(invalidation.paths)
        dropped = self._cache.invalidate(invalidation.distribution_id, named)
        self._seen.add(invalidation.id)
        objects = "1 object" if dropped == 1 else f"{dropped} objects"
        LOG.info("invalidation %s: %s dropped", invalidation.id, objects)
        for item in named.unsupported:
            LOG.warning(
                "invalidation %s: CloudFront does not support `~`, nor %%7E, in a path, so %r "
                "invalidates nothing (IN-006). End the path with * before it.",
                invalidation.id,
                printable(item),
            )

    def _complain(self, message: str) -> None:
        if message != self._complaint:
            LOG.error("still serving the last good configuration: %s", message)
            self._complaint = message
