"""Run Terraform in a process group of its own, which survives this process.

Terraform must be allowed to finish what it has begun on AWS, and to save its state: Ctrl-C
interrupts it once, and if this process is killed, it continues. So it writes to a file instead of a
pipe, and is never killed.
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from harness.errors import ProvisioningError
from harness.processes import signals
from harness.progress import Progress

LAST_LINES = 30  # of the log, in an error


@dataclass(frozen=True, slots=True, kw_only=True)
class TerraformRun:
    """Terraform in a directory. `program` is `terraform`, or a wrapper that targets an emulator.

    `log` gets its output. With `verbose` each command is printed before it runs.
    """

    program: Sequence[str | Path]
    directory: Path
    environment: Mapping[str, str]
    log: Path
    progress: Progress
    verbose: bool = False

    def require(self, *arguments: str, accept: tuple[int, ...] = (0,)) -> int:
        """Run a command. Raises ProvisioningError, with the end of its output, for other exit codes."""
        began = self.log.stat().st_size if self.log.exists() else 0
        code = self.run(*arguments)
        if code in accept:
            return code
        output = self.log.read_bytes()[began:].decode(errors="replace").strip()
        begin = output.find("Error:")
        lines = output[max(begin, 0) :].splitlines()[:LAST_LINES]
        raise ProvisioningError(
            f"terraform {arguments[0]} failed. {chr(10).join(lines)}\nFull log: {self.log}"
        )

    def run(self, *arguments: str) -> int:
        self.show(arguments)
        with self.log.open("ab") as log, signals.held_back():
            process = subprocess.Popen(  # noqa: S603 (a list, and no shell)
                [*self.program, *arguments],
                cwd=self.directory,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            return process.wait()
        except KeyboardInterrupt:
            self.progress.say("interrupted: Terraform is finishing its current step ...")
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            process.wait()
            raise

    def output(self, *arguments: str) -> str:
        """The output of a read-only command, such as `show -json`."""
        self.show(arguments)
        done = subprocess.run(  # noqa: S603 (a list, and no shell)
            [*self.program, *arguments],
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ProvisioningError(f"terraform {arguments[0]} failed. {done.stderr.strip()}")
        return done.stdout

    def show(self, arguments: Sequence[str]) -> None:
        if self.verbose:
            name = Path(self.program[-1]).name
            self.progress.say(f"$ {' '.join([name, *arguments])}")
