"""aiohttp internals that kept connections depend on: a new version that changes them is noticed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.client_proto import ResponseHandler

from localfront.http_messages.bodies import read_whole
from localfront.origins.client import OriginClient
from localfront.origins.kept_connections import (
    KeptConnection,
    KeptConnections,
)
from localfront.origins.timed_connection import TimedConnection
from tests.localfront.factories import a_request
from tests.localfront.origin_server import OriginServer

PRIVATE = {
    aiohttp.TCPConnector: [
        *("_release", "_factory", "_loop", "_conns", "_acquired", "_keepalive_timeout"),
    ],
    ResponseHandler: [
        *("_buffer", "_exception", "_parser", "abort", "feed_data", "is_connected"),
        *("read", "set_exception", "set_response_params", "should_close", "start_timeout"),
        *("transport", "_drop_timeout", "_on_read_timeout", "_read_timeout", "_reading_paused"),
        *("_reschedule_timeout", "resume_reading"),
    ],
    aiohttp.ClientRequest: ["connection_key"],
    aiohttp.StreamReader: ["is_eof", "on_eof", "readany", "set_exception"],
}


@pytest.mark.parametrize("owner", PRIVATE, ids=lambda owner: owner.__name__)
async def test_aiohttp_has_the_private_names_that_kept_connections_use(
    owner: type, client: OriginClient
) -> None:
    loop = asyncio.get_running_loop()
    made: dict[type, object] = {
        aiohttp.TCPConnector: client._kept,
        ResponseHandler: ResponseHandler(loop),
        aiohttp.ClientRequest: aiohttp.ClientRequest,
        aiohttp.StreamReader: aiohttp.StreamReader,
    }

    assert [name for name in PRIVATE[owner] if not hasattr(made[owner], name)] == []


async def test_aiohttp_calls_what_kept_connections_override(
    client: OriginClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that still exists but is no longer called would disable the check silently."""
    called: set[str] = set()

    def noting(owner: type, name: str) -> None:
        overridden = getattr(owner, name)

        def note(self: object, *given: Any, **named: Any) -> Any:
            called.add(name)
            return overridden(self, *given, **named)

        monkeypatch.setattr(owner, name, note)

    for name in ("connect", "_release"):
        noting(KeptConnections, name)
    for name in ("_drop_timeout", "_reschedule_timeout", "resume_reading"):
        noting(TimedConnection, name)
    for name in ("data_received", "feed_data", "set_response_params", "connection_made"):
        noting(KeptConnection, name)
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    async with OriginServer(chunked, keeps_alive=True) as origin:
        response = await client.send(origin.url, a_request(), b"", origin.origin())
        await read_whole(response.body)

    assert called == {
        "_drop_timeout", "_reschedule_timeout", "resume_reading", "connect", "_release", "data_received", "feed_data", "set_response_params", "connection_made",
    }  # fmt: skip


def test_the_version_of_aiohttp_has_an_upper_bound() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    (bound,) = [d for d in project["dependencies"] if d.startswith("aiohttp")]

    assert "<" in bound


HELD_BACK = r"""
import asyncio, aiohttp.http_parser as p
from localfront.origins.kept_connections import KeptConnection
async def main():
    print("C" if p.HttpResponseParser is not p.HttpResponseParserPy else "Python")
    for tail in b"", b"H", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\n":
        held = KeptConnection(asyncio.get_running_loop())
        held.set_response_params()
        held._parser.feed_data(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + tail)
        print(held._ends_with_the_response())
asyncio.run(main())
"""


@pytest.mark.parametrize("parser", ["C", "Python"])
def test_bytes_left_in_aiohttps_parser_are_detected(parser: str) -> None:
    """Both of aiohttp's parsers, each in its own process, as the import decides which is used."""
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    if parser == "Python":
        environment["AIOHTTP_NO_EXTENSIONS"] = "1"
    done = subprocess.run(
        [sys.executable, "-c", HELD_BACK],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout.split() == [parser, "True", *["False"] * 4]
