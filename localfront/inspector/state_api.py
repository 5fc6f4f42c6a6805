"""The API for functions, settings and key value stores."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any

from aiohttp import web

from localfront.aws.daemon_threads import in_daemon_thread
from localfront.errors import ConfigError
from localfront.inspector.active_site import ActiveSite, Look
from localfront.inspector.functions_state import functions_state
from localfront.inspector.masking import Masking
from localfront.inspector.options import Given
from localfront.inspector.records import Records
from localfront.inspector.send_api import read_json
from localfront.inspector.server import Routes
from localfront.inspector.settings_state import settings_state


def state_routes(
    records: Records,
    look: Look,
    refresh: Callable[[], Awaitable[None]],
    given: Sequence[Given] = (),
) -> Routes:
    """The routes.

    `refresh` makes functions reload their stores; `given` are localfront's options.
    """

    async def functions(_: web.Request) -> web.Response:
        return web.json_response({"functions": functions_state(look(), records.runs)})

    async def settings(_: web.Request) -> web.Response:
        options = [asdict(option) for option in given]
        state = {"distributions": settings_state(look(), given), "options": options}
        return web.json_response(state)

    async def stores(request: web.Request) -> web.Response:
        """The key value stores; `?reveal` includes values with secret-looking keys."""
        masking = Masking(reveals="reveal" in request.query)
        return web.json_response({"stores": await in_daemon_thread(_stores, look(), masking)})

    async def edit(request: web.Request) -> web.Response:
        """Change a key: `{"arn": …, "key": …, "value": …}`; null deletes it.

        Effective on response.
        """
        edit, site = await read_json(request), look()
        arn, key, value = _edit(edit)
        if arn not in _arns(site):
            raise web.HTTPNotFound(text="No function has that store.")
        try:
            await in_daemon_thread(site.functions.stores.edit, arn, key, value)
        except ConfigError as error:
            raise web.HTTPConflict(text=str(error)) from error
        await refresh()
        return web.json_response({"edited": key})

    return {
        ("GET", "/api/functions"): functions,
        ("GET", "/api/settings"): settings,
        ("GET", "/api/stores"): stores,
        ("POST", "/api/stores"): edit,
    }


def _edit(document: Any) -> tuple[str, str, str | None]:
    values = (
        [document.get(name) for name in ("arn", "key", "value")]
        if isinstance(document, dict)
        else []
    )
    match values:
        case [str(arn), str(key), str() | None as value] if key:
            return arn, key, value
    raise web.HTTPBadRequest(text="Send the ARN of a store, a key, and a string as its value.")


def _arns(site: ActiveSite) -> dict[str, list[str]]:
    """The stores, each with its functions."""
    found: dict[str, list[str]] = {}
    for arn in sorted(site.configuration.function_arns):
        function = site.functions.loaded(arn)
        if function.store_arn:
            found.setdefault(function.store_arn, []).append(function.name)
    return found


def _stores(site: ActiveSite, masking: Masking) -> list[dict[str, Any]]:
    rows = []
    for arn, names in _arns(site).items():
        function = next(
            site.functions.loaded(a)
            for a in site.configuration.function_arns
            if site.functions.loaded(a).store_arn == arn
        )
        values = function.store.values if function.store else {}
        rows.append(
            {
                "arn": arn,
                "name": arn.rpartition("/")[2],
                "functions": names,
                "place": site.functions.stores.place(arn),
                "values": [[key, masking.value(key, values[key])] for key in sorted(values)],
            }
        )
    return rows
