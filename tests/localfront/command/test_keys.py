"""Keys at a terminal while `localfront serve` runs, in a user's shell."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from localfront.command.keyboard import commands_in
from tests.localfront.command.terminal import Terminal, terminal
from tests.localfront.command.test_serve_files import REPOSITORY, get, site

__all__ = ["site"]
CTRL_Z, CTRL_C = "\x1a", "\x03"
WHOLE_LINES = " icanon"


@contextmanager
def serving(site: Path, *options: str, then: str = "", after: str = "\n") -> Iterator[Terminal]:
    """The command in the foreground of a shell that continues afterwards."""
    command = [
        *(sys.executable, "-m", "localfront", "serve", "--http-port", "0", "--https-port", "0"),
        *("--config", str(site / "site.json"), "--origin-override", f"pages={site / 'pages'}"),
        *("--ca-dir", str(site / "ca"), *options),
    ]
    opened = site / "browser"
    opened.write_text(
        f'#!/bin/sh\necho "$1" > {site}/opened; echo $PPID > {site}/parent; echo opened > /dev/tty\n'
    )
    opened.chmod(0o700)
    environment = {
        **{"PATH": os.environ["PATH"], "HOME": str(site), "TERM": "xterm", "NO_COLOR": "1"},
        "BROWSER": f"{opened} %s",
    }
    script = f"{shlex.join(command)}{after}{then}"
    with terminal(script, environment, str(REPOSITORY)) as one:
        yield one


def test_each_key_does_what_its_help_says(site: Path) -> None:
    with serving(site, then="echo status $?; stty -a; echo done") as here:
        assert "keys: h for help" in here.wait_for("localfront ready")
        here.wait_for("http://localhost:")
        port = int(here.wait_for("/").rstrip("/"))
        here.type("h")
        screen = here.wait_for("show this")
        assert all(f"  {key}  " in screen for key in "oicrqh")

        get(port, "/")
        here.type("c")
        here.wait_for("the cache is cleared: 1 object dropped")
        here.type("r")
        here.wait_for("configuration read again; distributions: ")
        here.type("o")
        here.wait_for("opened")
        assert (site / "opened").read_text().startswith("https://localhost:")
        here.type("i")
        here.wait_for("opened")
        address, _, token = (site / "opened").read_text().strip().partition("#")
        assert address.startswith("http://localhost:")
        assert token

        here.type("q")
        end = here.wait_for("done")
    assert "status 0" in end
    assert WHOLE_LINES in end


@pytest.mark.parametrize("typed", [b"\x1b[1;2c", b"quick quotes", b"\x1bOA"])
def test_pasted_text_and_arrow_keys_are_ignored(typed: bytes) -> None:
    assert commands_in(typed) == ""
    assert commands_in(b"cr") == "cr"


def test_the_shell_gets_its_terminal_settings_back_while_suspended(site: Path) -> None:
    with serving(site, then="stty -a; echo stopped; fg; stty -a; echo ended") as here:
        here.wait_for("localfront ready")
        here.type(CTRL_Z)
        assert WHOLE_LINES in here.wait_for("stopped\n")
        here.wait_for("localfront serve")  # `fg` prints the command
        here.type("\n")  # typed until it has the terminal again: then lines are not shown
        here.type("hh")
        here.wait_for("show this")
        here.type(CTRL_C)
        assert WHOLE_LINES in here.wait_for("ended\n")


@pytest.mark.parametrize("number", [signal.SIGQUIT, signal.SIGTERM])
def test_a_terminating_signal_restores_the_terminal(number: signal.Signals, site: Path) -> None:
    with serving(site, then="stty -a; echo ended") as here:
        here.wait_for("localfront ready")
        here.type("o")
        here.wait_for("opened")
        os.kill(int((site / "parent").read_text()), number)
        assert WHOLE_LINES in here.wait_for("ended\n")


def test_a_background_process_does_not_change_the_terminal(site: Path) -> None:
    script = "jobs; read line; echo read $line; kill %1; wait; stty -a; echo ended"
    with serving(site, then=script, after=" &\n") as here:
        here.wait_for("localfront ready")
        here.type("hello\n")
        screen = here.wait_for("ended\n")

    assert "read hello" in screen
    assert WHOLE_LINES in screen
    assert "Stopped" not in screen
