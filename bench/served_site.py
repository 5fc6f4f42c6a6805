"""The measured site: the bare server, and localfront with a distribution."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import bare_server, cores, distribution
from bench.distribution import CreatedDistribution
from bench.generator import Target
from bench.load import Order
from bench.processes import Process, running
from harness.emulators import emulators
from harness.emulators.emulators import Emulator
from harness.processes.children import Children
from harness.processes.localfront_process import READY as LOCALFRONT_READY

PORTS = re.compile(r"https://localhost:(\d+)/ http://localhost:(\d+)/")
HIT, MISS = "Hit from cloudfront", "Miss from cloudfront"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A process that serves on two ports."""

    process: Process
    http_port: int
    https_port: int
    host: str = "localhost"

    def target(
        self,
        path: str,
        *,
        tls: bool = False,
        http2: bool = False,
        expect: str = "HTTP/1.1 200",
        host: str = "",
    ) -> Target:
        """A request to it; on one connection by default."""
        port = self.https_port if tls else self.http_port
        order = Order(
            port=port,
            host=host or self.host,
            path=path,
            tls=tls,
            http2=http2,
            expect=expect,
            connections=1,
        )
        return Target(server=self.process, order=order)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The running servers and folders. `made` is the distribution."""

    directory: Path
    plan: cores.Plan
    emulator: Emulator
    bare: Server
    origin: Server
    made: CreatedDistribution

    @property
    def reloaded(self) -> Path:
        """The local folder with the code of `bench-reload`."""
        return self.directory / "reloaded"

    def localfront(self, name: str, on: cores.Cores, *more: str) -> AbstractContextManager[Server]:
        """`localfront serve` with its defaults, except the ports and the options in `more`."""
        options = ["--edge", f"bench-reload={self.reloaded}", *more]
        return self._serving(name, on, options, self.emulator.environment(os.environ))

    def localfront_on(
        self, distributions: Sequence[Mapping[str, Any]], name: str, on: cores.Cores
    ) -> AbstractContextManager[Server]:
        """A localfront that serves `Distribution`s of the CloudFront API from files."""
        options = []
        for number, described in enumerate(distributions):
            file = self.directory / f"{name}-{number}.json"
            file.write_text(json.dumps({"ETag": "E", "Distribution": described}))
            options += ["--config", str(file)]
        return self._serving(name, on, options, emulators.without_aws(os.environ))

    @contextmanager
    def _serving(
        self, name: str, on: cores.Cores, options: Sequence[str], env: Mapping[str, str]
    ) -> Iterator[Server]:
        command = [sys.executable, "-m", "localfront", "serve"]
        command += ["--http-port", "0", "--https-port", "0"]
        command += ["--ca-dir", str(self.directory / "ca"), *options]
        log = self.directory / "logs" / f"{name}.log"
        with running(command, log=log, cores=on, env=env) as process:
            found = PORTS.search(process.wait_for(LOCALFRONT_READY))
            assert found is not None  # noqa: S101 -- localfront always prints this line
            yield Server(process=process, https_port=int(found[1]), http_port=int(found[2]))


@contextmanager
def site(directory: Path, plan: cores.Plan) -> Iterator[Site]:
    """The site.

    Everything runs on the other cores, except the bare server, which shares localfront's.
    """
    (directory / "reloaded").mkdir()
    (directory / "reloaded" / "edge.py").write_text(distribution.GIVES_THE_REQUEST_BACK)
    with (
        Children() as children,
        bare(directory, "bare", plan.server) as server,
        bare(directory, "origin", plan.others) as origin,
    ):
        emulator = emulators.start("ministack", children, environ=os.environ, directory=directory)
        made = distribution.make(
            emulator.session(), emulator.endpoint, origin_port=origin.http_port
        )
        yield Site(
            directory=directory,
            plan=plan,
            emulator=emulator,
            bare=server,
            origin=origin,
            made=made,
        )


@contextmanager
def bare(directory: Path, name: str, on: cores.Cores) -> Iterator[Server]:
    command = [sys.executable, "-m", "bench.bare_server", str(directory / "ca")]
    log = directory / "logs" / f"{name}.log"
    env = emulators.without_aws(os.environ)
    with running(command, log=log, cores=on, env=env) as process:
        *_, http, https = process.wait_for(bare_server.READY).split()
        yield Server(process=process, http_port=int(http), https_port=int(https))
