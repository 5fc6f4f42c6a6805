"""The API to send requests, for the page and for commands."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from localfront.inspector.copies import as_curl, as_har
from localfront.inspector.records import Records
from localfront.inspector.requests_api import record_of
from localfront.inspector.sending import NotSentError, Site, changed, read_order, send
from localfront.inspector.server import Routes
from localfront.inspector.shown import whole


async def read_json(request: web.Request) -> Any:
    try:
        return json.loads(await request.text() or "{}")
    except (ValueError, RecursionError) as error:
        raise web.HTTPBadRequest(text="That is not JSON.") from error


def send_routes(records: Records, site: Site) -> Routes:
    async def _outcome(order: Callable[[], Any]) -> web.Response:
        try:
            request_id = await send(read_order(order()), site)
        except NotSentError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        found = records.of(request_id)
        if found is None:
            raise web.HTTPBadRequest(text="It got a response, but no trace of it was recorded.")
        return web.json_response(whole(found, records))

    async def sent(request: web.Request) -> web.Response:
        """Send a request given as JSON to the site; the response is its record."""
        document = await read_json(request)
        return await _outcome(lambda: document)

    async def again(request: web.Request) -> web.Response:
        """Repeat a request with changes; its secrets stay in this process."""
        before = record_of(request, records).trace
        changes = await read_json(request)
        return await _outcome(lambda: changed(before, changes))

    async def curl(request: web.Request) -> web.Response:
        """The request as a curl command, including its secrets."""
        record = record_of(request, records)
        return web.Response(text=as_curl(record.trace, site), content_type="text/plain")

    async def har(request: web.Request) -> web.Response:
        record = record_of(request, records)
        reveals = "reveal" in request.query
        return web.json_response(as_har(record, reveals=reveals))

    return {
        ("POST", "/api/send"): sent,
        ("POST", "/api/requests/{number}/again"): again,
        ("GET", "/api/requests/{number}/curl"): curl,
        ("GET", "/api/requests/{number}/har"): har,
    }
