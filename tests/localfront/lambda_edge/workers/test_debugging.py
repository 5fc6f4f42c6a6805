"""A debugger attaches to a confined worker, whose limits are lifted."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localfront.errors import ConfigError, EdgeExecutionError
from localfront.lambda_edge.workers import runtime as runtimes
from localfront.lambda_edge.workers.debugging import Debugging, parse_debugged
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.debug_clients import Announcements, debugpy_at, node_at
from tests.localfront.real_workers import NODE, PYTHON, a_function

CODE = {
    "python": """\
def handler(event, context):
    seen = event["uri"]
    big = bytearray(300 * 1024 * 1024)
    return seen
""",
    "node": """\
export const handler = async (event) => {
  const seen = event.uri;
  return seen;
};
""",
}
LANGUAGES = {
    "python": ("guard.py", PYTHON, debugpy_at),
    "node": ("guard.mjs", NODE, node_at),
}


@pytest.fixture
def announcements() -> Iterator[Announcements]:
    handler, log = Announcements(), logging.getLogger("localfront")
    log.addHandler(handler)
    yield handler
    log.removeHandler(handler)


def a_pool(port: int | None = 0, *, waits: bool = True) -> WorkerPool:
    debugged = {"edge": Debugging(port=port, waits=waits)}
    return WorkerPool(access={}, on_log=lambda *_: None, debugged=debugged, init_timeout=0.1)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_function_stops_at_a_breakpoint_for_longer_than_its_limits(
    language: str, tmp_path: Path, announcements: Announcements
) -> None:
    name, runtime, client_at = LANGUAGES[language]
    (tmp_path / name).write_text(CODE[language])
    function = a_function("guard.handler", code=tmp_path, runtime=runtime, timeout=0.2)
    async with a_pool() as pool, asyncio.TaskGroup() as tasks:
        result: asyncio.Task[Any] = tasks.create_task(pool.invoke(function, {"uri": "/a"}))
        async with client_at(await announcements.port()) as client:
            await client.stop_at(tmp_path / name, 3)
            await asyncio.sleep(0.5)  # over the limits of the start and of the call
            seen = await client.value("seen")
        returned = await result

    assert "/a" in seen
    assert returned == "/a"


async def test_a_port_in_use_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "guard.py").write_text(CODE["python"])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with a_pool(taken.getsockname()[1]) as pool:
            with pytest.raises(
                EdgeExecutionError, match=r"choose another with --debug FUNCTION:PORT"
            ):
                await pool.invoke(a_function("guard.handler", code=tmp_path), {})


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_debugger_port_taken_during_startup_fails_the_start(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, runtime, _ = LANGUAGES[language]
    (tmp_path / name).write_text(CODE[language])
    function = a_function("guard.handler", code=tmp_path, runtime=runtime)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr(runtimes, "check_port", lambda _: None)  # it was free before
        async with a_pool(taken.getsockname()[1]) as pool:
            with pytest.raises(EdgeExecutionError) as refused:
                await pool.invoke(function, {"uri": "/a"})

    assert "ended its process while it started" in str(refused.value)
    assert "The debugger did not start" in refused.value.traceback


async def test_without_debugpy_the_error_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "guard.py").write_text(CODE["python"])
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    async with a_pool() as pool:
        with pytest.raises(EdgeExecutionError, match=r"pip install debugpy"):
            await pool.invoke(a_function("guard.handler", code=tmp_path), {})


async def test_a_function_without_a_debugger_keeps_its_limits(tmp_path: Path) -> None:
    (tmp_path / "guard.py").write_text(CODE["python"])
    async with WorkerPool(
        access={}, on_log=lambda *_: None, debugged={"other": Debugging()}
    ) as pool:
        with pytest.raises(EdgeExecutionError, match=r"used 3\d\d MB and has 128"):
            await pool.invoke(a_function("guard.handler", code=tmp_path), {"uri": "/"})


def test_debugger_options_are_parsed_as_names_and_ports() -> None:
    debugged = parse_debugged(["guard", "api:9000", "any:0"], waits=True)

    assert debugged["guard"].port_for("python3.13") == 5678
    assert debugged["guard"].port_for("nodejs22.x") == 9229
    assert debugged["api"] == Debugging(port=9000, waits=True)
    assert debugged["any"].port_for("python3.13") == 0


@pytest.mark.parametrize("given", ["", ":5678", "guard:", "guard:65536", "guard:x", "a b"])
def test_a_debugger_option_for_an_unknown_function_is_refused(given: str) -> None:
    with pytest.raises(ConfigError, match="write FUNCTION or FUNCTION:PORT"):
        parse_debugged([given], waits=False)


def test_debug_wait_without_debug_is_refused() -> None:
    with pytest.raises(ConfigError, match="add --debug FUNCTION"):
        parse_debugged([], waits=True)


async def test_a_breakpoint_in_the_code_stops_at_the_debugger(
    tmp_path: Path, announcements: Announcements
) -> None:
    code = 'def handler(event, context):\n    breakpoint()\n    return event["uri"]\n'
    (tmp_path / "guard.py").write_text(code)
    async with a_pool() as pool, asyncio.TaskGroup() as tasks:
        function = a_function("guard.handler", code=tmp_path)
        result: asyncio.Task[Any] = tasks.create_task(pool.invoke(function, {"uri": "/a"}))
        async with debugpy_at(await announcements.port()) as client:
            await client.stop_at(tmp_path / "guard.py", 99)
            seen = await client.value("event['uri']")
        returned = await result

    assert "/a" in seen
    assert returned == "/a"
