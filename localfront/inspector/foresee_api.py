"""The API that predicts a request's path, for the page's view "Try"."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from localfront.flow.foresight import Foreseen
from localfront.http_messages.messages import Headers, Request
from localfront.inspector.foreseen_way import foreseen_way
from localfront.inspector.records import Records
from localfront.inspector.send_api import read_json
from localfront.inspector.sending import NotSentError, RequestToSend, Site, read_order
from localfront.inspector.server import Routes
from localfront.inspector.shown import masking_for, station_shown
from localfront.origins.addresses import Endpoints

Foresee = Callable[[Request], Foreseen]


def foresee_routes(
    foresee: Foresee, endpoints: Callable[[], Endpoints], records: Records, site: Site
) -> Routes:
    """The routes; `endpoints` returns the active ones."""

    async def foreseen(request: web.Request) -> web.Response:
        """The predicted stations of a request.

        It is JSON in the form of `POST /api/send`; `?reveal` includes secrets.
        """
        try:
            order = read_order(await read_json(request))
        except NotSentError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        seen = foresee(_as_received(order))
        masking = masking_for(seen.trace, reveals="reveal" in request.query)
        stations = foreseen_way(seen, endpoints())
        trace = seen.trace
        return web.json_response(
            {
                "distribution": trace.distribution.id if trace.distribution else "",
                "behavior": trace.behavior.path_pattern if trace.behavior else "",
                "reason": masking.text(trace.reason),
                "stations": [station_shown(s, masking, records) for s in stations],
            }
        )

    async def where(_: web.Request) -> web.Response:
        return web.json_response({"url": f"https://localhost:{site.ports['https']}/"})

    return {("POST", "/api/foresee"): foreseen, ("GET", "/api/site"): where}


def _as_received(order: RequestToSend) -> Request:
    uri, _, querystring = order.target.partition("?")
    return Request(
        method=order.method,
        uri=uri,
        querystring=querystring,
        headers=Headers.of(order.lines),
        scheme=order.scheme,
    )
