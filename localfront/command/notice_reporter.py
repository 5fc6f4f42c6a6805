"""Log each notice of a configuration once: at the start, and later only new ones."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from localfront.config.notices import Notice, refuse_all
from localfront.sources.configuration import Configuration

LOG = logging.getLogger("localfront")


class NoticeReporter:
    """Applies configurations and logs their notices; with `strict` any notice is refused."""

    def __init__(
        self, apply: Callable[[Configuration], Awaitable[None]], *, strict: bool = False
    ) -> None:
        self._apply = apply
        self._strict = strict
        self._before: frozenset[Notice] = frozenset()

    async def apply(self, configuration: Configuration) -> None:
        """Apply a configuration. Raises ConfigError, with `strict` also for any notice."""
        if self._strict:
            refuse_all(configuration.notices)
        await self._apply(configuration)
        for notice in configuration.notices:
            if notice not in self._before:
                LOG.warning("%s", notice)
        self._before = frozenset(configuration.notices)
