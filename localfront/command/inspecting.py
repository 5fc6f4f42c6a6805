"""Start the inspector beside `localfront serve`."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from localfront.command.service import Service
from localfront.inspector.clock_api import clock_routes
from localfront.inspector.foresee_api import foresee_routes
from localfront.inspector.objects_api import object_routes
from localfront.inspector.options import InspectorOptions
from localfront.inspector.records import Records
from localfront.inspector.requests_api import request_routes
from localfront.inspector.save_api import save_routes
from localfront.inspector.send_api import send_routes
from localfront.inspector.sending import Site, reached_at
from localfront.inspector.server import InspectorServer
from localfront.inspector.state_api import state_routes
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


def records_for(options: InspectorOptions | None) -> Records | None:
    """The inspector's records; None if it is switched off."""
    return None if options is None else Records(bodies=options.bodies)


async def open_inspector(
    stack: AsyncExitStack,
    records: Records | None,
    options: InspectorOptions | None,
    beside: Beside,
) -> str:
    """Open the inspector until the stack is closed; announce its address.

    Returns the address, "" if it is switched off. Raises InspectorPortTakenError.
    """
    if records is None or options is None:
        return ""
    service, server = beside.service, beside.server
    site = Site({"http": server.http_port, "https": server.https_port}, reached_at(beside.address))
    routes = {
        **request_routes(records),
        **send_routes(records, site),
        **object_routes(service.cache, records, service.clock),
        **clock_routes(service.clock),
        **foresee_routes(service.foresee, lambda: service.active_site.endpoints, records, site),
        **state_routes(
            records, lambda: service.active_site, service.functions.refresh, options.given
        ),
        **save_routes(records, lambda: service.active_site),
    }
    inspector = InspectorServer(routes, port=options.port, host=options.address)
    await stack.enter_async_context(inspector)
    stack.enter_context(
        telling(beside.folder, site.ports.values(), port=inspector.port, token=inspector.token)
    )
    LOG.info("the inspector, for every request's way and why: %s", inspector.address)
    return inspector.address
