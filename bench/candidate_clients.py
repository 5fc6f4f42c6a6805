"""An HTTP client that fetches 4 KiB: `python -m bench.candidate_clients NAME PORT ...`."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import perf_counter

from bench.bare_server import SMALL
from bench.load import Order, Tally, summary

Fetch = Callable[[str], Awaitable[bytes]]


@asynccontextmanager
async def with_aiohttp() -> AsyncIterator[Fetch]:
    import aiohttp

    async with aiohttp.ClientSession(
        auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:

        async def fetch(url: str) -> bytes:
            async with session.get(url) as response:
                return await response.read()

        yield fetch


@asynccontextmanager
async def with_httpx() -> AsyncIterator[Fetch]:
    import httpx

    async with httpx.AsyncClient(trust_env=False) as client:

        async def fetch(url: str) -> bytes:
            body: bytes = (await client.get(url)).content
            return body

        yield fetch


@asynccontextmanager
async def with_httpcore() -> AsyncIterator[Fetch]:
    import httpcore

    async with httpcore.AsyncConnectionPool() as pool:

        async def fetch(url: str) -> bytes:
            body: bytes = (await pool.request("GET", url)).content
            return body

        yield fetch


@asynccontextmanager
async def with_niquests() -> AsyncIterator[Fetch]:
    import niquests

    async with niquests.AsyncSession() as session:

        async def fetch(url: str) -> bytes:
            body: bytes = (await session.get(url)).content
            return body

        yield fetch


CLIENTS = {
    "aiohttp": with_aiohttp,
    "httpcore": with_httpcore,
    "httpx": with_httpx,
    "niquests": with_niquests,
}


async def measure(name: str, port: int, connections: int, seconds: float) -> dict[str, float | str]:
    """The load generator's figures for a client. Raises ValueError for an incomplete response."""
    url = f"http://127.0.0.1:{port}/"
    order = Order(port=port, host="", path="/", connections=connections)
    tally = Tally(order)

    async def one_after_the_other(fetch: Fetch) -> None:
        while (began := perf_counter()) < tally.until:
            if len(await fetch(url)) != len(SMALL):
                raise ValueError(f"{name} got another body")
            tally.latencies.append(perf_counter() - began)

    async with CLIENTS[name]() as fetch:
        await asyncio.gather(*(fetch(url) for _ in range(connections)))  # connect first
        began = perf_counter()
        tally.until = began + seconds
        await asyncio.gather(*(one_after_the_other(fetch) for _ in range(connections)))
        return summary(tally, perf_counter() - began)


if __name__ == "__main__":
    done = measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
    sys.stdout.write(json.dumps(asyncio.run(done)))
