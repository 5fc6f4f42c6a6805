"""The process of a worker, in a process group of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from localfront.errors import EdgeExecutionError
from localfront.lambda_edge.function import EdgeFunction


class WorkerProcess:
    """A process that is being waited for: `exit` ends with its exit status."""

    def __init__(self, process: asyncio.subprocess.Process, marker: str) -> None:
        self._process = process
        self._marker = marker.encode()
        self._is_killed = False
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
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=function.code,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        except OSError as error:
            raise EdgeExecutionError(f"Function {function.title} did not start: {error}") from error
        return cls(process, environment["AWS_LAMBDA_RUNTIME_API"])

    @property
    def is_alive(self) -> bool:
        return not self.exit.done() and not self._is_killed

    def kill(self) -> None:
        """End the process and what it started; `end` waits for it."""
        if self.is_alive:
            self._is_killed = True
            self._kill_group()

    async def end(self) -> None:
        self.kill()
        await asyncio.shield(self.exit)  # whoever stops waiting must not stop the reaping

    def peak_memory_mb(self) -> int | None:
        """The most memory the process has used, None where Linux's /proc does not tell."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_bytes()
        except OSError:
            return None
        _, found, rest = status.partition(b"VmHWM:")
        if not found:  # a process that has ended has none
            return None
        return -(-int(rest.split(maxsplit=1)[0]) // 1024)  # kB, rounded up

    async def _reap(self) -> int:
        status = await self._process.wait()
        self._kill_group()  # at once, while the group's number cannot be another's
        await asyncio.to_thread(self._kill_runaways)
        return status

    def _kill_runaways(self) -> None:
        """End what left the group. Linux only: whose environment names the Runtime API."""
        for environment in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):  # gone, or another user's
                if self._marker in environment.read_bytes():
                    os.kill(int(environment.parent.name), signal.SIGKILL)

    def _kill_group(self) -> None:
        # macOS says PermissionError for a group whose members have all ended.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
