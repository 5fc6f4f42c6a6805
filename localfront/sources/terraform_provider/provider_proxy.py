"""A proxy between Terraform and a kept provider, which repeats its earlier responses.

Everything else passes unchanged. Each of Terraform's connections has its own to the provider.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from localfront.sources.terraform_provider.attachment import parse_attachment
from localfront.sources.terraform_provider.bridge import Bridge
from localfront.sources.terraform_provider.cached_responses import CachedResponses
from localfront.sources.terraform_provider.http2_side import Http2Side
from localfront.sources.terraform_provider.named_types import NamedTypes
from localfront.sources.terraform_provider.processes import ProviderProcesses
from localfront.sources.terraform_provider.schema_cache import SchemaCache
from localfront.user_cache import user_cache

SOCKET = "proxy.sock"


@contextmanager
def proxied(
    attached: str,
    program: Path,
    named: Callable[[], NamedTypes],
    folder: Path,
    start: Callable[[], str] | None = None,
) -> Iterator[str]:
    """Yield the replacement for `attached`, the value of TF_REATTACH_PROVIDERS.

    It is unchanged if there can be no proxy. The proxy's socket is in `folder`, which no other user
    may enter; `named` reads which types Terraform's configuration names at the time. `start` starts
    another process of the provider, for another configuration, and returns its socket.
    """
    path = folder / SOCKET
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        provider = parse_attachment(attached)
        if provider is None or not _is_listening(listening, path):
            yield attached
            return
        cached = CachedResponses(SchemaCache(user_cache(), program), named)
        proxy = _Proxy(listening, ProviderProcesses(provider.socket, start), cached)
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

    def __init__(
        self, listening: socket.socket, processes: ProviderProcesses, cached: CachedResponses
    ) -> None:
        self._listening, self._processes, self._cached = listening, processes, cached
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
            # asyncio loses a connection that it has accepted when the server closes: accept no more,
            # and let its tasks make ours.
            self._loop.remove_reader(self._listening)
            while others := asyncio.all_tasks() - {asyncio.current_task()}:
                for task in self._connections:
                    task.cancel()
                await asyncio.gather(*others, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._connect(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        # Not in the task itself: the end of a run may cancel it before it has begun.
        task.add_done_callback(lambda _: writer.close())

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            terraform = Http2Side(reader, writer, client=False)
            await Bridge(terraform, self._processes, self._cached).run()
