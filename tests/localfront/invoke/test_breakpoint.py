"""`breakpoint()` in a function uses the terminal under `invoke`, `pytest -s` and `pytest --pdb`."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from pathlib import Path

import pytest

from tests.localfront.command.log_lines import PATIENCE
from tests.localfront.invoke.test_debug import (
    TEST,
    Command,
    by_invoke,
    by_pytest,
    variables,
)

CODE = """\
def handler(event, context):
    request = event["Records"][0]["cf"]["request"]
    breakpoint()
    return request
"""


def until(text: bytes, terminal: int) -> bytes:
    """The terminal's output up to a text."""
    output, end = b"", time.monotonic() + PATIENCE
    while text not in output:
        ready, _, _ = select.select([terminal], [], [], end - time.monotonic())
        assert ready, output
        output += os.read(terminal, 4096)
    return output


@pytest.mark.parametrize(
    ("command", "options"),
    [(by_invoke, []), (by_pytest, ["-s"]), (by_pytest, ["--pdb"])],
    ids=["invoke", "pytest -s", "pytest --pdb"],
)
def test_at_a_breakpoint_the_timeout_is_suspended(
    command: Command, options: list[str], tmp_path: Path
) -> None:
    (tmp_path / "edge").mkdir()
    (tmp_path / "edge" / "guard.py").write_text(CODE)
    (tmp_path / "test_it.py").write_text(TEST)
    terminal, its = pty.openpty()
    process = subprocess.Popen(
        command(*options),
        cwd=tmp_path,
        env=variables(tmp_path) | {"TERM": "dumb"},
        stdin=its,
        stdout=its,
        stderr=its,
        start_new_session=True,
    )
    try:
        until(b"(Pdb) ", terminal)
        time.sleep(0.5)  # over the timeout of 0.2 s
        os.write(terminal, b"request['uri'] + '!'\n")
        seen = until(b"(Pdb) ", terminal)
        os.write(terminal, b"c\n")
        last = until(b"1 passed" if command is by_pytest else b'"uri"', terminal)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait(240)
        os.close(its)
        os.close(terminal)

    assert b"'/seen!'" in seen
    assert b"Traceback" not in last
