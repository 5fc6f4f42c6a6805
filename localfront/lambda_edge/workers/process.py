"""The process of a worker, under its supervisor (see `supervisor`).

localfront's child is the supervisor. It ends when the socket to it is closed, after it has ended
the worker and whatever that started; so all of it also ends with localfront, however that ends.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping, Sequence

from localfront.errors import EdgeExecutionError
from localfront.lambda_edge.function import EdgeFunction

_STATUS_BYTES = 8192  # more than Linux tells of a process
_PATIENCE = 10  # seconds that a supervisor may take to end all


class WorkerProcess:
    """A process that is being waited for: `exit` ends with its exit status."""

    def __init__(self, process: asyncio.subprocess.Process, lifeline: socket.socket) -> None:
        self._process = process
        self._lifeline = lifeline
        self._told = b""
        self._status: int | None = -1  # /proc/PID/status once it is open; None once it is closed
        self.exit = asyncio.create_task(self._reap())

    @classmethod
    async def spawn(
        cls,
        function: EdgeFunction,
        *,
        command: Sequence[str],
        environment: Mapping[str, str],
        output: int,
    ) -> WorkerProcess:
        """Start the runtime; `output` is the file descriptor it prints to.

        Raises EdgeExecutionError when the code directory is not there.
        """
        ours, its = socket.socketpair()
        ours.setblocking(False)
        with its:
            try:
                process = await asyncio.create_subprocess_exec(
                    *command,
                    cwd=function.code,
                    env=environment,
                    stdin=its.fileno(),
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                raise EdgeExecutionError(
                    f"Function {function.title} did not start: {error}"
                ) from error
            except BaseException:
                ours.close()
                raise
        return cls(process, ours)

    @property
    def is_alive(self) -> bool:
        return not self.exit.done() and self._lifeline.fileno() != -1

    def kill(self) -> None:
        """End the process and what it started; `end` waits for it."""
        self._listen()
        self._lifeline.close()

    async def end(self) -> None:
        self.kill()
        # Shielded: whoever stops waiting must not stop the reaping.
        try:
            async with asyncio.timeout(_PATIENCE):
                await asyncio.shield(self.exit)
        except TimeoutError:  # somebody has stopped the supervisor
            self._process.kill()  # its worker dies with it
            await asyncio.shield(self.exit)

    def excess(self) -> str | None:
        """The limit for which the supervisor ended the worker, in words."""
        self._listen()
        return self._told.partition(b"\n")[2].decode().strip() or None

    def peak_memory_mb(self) -> int | None:
        """The most memory the process has used, None where Linux's /proc does not tell."""
        if self._status is None:
            return None
        try:
            if self._status < 0:
                self._listen()
                worker = int(self._told.partition(b"\n")[0])
                self._status = os.open(f"/proc/{worker}/status", os.O_RDONLY)
            status = os.pread(self._status, _STATUS_BYTES, 0)
        except (OSError, ValueError):
            return None
        _, found, rest = status.partition(b"VmHWM:")
        if not found:  # a process that has ended has none
            return None
        return -(-int(rest.split(maxsplit=1)[0]) // 1024)  # kB, rounded up

    def _listen(self) -> None:
        """Take what the worker and its supervisor have said so far."""
        try:
            while said := self._lifeline.recv(4096):
                self._told += said
        except OSError:  # nothing more, or closed already
            return

    async def _reap(self) -> int:
        status = await self._process.wait()
        self.kill()  # it is gone; this takes its last words
        held, self._status = self._status, None
        if held is not None and held >= 0:
            os.close(held)
        return status
