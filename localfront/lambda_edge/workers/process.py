"""The process of a worker, under its supervisor (see `supervisor`).

localfront's child is the supervisor. When the socket to it is closed, it ends the worker with all
its processes, and then itself; so everything ends with localfront in any case.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping, Sequence

from localfront.errors import EdgeExecutionError
from localfront.lambda_edge.function import EdgeFunction

_STATUS_BYTES = 8192  # more than /proc/PID/status has
_PATIENCE = 10  # seconds for a supervisor to end everything


class WorkerProcess:
    """A worker's process. `exit` returns its exit status."""

    def __init__(self, process: asyncio.subprocess.Process, lifeline: socket.socket) -> None:
        self._process = process
        self._lifeline = lifeline
        self._messages = b""
        self._status: int | None = -1  # /proc/PID/status once it is open; None once it is closed
        self.exit = asyncio.create_task(self._reap())

    @classmethod
    async def spawn(
        cls,
        function: EdgeFunction,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        output: int,
        inherits: Mapping[str, int],
    ) -> WorkerProcess:
        """Start the runtime; `output` is the file descriptor it prints to, and `inherits` are others,
        by the variables that have their numbers.

        Raises EdgeExecutionError if the code directory does not exist.
        """
        ours, its = socket.socketpair()
        ours.setblocking(False)
        with its:
            try:
                process = await asyncio.create_subprocess_exec(
                    *command,
                    cwd=function.code,
                    env={**environment, **{name: str(fd) for name, fd in inherits.items()}},
                    stdin=its.fileno(),
                    stdout=output,
                    stderr=output,
                    pass_fds=tuple(inherits.values()),
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
        """Kill the process and its children; `end` waits for it."""
        self._listen()
        self._lifeline.close()

    async def end(self) -> None:
        self.kill()
        # Shielded: cancelling the wait must not cancel the reaping.
        try:
            async with asyncio.timeout(_PATIENCE):
                await asyncio.shield(self.exit)
        except TimeoutError:  # the supervisor is suspended
            self._process.kill()  # its worker dies with it
            await asyncio.shield(self.exit)

    def excess(self) -> str | None:
        """The limit for which the supervisor killed the worker, as text."""
        self._listen()
        return self._messages.partition(b"\n")[2].decode().strip() or None

    def peak_memory_mb(self) -> int | None:
        """The process's peak memory; None if /proc does not have it."""
        if self._status is None:
            return None
        try:
            if self._status < 0:
                self._listen()
                worker = int(self._messages.partition(b"\n")[0])
                self._status = os.open(f"/proc/{worker}/status", os.O_RDONLY)
            status = os.pread(self._status, _STATUS_BYTES, 0)
        except (OSError, ValueError):
            return None
        _, found, rest = status.partition(b"VmHWM:")
        if not found:  # a process that has ended has none
            return None
        return -(-int(rest.split(maxsplit=1)[0]) // 1024)  # kB, rounded up

    def _listen(self) -> None:
        """Read the messages of the worker and its supervisor so far."""
        try:
            while message := self._lifeline.recv(4096):
                self._messages += message
        except OSError:  # nothing more, or closed already
            return

    async def _reap(self) -> int:
        status = await self._process.wait()
        self.kill()  # it has ended; this reads its last messages
        held, self._status = self._status, None
        if held is not None and held >= 0:
            os.close(held)
        return status
