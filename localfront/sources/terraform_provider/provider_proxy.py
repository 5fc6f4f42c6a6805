"""A proxy between Terraform and a kept provider, which repeats what was answered before.

Everything else passes unchanged. Each of Terraform's connections has one to the provider.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from h2.events import Event
from h2.exceptions import ProtocolError

from localfront.sources.terraform_provider.attachment import parse_attachment
from localfront.sources.terraform_provider.bridge import Bridge
from localfront.sources.terraform_provider.http2_side import Http2Side
from localfront.sources.terraform_provider.named_types import NamedTypes
from localfront.sources.terraform_provider.remembered import Remembered
from localfront.sources.terraform_provider.schema_cache import SchemaCache
from localfront.user_cache import user_cache

SOCKET = "proxy.sock"


@contextmanager
def proxied(
    attached: str, program: Path, named: Callable[[], NamedTypes], folder: Path
) -> Iterator[str]:
    """Yield the replacement for `attached`, the value of TF_REATTACH_PROVIDERS.

    It is unchanged if there can be no proxy. The proxy's socket is in `folder`, which no other user
    may enter; `named` reads which types Terraform's configuration names at the time.
    """
    path = folder / SOCKET
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        provider = parse_attachment(attached)
        if provider is None or not _is_listening(listening, path):
            yield attached
            return
        remembered = Remembered(SchemaCache(user_cache(), program), named)
        proxy = _Proxy(listening, provider.socket, remembered)
        thread = threading.Thread(target=proxy.run, name="provider-proxy", daemon=True)
        thread.start()
        try:
            yield str(provider.at(path))
        finally:
            proxy.stop()
            thread.join()
            path.unlink(missing_ok=True)


def _is_listening(listening: socket.socket, path: Path) -> bool:
    try:
        listening.bind(str(path))
        listening.listen()
    except OSError:  # most likely the path is too long for a socket
        return False
    return True


class _Proxy:
    """The event loop of its thread, with a task for each of Terraform's connections."""

    def __init__(self, listening: socket.socket, provider: str, remembered: Remembered) -> None:
        self._listening, self._provider, self._remembered = listening, provider, remembered
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()

    def run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    def stop(self) -> None:
        with suppress(RuntimeError):  # it has ended
            self._loop.call_soon_threadsafe(self._stopping.set)

    async def _serve(self) -> None:
        async with await asyncio.start_unix_server(self._connected, sock=self._listening):
            await self._stopping.wait()
            for task in self._connections:
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._connect(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(OSError, ProtocolError):
            to_provider = await asyncio.open_unix_connection(self._provider)
            with closing(to_provider[1]):
                terraform = Http2Side(reader, writer, client=False)
                provider = Http2Side(*to_provider, client=True)
                bridge = Bridge(terraform, provider, self._remembered)
                await _until_one_ends(
                    _hand_over(terraform, provider, bridge.from_terraform),
                    _hand_over(provider, terraform, bridge.from_provider),
                )


async def _until_one_ends(*directions: Coroutine[Any, Any, None]) -> None:
    tasks = [asyncio.ensure_future(direction) for direction in directions]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _hand_over(source: Http2Side, target: Http2Side, handle: Callable[[Event], None]) -> None:
    while events := await source.events():
        for event in events:
            handle(event)
        source.flush()
        target.flush()
