"""Start the inspector beside `localfront serve`."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from localfront.command.service import Service
from localfront.inspector.options import InspectorOptions
from localfront.inspector.records import Records
from localfront.inspector.sending import Site, reached_at
from localfront.inspector.server import InspectorServer
from localfront.inspector.whereabouts import publishing
from localfront.server.http_server import HttpServer

LOG = logging.getLogger("localfront")


@dataclass(frozen=True, slots=True)
class InspectorContext:
    """The site that the inspector shows, and the folder in which commands find its address."""

    server: HttpServer
    service: Service
    address: str  # where the site listens
    folder: Path


@dataclass(frozen=True, slots=True)
class Inspector:
    """The inspector's address ("" if it is off), and the function that starts its API."""

    address: str = ""
    begin: Callable[[], Awaitable[None]] | None = None

    async def serve(self) -> None:
        """Start serving; the site, which has priority, is open by now."""
        if self.begin is not None:
            await self.begin()


def records_for(options: InspectorOptions | None) -> Records | None:
    """The inspector's records; None if it is switched off."""
    return None if options is None else Records(bodies=options.bodies)


async def open_inspector(
    stack: AsyncExitStack,
    records: Records | None,
    options: InspectorOptions | None,
    beside: InspectorContext,
) -> Inspector:
    """Open the inspector's port until the stack is closed; announce its address.

    Raises InspectorPortTakenError.
    """
    if records is None or options is None:
        return Inspector()
    ports = {"http": beside.server.http_port, "https": beside.server.https_port}
    site = Site(ports, reached_at(beside.address))
    server = InspectorServer(port=options.port, host=options.address)
    await stack.enter_async_context(server)
    stack.enter_context(
        publishing(beside.folder, ports.values(), port=server.port, token=server.token)
    )
    LOG.info("inspect every request at %s", server.address)

    async def begin() -> None:
        from localfront.command.inspector_routes import routes_of  # a tenth of a start

        await server.serve(routes_of(beside.service, records, options, site))

    return Inspector(server.address, begin)
