"""Start the inspector beside `localfront serve`."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from localfront.cache.store import Cache
from localfront.exchange.clock import MovableClock
from localfront.inspector.clock_api import clock_routes
from localfront.inspector.objects_api import object_routes
from localfront.inspector.options import InspectorOptions
from localfront.inspector.records import Records
from localfront.inspector.requests_api import request_routes
from localfront.inspector.send_api import send_routes
from localfront.inspector.server import InspectorServer
from localfront.inspector.whereabouts import telling
from localfront.server.http_server import HttpServer

LOG = logging.getLogger("localfront")


@dataclass(frozen=True, slots=True)
class Beside:
    """What is inspected, where to listen, and the folder in which commands find the inspector."""

    server: HttpServer
    cache: Cache
    clock: MovableClock
    host: str
    folder: Path


def records_for(options: InspectorOptions | None) -> Records | None:
    """The inspector's records; None where it is switched off."""
    return None if options is None else Records(bodies=options.bodies)


async def open_inspector(
    stack: AsyncExitStack,
    records: Records | None,
    options: InspectorOptions | None,
    beside: Beside,
) -> None:
    """Open until the stack is closed; its address is told once, and to commands of the same user.

    Raises InspectorPortTakenError.
    """
    if records is None or options is None:
        return
    ports = {"http": beside.server.http_port, "https": beside.server.https_port}
    routes = {
        **request_routes(records),
        **send_routes(records, ports),
        **object_routes(beside.cache, records, beside.clock),
        **clock_routes(beside.clock),
    }
    inspector = InspectorServer(routes, port=options.port, host=beside.host)
    await stack.enter_async_context(inspector)
    stack.enter_context(
        telling(beside.folder, ports.values(), port=inspector.port, token=inspector.token)
    )
    LOG.info("the inspector, for every request's way and why: %s", inspector.address)
