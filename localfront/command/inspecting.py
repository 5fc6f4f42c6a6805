"""The inspector beside a server."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack

from localfront.inspector.options import InspectorOptions
from localfront.inspector.records import Records
from localfront.inspector.requests_api import request_routes
from localfront.inspector.server import InspectorServer

LOG = logging.getLogger("localfront")


async def open_inspector(
    stack: AsyncExitStack, records: Records, options: InspectorOptions | None, *, host: str
) -> None:
    """Open until the stack is closed; its address is told once. Raises InspectorPortTakenError."""
    port = options.port if options else 0
    inspector = InspectorServer(request_routes(records), port=port, host=host)
    await stack.enter_async_context(inspector)
    LOG.info("the inspector, for every request's way and why: %s", inspector.address)
