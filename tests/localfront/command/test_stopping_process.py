"""The command at SIGTERM and Ctrl-C, with viewers that keep sending requests."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harness.processes.process_group import GRACE
from tests.localfront.factories import (
    a_behavior_description,
    a_distribution_config,
    an_s3_origin_description,
    listing,
)
from tests.localfront.origin_server import SILENCE, OriginServer
from tests.localfront.warm_start.command import localfront
from tests.localfront.wire import closed

REPOSITORY = Path(__file__).parents[3]
PATIENCE = 60  # seconds, before a test that hangs fails
VIEWERS = 200
BIG = 20_000_000  # bytes; more than sockets hold


def write_site(folder: Path, silent_port: int) -> None:
    """A bucket at `/`, and an origin that never responds below `/silent/`."""
    (folder / "pages").mkdir()
    (folder / "pages" / "big.bin").write_bytes(os.urandom(BIG))
    silent = {
        "Id": "silent", "DomainName": "localhost", "OriginPath": "",
        "CustomHeaders": {"Quantity": 0},
        "CustomOriginConfig": {
            "HTTPPort": silent_port, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only",
            "OriginSslProtocols": listing("TLSv1.2"),
            "OriginReadTimeout": 30, "OriginKeepaliveTimeout": 5,
        },
    }  # fmt: skip
    plain = {"ViewerProtocolPolicy": "allow-all"}
    config = a_distribution_config(
        Aliases={"Quantity": 0},
        Origins=listing(an_s3_origin_description(OriginAccessControlId=""), silent),
        DefaultCacheBehavior=a_behavior_description(**plain),
        CacheBehaviors=listing(
            a_behavior_description(PathPattern="/silent/*", TargetOriginId="silent", **plain)
        ),
    )
    (folder / "site.json").write_text(json.dumps({"DistributionConfig": config}))


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[tuple[Process, int]]:
    command = [
        *localfront("serve", "--http-port", "0"),
        *("--https-port", "0", "--config", str(folder / "site.json")),
        *("--origin-override", f"pages={folder / 'pages'}"),
        *("--ca-dir", str(folder / "ca")),
    ]
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        stdout=PIPE,
        stderr=PIPE,
    )
    assert process.stdout is not None
    try:
        ready = (await process.stdout.readline()).decode()
        yield process, urlsplit(ready.split()[3]).port or 0
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def visit(port: int, target: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    try:
        writer.write(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return await reader.read()
    finally:
        writer.close()


async def visits(port: int, target: str) -> None:
    """Send requests repeatedly, ignoring errors."""
    while True:
        with suppress(OSError):
            await visit(port, target)
        await asyncio.sleep(0.2)


async def wait_for_requests(origin: OriginServer, times: int) -> None:
    while len(origin.received) < times:  # noqa: ASYNC110 -- the test's limit of time holds
        await asyncio.sleep(0.02)


async def ended(process: Process) -> tuple[float, str]:
    """Seconds until the end, and the output."""
    begun = time.monotonic()
    _, output = await process.communicate()
    return time.monotonic() - begun, output.decode()


async def test_it_shuts_down_under_load_before_the_harness_kills_it(
    tmp_path: Path,
) -> None:
    async with asyncio.timeout(PATIENCE), OriginServer(SILENCE) as silent:
        write_site(tmp_path, silent.port)
        async with serving(tmp_path) as (process, port):
            targets = ["/big.bin?", "/none.html?", "/silent/"]
            crowd = [
                asyncio.create_task(visits(port, f"{targets[n % 3]}{n}")) for n in range(VIEWERS)
            ]
            await wait_for_requests(silent, 3)
            process.send_signal(signal.SIGTERM)
            took, output = await ended(process)
            for viewer in crowd:
                viewer.cancel()
            await asyncio.gather(*crowd, return_exceptions=True)

    assert process.returncode == 0
    assert took < GRACE
    assert "under way, with 5 s to finish" in output
    assert "unfinished request" in output
    assert "Traceback" not in output


async def test_a_download_under_way_at_sigterm_is_finished(tmp_path: Path) -> None:
    async with asyncio.timeout(PATIENCE), OriginServer(SILENCE) as silent:
        write_site(tmp_path, silent.port)
        async with serving(tmp_path) as (process, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /big.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            process.send_signal(signal.SIGTERM)
            ending = asyncio.create_task(ended(process))
            await closed(port)
            body = await reader.read()
            writer.close()
            took, output = await ending

    assert b"Content-Length: %d" % BIG in head
    assert body == (tmp_path / "pages" / "big.bin").read_bytes()
    assert "cut off" not in output
    assert took < GRACE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_second_signal_stops_it_at_once(number: signal.Signals, tmp_path: Path) -> None:
    async with asyncio.timeout(PATIENCE), OriginServer(SILENCE) as silent:
        write_site(tmp_path, silent.port)
        async with serving(tmp_path) as (process, port):
            hanging = asyncio.create_task(visit(port, "/silent/a"))
            await wait_for_requests(silent, 1)
            process.send_signal(number)
            ending = asyncio.create_task(ended(process))
            await asyncio.sleep(1)  # longer than one key press
            process.send_signal(number)
            took, output = await ending
            assert await hanging == b""

    assert process.returncode == 0
    assert took < 3.5  # the grace is longer
    assert "1 unfinished request is cut off" in output


def test_ctrl_c_during_imports_shows_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "aiohttp").mkdir()
    (tmp_path / "aiohttp" / "__init__.py").write_text(
        "print('importing', flush=True)\nimport time\ntime.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "localfront", "serve"],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "importing\n"
        process.send_signal(signal.SIGINT)
        _, output = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.communicate(timeout=240)

    assert (output, process.returncode) == ("", -signal.SIGINT)


def test_importing_localfront_does_not_change_a_programs_ctrl_c() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import localfront, signal; print(signal.getsignal(2))"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )

    assert "default_int_handler" in done.stdout
