"""A provider's processes: one for each configuration that Terraform gives it.

A process has one configuration at a time: an alias with another region would replace it for all.
Calls that come before a configuration, such as those that validate, need none: any process does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

CONFIGURE = (b"/tfplugin5.Provider/Configure", b"/tfplugin6.Provider/ConfigureProvider")


class ProviderProcesses:
    """Sockets of processes. `start` starts another one and returns its socket.

    Without `start` there is only the first, for a caller with a single configuration.
    """

    def __init__(self, first: str, start: Callable[[], str] | None = None) -> None:
        self.first = first
        self._start = start
        self._configured: dict[bytes, asyncio.Future[str]] = {}

    async def configured_by(self, request: bytes) -> str:
        """The socket of the process for a configuration. Raises what `start` raises."""
        if self._start is None:
            return self.first
        if request not in self._configured:
            loop = asyncio.get_running_loop()
            if self._configured:
                self._configured[request] = loop.run_in_executor(None, self._start)
            else:
                self._configured[request] = loop.create_future()
                self._configured[request].set_result(self.first)
        # A connection that ends meanwhile must not take the process from the others.
        return await asyncio.shield(self._configured[request])
