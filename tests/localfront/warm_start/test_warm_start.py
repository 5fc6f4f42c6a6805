"""A warm start behaves like the command: arguments, streams, variables, folder, signals, end."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.localfront.command.log_lines import PATIENCE
from tests.localfront.command.test_serve_files import REPOSITORY, site
from tests.localfront.warm_start.command import localfront

__all__ = ["site"]

COLD = [sys.executable, "-m", "localfront"]


def result(command: list[str], folder: Path) -> tuple[int, str, str]:
    run = subprocess.run(
        command,
        cwd=folder,
        env={"HOME": str(folder), "PYTHONPATH": str(REPOSITORY), "COLUMNS": "60"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return run.returncode, run.stdout, run.stderr


@pytest.mark.parametrize(
    "arguments",
    [["serve", "--help"], ["serve", "--tls"], ["serve", "--config", "no é\nfile"]],
    ids=["help", "option", "file"],
)
def test_a_warm_start_has_the_output_and_exit_status_of_a_cold_one(
    arguments: list[str], tmp_path: Path
) -> None:
    assert result(localfront(*arguments), tmp_path) == result([*COLD, *arguments], tmp_path)


@contextmanager
def serving(site: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    files = ("--config", "site.json", "--origin-override", "pages=pages", "--ca-dir", "ca")
    with subprocess.Popen(
        localfront("serve", "--http-port", "0", "--https-port", "0", *files),
        cwd=site,
        env={"HOME": str(site)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, urlsplit(process.stdout.readline().split()[3]).port or 0
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_terminates_a_warm_start_like_the_command(
    number: signal.Signals, site: Path
) -> None:
    with serving(site) as (process, _):
        process.send_signal(number)

        assert process.wait(PATIENCE) == 0


def test_a_killed_client_stops_its_server(site: Path) -> None:
    with serving(site) as (process, port):
        process.kill()
        process.wait(PATIENCE)

    end = time.monotonic() + PATIENCE
    while is_listening(port) and time.monotonic() < end:
        pass
    assert not is_listening(port)


def is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
    except OSError:
        return False
    return True
