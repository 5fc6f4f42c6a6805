"""The process of a worker: AWS's Python runtime, in a process group of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from localfront.edge.function import EdgeFunction
from localfront.errors import EdgeExecutionError

# -s and -S leave out what is installed beside localfront; -B writes no bytecode into the code
# directory, which is read-only on AWS; -m puts that directory first on the path, as on AWS.
_COMMAND = (sys.executable, "-s", "-S", "-B", "-m", "awslambdaric")


class WorkerProcess:
    """A process that is being waited for: `exit` ends with its exit status."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._is_killed = False
        self.exit = asyncio.create_task(self._reap())

    @classmethod
    async def spawn(
        cls, function: EdgeFunction, *, environment: Mapping[str, str], output: int
    ) -> WorkerProcess:
        """Start the runtime; `output` is the file descriptor it prints to.

        Raises EdgeExecutionError when the code directory is not there.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                *_COMMAND,
                function.handler,
                cwd=function.code,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        except OSError as error:
            raise EdgeExecutionError(
                f"Function {function.name}:{function.version} did not start: {error}"
            ) from error
        return cls(process)

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
        await asyncio.shield(
            self.exit
        )  # whoever stops waiting must not stop the reaping

    def peak_memory_mb(self) -> int | None:
        """The most memory the process has used, None where Linux's /proc does not tell."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text(
                "ascii", "replace"
            )
        except OSError:
            return None
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                return -(-int(line.split()[1]) // 1024)  # kB, rounded up
        return None

    async def _reap(self) -> int:
        status = await self._process.wait()
        self._kill_group()  # at once, while the group's number cannot be another's
        return status

    def _kill_group(self) -> None:
        # macOS says PermissionError for a group whose members have all ended.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
