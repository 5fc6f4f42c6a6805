"""A served site with its inspector, on real sockets."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localfront.inspector.clock_api import clock_routes
from localfront.inspector.foresee_api import foresee_routes
from localfront.inspector.objects_api import object_routes
from localfront.inspector.records import Records
from localfront.inspector.requests_api import request_routes
from localfront.inspector.save_api import save_routes
from localfront.inspector.send_api import send_routes
from localfront.inspector.sending import Site
from localfront.inspector.server import InspectorServer
from localfront.inspector.state_api import state_routes
from tests.localfront.origin_server import ScriptedResponse
from tests.localfront.whole_service import Served, a_service
from tests.localfront.wire import Reply, exchange, parsed, request_bytes


@dataclass(slots=True)
class Inspected:
    """`ask` sends a viewer's request to the site, `look` a request to the inspector's API."""

    site: Served
    records: Records
    server: InspectorServer

    async def ask(self, target: str = "/", *lines: str, method: str = "GET") -> Reply:
        wire = request_bytes(
            target.encode(), *(li.encode() for li in lines), method=method.encode()
        )
        return parsed(await exchange(self.site.port, wire))

    async def look(self, path: str, *lines: str, method: str = "GET", body: Any = None) -> Any:
        """The API's response; an error fails the test."""
        reply = await self.raw(
            path, f"Authorization: Bearer {self.server.token}", *lines, method=method, body=body
        )
        assert reply.status == 200, reply
        return json.loads(reply.body)

    async def raw(
        self,
        path: str,
        *lines: str,
        method: str = "GET",
        host: str | None = None,
        body: Any = None,
    ) -> Reply:
        sent = b"" if body is None else json.dumps(body).encode()
        head = [
            f"{method} {path} HTTP/1.1",
            f"Host: {host or f'localhost:{self.server.port}'}",
            "Connection: close",
            *([f"Content-Length: {len(sent)}", "Content-Type: application/json"] if sent else []),
            *lines,
        ]
        wire = "\r\n".join([*head, "", ""]).encode() + sent
        return parsed(await exchange(self.server.port, wire))

    async def last(self, **query: str) -> Any:
        """The last request, whole."""
        options = "&".join(query)
        return await self.look(f"/api/requests/{self.records.last}?{options}")


@asynccontextmanager
async def inspected(
    folder: Path, *responses: ScriptedResponse, **service: Any
) -> AsyncIterator[Inspected]:
    records = Records()
    async with a_service(folder, *responses, **service) as site:
        ports = {"http": site.server.http_port, "https": site.server.https_port}
        routes = {**request_routes(records), **send_routes(records, Site(ports))}
        routes |= object_routes(site.service.cache, records, site.service.clock)
        routes |= clock_routes(site.service.clock)
        routes |= foresee_routes(
            site.service.foresee, lambda: site.service.active_site.endpoints, records, Site(ports)
        )
        routes |= state_routes(
            records, lambda: site.service.active_site, site.service.functions.refresh
        )
        routes |= save_routes(records, lambda: site.service.active_site)
        async with InspectorServer() as server:
            await server.serve(routes)
            site.service.log = records.add
            yield Inspected(site, records, server)


def station(request: Any, name: str) -> Any:
    [found] = [s for s in request["stations"] if s["name"] == name]
    return found
