"""The inspector beside a server."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack

from localfront.inspector.options import InspectorOptions
from localfront.inspector.records import Records
from localfront.inspector.requests_api import request_routes
from localfront.inspector.server import InspectorServer

LOG = logging.getLogger("localfront")


def records_for(options: InspectorOptions | None) -> Records | None:
    """None where nobody wants to inspect."""
    return None if options is None else Records(bodies=options.bodies)


async def open_inspector(
    stack: AsyncExitStack, records: Records | None, options: InspectorOptions | None, *, host: str
) -> None:
    """Open until the stack is closed; its address is told once. Raises InspectorPortTakenError."""
    if records is None or options is None:
        return
    inspector = InspectorServer(request_routes(records), port=options.port, host=host)
    await stack.enter_async_context(inspector)
    LOG.info("the inspector, for every request's way and why: %s", inspector.address)
