"""A dead emulator soon ends the run, with a message."""

import os
import socket
import sys
from pathlib import Path

import pytest

from harness.emulators.emulators import Emulator
from harness.emulators.watch import watching
from harness.errors import ChildEndedError
from harness.processes.children import Children

FOR_EVER = [sys.executable, "-c", "import signal; signal.pause()"]


def listening() -> tuple[socket.socket, Emulator]:
    server = socket.create_server(("127.0.0.1", 0))
    endpoint = f"http://127.0.0.1:{server.getsockname()[1]}"
    return server, Emulator(name="localstack", endpoint=endpoint, cloudfront_endpoint=endpoint)


def lose_the_emulator(directory: Path, *, then: Exception | None = None) -> None:
    """Wait for a command, as a test run does, while the emulator is stopped."""
    server, emulator = listening()
    with Children() as children, watching(emulator, children, every=0.01):
        server.close()
        children.run(FOR_EVER, env=os.environ, cwd=directory)
        if then:
            raise then


def test_a_command_that_waits_for_a_lost_emulator_is_terminated(tmp_path: Path) -> None:
    with pytest.raises(
        ChildEndedError, match=r"\(localstack\) at http://127.0.0.1:\d+ ended during"
    ):
        lose_the_emulator(tmp_path)


def test_the_cause_is_reported_and_not_its_consequences(tmp_path: Path) -> None:
    consequence = ValueError("a consequence")

    with pytest.raises(ChildEndedError, match="ended during the run") as raised:
        lose_the_emulator(tmp_path, then=consequence)

    assert raised.value.__cause__ is consequence


def test_a_running_emulator_does_not_affect_the_command(tmp_path: Path) -> None:
    server, emulator = listening()
    with server, Children() as children, watching(emulator, children, every=0.01):
        done = children.run([sys.executable, "-c", "pass"], env=os.environ, cwd=tmp_path)

    assert done.returncode == 0


def test_a_commands_own_failure_is_not_blamed_on_the_emulator() -> None:
    server, emulator = listening()
    failure = ValueError("its own")

    with (
        server,
        Children() as children,
        pytest.raises(ValueError, match="its own"),
        watching(emulator, children, every=0.01),
    ):
        raise failure
