"""Live reload: poll the source, and serve a changed distribution from the next request on.

So is what was published since for a CloudFront Function, which no distribution tells. A request in flight keeps the configuration that it started with. A configuration that can't be
honoured, or an API that does not answer, leaves the last good one in place and is reported once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import Awaitable, Callable

from localfront.aws.daemon_threads import in_daemon_thread
from localfront.aws.errors import client_error, no_answer
from localfront.cache.invalidation import named_by
from localfront.cache.store import Cache
from localfront.errors import LocalfrontError
from localfront.exchange.request_trace import printable
from localfront.sources.configuration import Configuration
from localfront.sources.source import ConfigurationSource, Invalidation

LOG = logging.getLogger("localfront")
Apply = Callable[[Configuration], Awaitable[None]]
Refresh = Callable[[], Awaitable[None]]


class Follower:
    """Reads the source at intervals (seconds) and applies what changed.

    `refresh_functions` looks for published code and edited key value stores, every `refresh_interval` at
    the most.
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
    ) -> None:
        self._source = source
        self._cache = cache
        self._apply = apply
        self._refresh = refresh_functions
        self._interval = interval
        self._refresh_interval = refresh_interval
        self._refreshed_at = 0.0
        self._current = Configuration()
        self._seen: set[str] = set()
        self._complaint = ""
        self._again = asyncio.Event()

    async def start(self) -> Configuration:
        """The first reading. Raises ConfigError and botocore's errors: nothing is served yet."""
        self._current = await in_daemon_thread(self._source.read)
        invalidations = await in_daemon_thread(self._source.new_invalidations, self._current, ())
        self._seen = {invalidation.id for invalidation in invalidations}
        await self._apply(self._current)
        self._refreshed_at = time.monotonic()
        return self._current

    def read_again(self) -> None:
        """Look at once, and take what is found for changed."""
        self._again.set()

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._again.wait(), self._interval)
            again = self._again.is_set()
            self._again.clear()
            try:
                await self._look(again=again)
                self._complaint = ""
            except (LocalfrontError, no_answer(), client_error()) as error:
                self._complain(str(error))
            except Exception as error:  # whatever a reading meets, the next may be fine
                self._complain(f"{type(error).__name__}: {error}")

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
                "invalidation %s: CloudFront supports no `~`, also not as %%7E, so that %r drops "
                "nothing (IN-006). End the path with * before it.",
                invalidation.id,
                printable(item),
            )

    def _complain(self, message: str) -> None:
        if message != self._complaint:
            LOG.error("still serving the last good configuration: %s", message)
            self._complaint = message
