"""`localfront invoke --debug` and `pytest --localfront-debug` wait for a debugger."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.localfront.debug_clients import announced_port, debugpy_at
from tests.localfront.real_workers import PATIENCE, PYTHON
from tests.localfront.warm_start.command import localfront

Command = Callable[..., list[str]]

CODE = """\
def handler(event, context):
    request = event["Records"][0]["cf"]["request"]
    return request
"""
TEST = f"""\
from localfront.testing import viewer_request_event

def test_it(edge_function):
    guard = edge_function("edge", name="guard", runtime="{PYTHON}", timeout=0.2)
    assert guard(viewer_request_event(uri="/seen"))["uri"] == "/seen"
"""


def by_invoke(*options: str) -> list[str]:
    edge = ("--function", "edge", "--uri", "/seen", "--timeout", "0.2")
    return localfront("invoke", *edge, *options)


def by_pytest(*options: str) -> list[str]:
    """Run with this plugin only: loading all installed ones takes longer than the test."""
    live = ("-o", "log_cli=true", "--log-cli-level=WARNING")  # names the port
    return [sys.executable, "-m", "pytest", "-q", "-p", "localfront.pytest_plugin", *live, *options]


def variables(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


@pytest.mark.parametrize(
    ("command", "debug"),
    [(by_invoke, ["--debug", "0"]), (by_pytest, ["--localfront-debug", "guard:0"])],
    ids=["invoke", "pytest"],
)
async def test_debug_waits_for_a_client_and_stops_at_a_breakpoint(
    command: Command, debug: list[str], tmp_path: Path
) -> None:
    (tmp_path / "edge").mkdir()
    (tmp_path / "edge" / "guard.py").write_text(CODE)
    (tmp_path / "test_it.py").write_text(TEST)
    process = await asyncio.create_subprocess_exec(
        *command(*debug),
        cwd=tmp_path,
        env=variables(tmp_path),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    port = 0
    try:
        async with asyncio.timeout(PATIENCE):
            while not port and (line := await process.stdout.readline()):
                port = announced_port(line.decode())
        assert port
        async with debugpy_at(port) as client:
            await client.stop_at(tmp_path / "edge" / "guard.py", 3)
            assert await client.value("request['uri']") == "'/seen'"
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

    assert process.returncode == 0, output.decode()
