"""The API to save a request for tests: an event as a fixture, or a whole test.

They include secrets, without which they would behave differently.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from aiohttp import web

from localfront.inspector.active_site import Look
from localfront.inspector.function_bodies import Length
from localfront.inspector.records import Records
from localfront.inspector.replayed_origins import NotSavedError
from localfront.inspector.requests_api import record_of
from localfront.inspector.saved_tests import as_test
from localfront.inspector.server import Routes


def save_routes(records: Records, look: Look) -> Routes:
    async def event(request: web.Request) -> web.Response:
        """A function's last event at the path's event type, as for `localfront invoke --event`."""
        steps = record_of(request, records).trace.find(request.match_info["event"])
        events = [step.kept["event"] for step in steps if "event" in step.kept]
        if not events:
            raise web.HTTPNotFound(text="No function ran at that event.")
        return _saved(lambda: _fixture(events[-1]))

    async def test(request: web.Request) -> web.Response:
        record = record_of(request, records)
        return _saved(lambda: as_test(record, records, look()))

    return {
        ("GET", "/api/requests/{number}/events/{event}"): event,
        ("GET", "/api/requests/{number}/test"): test,
    }


def _fixture(event: object) -> str:
    if _lacks_a_body(event):
        raise NotSavedError(
            "The event's body was not kept: start with --inspect-bodies, and send the request again."
        )
    return json.dumps(event, indent=2, ensure_ascii=False) + "\n"


def _lacks_a_body(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_lacks_a_body, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_lacks_a_body, value))
    return isinstance(value, Length)


def _saved(make: Callable[[], str]) -> web.Response:
    try:
        return web.Response(text=make(), content_type="text/plain")
    except NotSavedError as error:
        raise web.HTTPConflict(text=str(error)) from error
