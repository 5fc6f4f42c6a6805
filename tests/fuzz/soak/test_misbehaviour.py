"""The origin knows which of its responses no client could distinguish."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from fuzz.responses import read_response
from fuzz.soak.misbehaviour import MODES, SELDOM, WEIGHTED
from fuzz.soak.origins import Origins, misbehaving_origins


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[Origins, asyncio.StreamReader, asyncio.StreamWriter]]:
    async with asyncio.timeout(20), misbehaving_origins(1) as origins:
        reader, writer = await asyncio.open_connection("127.0.0.1", origins.ports[0])
        yield origins, reader, writer
        writer.close()


def ask(mode: str, mark: str, body: str = "") -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"GET /u0/{mode}/{mark} HTTP/1.1\r\nHost: a\r\n{length}\r\n{body}".encode()


async def test_surplus_before_the_next_request_does_not_excuse_a_failure() -> None:
    async with connected() as (origins, reader, writer):
        writer.write(ask("surplus-later", "marked1end"))
        await reader.readuntil(b"LEFTOVER")
        await asyncio.sleep(0.05)  # longer than the origin looks for a request
        writer.write(ask("good", "marked2end"))
        await reader.readuntil(b"for /u0/good/marked2end")

        assert origins.excused == set()


async def test_surplus_after_the_next_request_excuses_it_and_all_later_ones() -> None:
    async with connected() as (origins, reader, writer):
        writer.write(ask("surplus-after-next", "marked1end") + ask("good", "marked2end"))
        writer.write(ask("good", "marked3end"))
        await reader.readuntil(b"for /u0/good/marked3end")

        assert origins.excused == {"/u0/good/marked2end", "/u0/good/marked3end"}


async def test_a_body_is_not_parsed_as_a_request() -> None:
    async with connected() as (origins, reader, writer):
        writer.write(ask("good", "marked1end", body="upload") + ask("good", "marked2end"))
        await reader.readuntil(b"for /u0/good/marked2end")

        assert origins.requests == 2


async def test_a_replaced_origin_has_a_new_port_and_serves_its_open_connections() -> None:
    async with connected() as (origins, reader, writer):
        before = origins.ports[0]
        origins.replace(0)
        assert origins.ports[0] != before
        writer.write(ask("good", "marked1end"))

        await reader.readuntil(b"for /u0/good/marked1end")


@pytest.mark.parametrize("mode", ["good", "chunked", "slow", "informed", "closing-kept"])
async def test_some_unusual_modes_are_valid(mode: str) -> None:
    async with connected() as (_, reader, writer):
        writer.write(ask(mode, "marked1end"))
        data = b""
        while not ((response := read_response(data, to_head=False)) and response.whole):
            data += await reader.read(65536)

    assert response.body.startswith(f"for /u0/{mode}/marked1end".encode())


def test_every_mode_occurs_and_surplus_is_rare() -> None:
    assert set(WEIGHTED) == set(MODES)
    assert all(WEIGHTED.count(mode) == 1 for mode in SELDOM)


def test_a_released_listener_is_closed() -> None:
    async def gone() -> int:
        async with misbehaving_origins(2) as origins:
            return origins.ports[0]

    port = asyncio.run(gone())

    with socket.socket() as visitor:
        assert visitor.connect_ex(("127.0.0.1", port)) != 0
