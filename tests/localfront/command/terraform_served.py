"""Folders with Terraform, served or checked once for all tests of the result.

Evaluating one takes four seconds of processor time, and eight with an alias of the AWS provider, as
Terraform then starts it two dozen times.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

from tests.localfront.command.log_lines import PATIENCE, LogLines
from tests.localfront.command.terraform_project import environment
from tests.localfront.command.test_serve_files import REPOSITORY, serving_command, wait_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """`start_log` is the log of the start; `before` are the folder's entries before it."""

    project: Path
    port: int
    log: LogLines
    start_log: str
    before: list[str]

    @property
    def folder(self) -> Path:
        return self.project / "terraform"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """`localfront check` of a folder: what it asked of a server that the environment names, and each
    connect() of all its processes; None where nothing could watch them."""

    done: subprocess.CompletedProcess[str]
    received: list[str]
    connects: list[str] | None


def a_project(initialised: Path, folder: Path) -> Path:
    """A copy of the project, next to the pages."""
    shutil.copytree(initialised, folder / "terraform", symlinks=True)
    (folder / "pages").mkdir()
    (folder / "pages" / "index.html").write_text("home")
    return folder


@contextmanager
def served(project: Path, command: list[str], environ: Mapping[str, str]) -> Iterator[Served]:
    before = sorted(path.name for path in (project / "terraform").iterdir())
    with serving_command(command, dict(environ)) as (port, log):
        start_log = wait_until(log, "certificate authority")
        yield Served(project=project, port=port, log=log, start_log=start_log, before=before)


def checked(project: Path) -> Checked:
    """With the user's endpoint, proxies and profile, under strace if available."""
    with _canary() as (url, requested):
        environ = environment(
            AWS_ENDPOINT_URL=url, HTTPS_PROXY=url, HTTP_PROXY=url, AWS_PROFILE="somebody"
        )
        record = project / "connects"
        if (strace := shutil.which("strace")) is not None:
            # With the filter, processes run unobserved between two of the calls.
            watch = ("-f", "--seccomp-bpf", "-qq", "-e", "trace=connect", "-e", "signal=none")
            done = _check(project, environ, strace, *watch, "-o", str(record))
            if record.exists() and "attach" not in done.stderr:
                connects = record.read_text().splitlines()
                return Checked(done=done, received=requested, connects=connects)
        return Checked(done=_check(project, environ), received=requested, connects=None)


def _check(
    project: Path, environ: Mapping[str, str], *watch: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            # A separate interpreter: strace follows only processes that it started.
            *(*watch, sys.executable, "-m", "localfront", "check", "-var", "name=mine"),
            *("--format", "json", str(project / "terraform")),
        ],
        cwd=REPOSITORY,
        env=environ,
        capture_output=True,
        text=True,
        timeout=PATIENCE * 8,
        check=False,
    )


@contextmanager
def _canary() -> Iterator[tuple[str, list[str]]]:
    requested: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            requested.append(self.path)
            self.send_error(500)

        do_GET = do_HEAD = do_CONNECT = do_POST  # noqa: N815 - http.server's names for it

    canary = HTTPServer(("127.0.0.1", 0), Canary)
    Thread(target=canary.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{canary.server_port}", requested
    finally:
        canary.shutdown()
        canary.server_close()
