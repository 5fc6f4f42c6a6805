"""The bell that wakes a Python worker, as the worker sees it."""

from __future__ import annotations

import asyncio
import os
import select
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from localfront.lambda_edge.workers.bell import Bell
from localfront.lambda_edge.workers.invocations import Invocation
from localfront.lambda_edge.workers.runtime_api import RuntimeApi

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux has eventfd and epoll")
PATIENCE = 20


@pytest.fixture
def bell() -> Iterator[Bell]:
    made = Bell()
    yield made
    made.close()


def rings(bell: Bell, *, within: float = 0) -> bool:
    """Whether a worker that waits is woken now, or within seconds."""
    with select.epoll.fromfd(os.dup(bell.fd)) as waiting:
        return bool(waiting.poll(within, 1))


def test_a_ring_wakes_a_worker_once(bell: Bell) -> None:
    assert not rings(bell)
    bell.ring()

    assert rings(bell)
    assert not rings(bell)


def test_a_permanent_ring_never_lets_a_worker_wait(bell: Bell) -> None:
    bell.ring_on()

    assert rings(bell)
    assert rings(bell)


def test_a_worker_cannot_fill_the_counter_to_block_localfront(bell: Bell) -> None:
    with pytest.raises(OSError, match="Invalid argument"):
        os.eventfd_write(bell.fd, 2**64 - 2)


@dataclass
class Waking:
    """A Runtime API that rings, and the worker's end of the connection that it inherits."""

    api: RuntimeApi
    bell: Bell
    connected: socket.socket
    path: str

    async def exchange(self, line: str) -> bytes:
        """Send a request; return the response's bytes."""
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self.connected, f"{line} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        async with asyncio.timeout(PATIENCE):
            return await loop.sock_recv(self.connected, 65_536)


@pytest.fixture
async def waking() -> AsyncIterator[Waking]:
    bell = Bell()
    api = RuntimeApi(bell)
    secret = (await api.start()).partition("/")[2]
    with await api.connection() as connected:
        connected.setblocking(False)
        yield Waking(api, bell, connected, f"/{secret}/2018-06-01/runtime")
    await api.close()


async def test_a_worker_is_woken_for_each_event(waking: Waking) -> None:
    event = Invocation(request_id="first", event=b"{}", deadline_ms=1, function_arn="arn:x")
    invoked = asyncio.create_task(waking.api.invocations.invoke(event))

    sent = await waking.exchange(f"GET {waking.path}/invocation/next")

    assert sent.startswith(b"HTTP/1.1 200 OK")
    assert rings(waking.bell)
    assert not rings(waking.bell)
    waking.api.invocations.worker_ended()
    assert await invoked is None


async def test_a_connection_that_aiohttp_reads_on_needs_no_bell(waking: Waking) -> None:
    sent = await waking.exchange(f"GET {waking.path}/unknown")

    assert sent.startswith(b"HTTP/1.1 404 ")
    assert rings(waking.bell)
    assert rings(waking.bell)


async def test_a_worker_learns_that_its_connection_is_closed(waking: Waking) -> None:
    waking.connected.shutdown(socket.SHUT_WR)

    assert await asyncio.to_thread(rings, waking.bell, within=PATIENCE)
    assert rings(waking.bell)
