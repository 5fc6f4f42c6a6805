"""The API to read and move the clock, for the page and `localfront clock`."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from localfront.exchange.clock import ClockError, MovableClock, utc
from localfront.exchange.clock_orders import carry_out
from localfront.inspector.server import Routes


def clock_routes(clock: MovableClock) -> Routes:
    async def shown(_: web.Request) -> web.Response:
        return web.json_response(_clock_state(clock))

    async def moved(request: web.Request) -> web.Response:
        """Move the clock: `{"order": "+1h"}`, or another order of `clock_orders`."""
        try:
            order = json.loads(await request.text())["order"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise web.HTTPBadRequest(text='Send {"order": "+1h"}.') from error
        try:
            carry_out(clock, str(order))
        except ClockError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        return web.json_response(_clock_state(clock))

    return {("GET", "/api/clock"): shown, ("POST", "/api/clock"): moved}


def _clock_state(clock: MovableClock) -> dict[str, Any]:
    """The clock as JSON; `setting` is empty for the real time."""
    is_moved = clock.setting.is_moved
    return {
        "now": clock(),
        "utc": utc(clock()),
        "moved": is_moved,
        "setting": str(clock.setting) if is_moved else "",
    }
