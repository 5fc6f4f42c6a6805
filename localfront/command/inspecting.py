"""Start the inspector beside `localfront serve`."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from localfront.command.service import Service
from localfront.inspector.options import InspectorOptions
from localfront.inspector.records import Records
from localfront.inspector.sending import Site, reached_at
from localfront.inspector.server import InspectorServer
from localfront.inspector.whereabouts import telling
from localfront.server.http_server import HttpServer

LOG = logging.getLogger("localfront")


@dataclass(frozen=True, slots=True)
class Beside:
    """What the inspector shows, and the folder in which commands find its address."""

    server: HttpServer
    service: Service
    address: str  # where the site listens
    folder: Path


@dataclass(frozen=True, slots=True)
class Inspector:
    """The inspector's open port, and what it will show there."""

    server: InspectorServer
    records: Records
    options: InspectorOptions
    beside: Beside

    @property
    def site(self) -> Site:
        server = self.beside.server
        ports = {"http": server.http_port, "https": server.https_port}
        return Site(ports, reached_at(self.beside.address))

    async def serve(self) -> None:
        """Answer those who wait for it: the site, which is open by now, had the earlier turn."""
        from localfront.command.inspecting_routes import routes_of  # a tenth of a start

        service = self.beside.service
        await self.server.serve(routes_of(service, self.records, self.options, self.site))


def records_for(options: InspectorOptions | None) -> Records | None:
    """The inspector's records; None if it is switched off."""
    return None if options is None else Records(bodies=options.bodies)


async def open_inspector(
    stack: AsyncExitStack,
    records: Records | None,
    options: InspectorOptions | None,
    beside: Beside,
) -> Inspector | None:
    """Open the inspector until the stack is closed; announce its address.

    None if it is switched off. Raises InspectorPortTakenError.
    """
    if records is None or options is None:
        return None
    server = InspectorServer(port=options.port, host=options.address)
    await stack.enter_async_context(server)
    inspector = Inspector(server, records, options, beside)
    stack.enter_context(
        telling(beside.folder, inspector.site.ports.values(), port=server.port, token=server.token)
    )
    LOG.info("the inspector, for every request's way and why: %s", server.address)
    return inspector
