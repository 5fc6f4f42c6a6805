"""The API for requests: the growing list, one in detail, and clearing them."""

from __future__ import annotations

from aiohttp import web

from localfront.inspector.records import Record, Records
from localfront.inspector.server import Routes
from localfront.inspector.shown import row, whole

WAIT = 20.0  # seconds of a long poll
MOST_ROWS = 1000  # in one response


def request_routes(records: Records) -> Routes:
    async def listed(request: web.Request) -> web.Response:
        """The requests `?after=N`; `&wait` makes it a long poll."""
        records.look()
        after = number(request.query.get("after", "0"))
        if after > records.last:  # the number is from an earlier run
            after = 0
        if "wait" in request.query:
            await records.wait(after, seconds=WAIT)
        rows = [row(record) for record in records.after(after, most=MOST_ROWS)]
        return web.json_response({"last": records.last, "rows": rows})

    async def one(request: web.Request) -> web.Response:
        """One request in detail; `?reveal` includes secrets, after a click."""
        reveals = "reveal" in request.query
        return web.json_response(whole(record_of(request, records), records, reveals=reveals))

    async def number_of(request: web.Request) -> web.Response:
        """The number of the request with CloudFront's id, by which error pages link to it."""
        found = records.of(request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound(text="That request is no longer kept.")
        return web.json_response({"number": found.number})

    async def forget(_: web.Request) -> web.Response:
        records.clear()
        return web.json_response({"last": records.last})

    return {
        ("GET", "/api/requests"): listed,
        ("GET", "/api/requests/{number}"): one,
        ("GET", "/api/request-ids/{id}"): number_of,
        ("DELETE", "/api/requests"): forget,
    }


def record_of(request: web.Request, records: Records) -> Record:
    found = records.get(number(request.match_info["number"]))
    if found is None:
        raise web.HTTPNotFound(text="That request is no longer kept.")
    return found


def number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise web.HTTPBadRequest(text="Give a whole number.")
    return int(text)
