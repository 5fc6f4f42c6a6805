"""HTTP servers and clients that localfront could be built on, each measured alone.

    ./nox -s bench -- --candidates

A server's interface also decides what a Lambda@Edge event can contain: the unchanged request
target, and the case of header names (LE-010).
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import cores
from bench.candidate_apps import ECHO
from bench.candidate_clients import CLIENTS
from bench.cases import BUSY, Effort
from bench.errors import BenchError
from bench.figures import Slice, middle, ratio
from bench.generator import Generator
from bench.processes import running
from bench.served_site import Server, bare
from bench.tables import table
from harness.checkout import ROOT
from harness.emulators import emulators
from harness.processes.ports import LOOPBACK, reserved_port
from harness.progress import Progress

TARGET = f"{ECHO}/%7Ea%2fb//c?x=%41&&y"
NAME = "X-LeTTer-Case"
HTTP2_OPENING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
SETTINGS = 4  # the preface with which a client opens HTTP/2, RFC 9113 section 3.4


def commands(port: int) -> Mapping[str, list[str]]:
    """The command of each server: one worker, no access log."""
    module = [sys.executable, "-m"]
    app = "bench.candidate_apps"
    at = ["--host", LOOPBACK, "--port", str(port)]
    uvicorn = [*module, "uvicorn", f"{app}:asgi", *at, "--no-access-log"]
    uvicorn += ["--http", "httptools", "--lifespan", "off"]
    granian = [*module, "granian", *at, "--no-access-log", "--workers", "1"]
    granian += ["--loop", "uvloop"]  # its default, if that is installed
    return {
        "aiohttp": [*module, app, str(port)],
        "aiohttp, uvloop": [*module, app, str(port), "uvloop"],
        "uvicorn, httptools": [*uvicorn, "--loop", "asyncio"],
        "uvicorn, httptools, uvloop": [*uvicorn, "--loop", "uvloop"],
        "granian, ASGI, uvloop": [*granian, "--interface", "asginl", f"{app}:asgi"],
        "granian, RSGI, uvloop": [*granian, "--interface", "rsgi", f"{app}:rsgi"],
        "hypercorn": [*module, "hypercorn", f"{app}:asgi", "-b", f"{LOOPBACK}:{port}"],
    }


@dataclass(frozen=True, slots=True)
class Traits:
    """Whether applications see a request's target and names unchanged; HTTP/2 without TLS."""

    keeps_target: bool
    keeps_case: bool
    http2: bool

    def in_words(self) -> list[str]:
        return [
            "yes" if is_so else "no" for is_so in (self.keeps_target, self.keeps_case, self.http2)
        ]


def compare(
    load: Generator,
    directory: Path,
    plan: cores.Plan,
    progress: Progress,
    effort: Effort,
) -> str:
    """A table of servers and one of clients. Ratios are relative to the first row."""
    with progress.step("HTTP servers"):
        servers = compare_servers(load, directory, plan, effort)
    with progress.step("HTTP clients"):
        clients = compare_clients(directory, plan, effort)
    return f"\n{servers}\n\n{clients}\n"


def compare_servers(load: Generator, directory: Path, plan: cores.Plan, effort: Effort) -> str:
    env = emulators.without_aws(os.environ)
    with ExitStack() as stack:
        servers: dict[str, Server] = {}
        for number, name in enumerate(commands(0)):
            port = stack.enter_context(reserved_port())
            log = directory / "logs" / f"candidate-{number}.log"
            started = running(commands(port)[name], log=log, cores=plan.server, env=env)
            process = stack.enter_context(started)
            process.wait_to_listen(port)
            servers[name] = Server(process=process, http_port=port, https_port=port)
        targets = {name: server.target("/") for name, server in servers.items()}
        busy, alone = (
            load.interleaved(
                targets,
                rounds=effort.rounds,
                connections=connections,
                seconds=effort.seconds,
            )
            for connections in (BUSY, 1)
        )
        traits = {name: look(server.http_port) for name, server in servers.items()}
    described = {name: traits[name].in_words() for name in servers}
    return compared("server", busy, alone, ["raw target", "letter case", "h2"], described)


def compare_clients(directory: Path, plan: cores.Plan, effort: Effort) -> str:
    """A table of clients. The client has its own core; the origin runs on another one."""
    busy: dict[str, list[Slice]] = {name: [] for name in CLIENTS}
    alone: dict[str, list[Slice]] = {name: [] for name in CLIENTS}
    with bare(directory, "origin", plan.others) as origin, cores.on(plan.server):
        for _ in range(effort.rounds):
            for name in CLIENTS:
                port = origin.http_port
                busy[name].append(fetching(name, port, BUSY, effort.seconds))
                alone[name].append(fetching(name, port, 1, effort.seconds))
    return compared("client", busy, alone, [], {name: [] for name in CLIENTS})


def fetching(name: str, port: int, connections: int, seconds: float) -> Slice:
    command = [sys.executable, "-m", "bench.candidate_clients", name]
    done = subprocess.run(  # noqa: S603 -- our own interpreter
        [*command, str(port), str(connections), str(seconds)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        raise BenchError(f"the client {name} failed: {''.join(last)}")
    return Slice(**json.loads(done.stdout))


def compared(
    title: str,
    busy: Mapping[str, list[Slice]],
    alone: Mapping[str, list[Slice]],
    more: list[str],
    described: Mapping[str, list[str]],
) -> str:
    first = next(iter(busy))
    head = [title, "req/s", f"ratio to {first}", "p50 ms", "p99 ms", *more]
    rows = [
        [
            name,
            f"{middle(busy[name], lambda s: s.requests_per_s):.0f}",
            f"{ratio(busy[name], busy[first], lambda s: s.requests_per_s):.2f}",
            f"{middle(alone[name], lambda s: s.p50_ms):.3f}",
            f"{middle(alone[name], lambda s: s.p99_ms):.3f}",
            *described[name],
        ]
        for name in busy
    ]
    return table(head, rows)


def look(port: int) -> Traits:
    request = f"GET {TARGET} HTTP/1.1\r\nHost: localhost\r\n{NAME}: 1\r\n"
    response = exchange(port, f"{request}Connection: close\r\n\r\n".encode())
    seen = response.partition(b"\r\n\r\n")[2].decode().splitlines()
    opened = exchange(port, HTTP2_OPENING, enough=9)
    return Traits(
        keeps_target=TARGET in seen,
        keeps_case=NAME in seen,
        http2=len(opened) > 3 and opened[3] == SETTINGS,
    )


def exchange(port: int, sent: bytes, *, enough: int = 1 << 20) -> bytes:
    """The response's bytes, until the server closes the connection or `enough` have arrived."""
    received = b""
    with socket.create_connection((LOOPBACK, port), timeout=10) as connection:
        connection.sendall(sent)
        while len(received) < enough and (piece := connection.recv(65536)):
            received += piece
    return received
