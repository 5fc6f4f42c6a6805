"""A real `localfront serve` as a child process, with the fuzzed distribution and its origin."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import Process, running
from fuzz import distribution
from fuzz.findings import Problem
from fuzz.serve_log import ServeLog
from fuzz.strict_origin import strict_origin
from harness.emulators import emulators

PORTS = re.compile(r"https://localhost:(\d+)/ http://localhost:(\d+)/")
READY = "localfront ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningServe:
    """Its ports, and its process."""

    process: Process
    http_port: int
    https_port: int
    log: Path


@contextmanager
def running_serve(
    folder: Path, files: Sequence[Path], origins: Mapping[str, int], *options: str
) -> Iterator[RunningServe]:
    """Start it. `origins` are local ports by origin id; the log is in `folder`."""
    command = [sys.executable, "-m", "localfront", "serve"]
    command += ["--http-port", "0", "--https-port", "0", "--ca-dir", str(folder / "ca")]
    for file in files:
        command += ["--config", str(file)]
    for name, port in origins.items():
        command += ["--origin-override", f"{name}=http://127.0.0.1:{port}"]
    log = folder / "serve.log"
    env = emulators.without_aws(os.environ)
    with running([*command, *options], log=log, cores=frozenset(), env=env) as process:
        found = PORTS.search(process.wait_for(READY))
        assert found is not None  # noqa: S101 -- localfront always prints this line
        yield RunningServe(
            process=process, https_port=int(found[1]), http_port=int(found[2]), log=log
        )


class Target:
    """The server that is fuzzed through a socket, with its log and its origin's complaints."""

    def __init__(self, serve: RunningServe, complaints: list[Problem]) -> None:
        self.http_port = serve.http_port
        self.https_port = serve.https_port
        self.process = serve.process
        self._log = ServeLog(serve.log)
        self._complaints = complaints

    def beside(self) -> list[Problem]:
        """New complaints in the log and from the origin."""
        seen = self._log.new_problems()
        while self._complaints:
            seen.append(self._complaints.pop())
        return seen


@contextmanager
def target(folder: Path) -> Iterator[Target]:
    folder.mkdir(parents=True, exist_ok=True)
    complaints: list[Problem] = []
    files = distribution.write(folder)
    options = ["--edge", f"{distribution.FUNCTION}={folder / 'edge'}"]
    options += ["--log-dir", str(folder / "access"), "--workers", "2"]
    with (
        strict_origin(complaints) as port,
        running_serve(folder, files, {distribution.ORIGIN: port}, *options) as serve,
    ):
        yield Target(serve, complaints)
