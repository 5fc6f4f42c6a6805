"""A Terraform that ends with the tests, whichever of their processes started it.

A promotion's Terraform outlives the promotion, as it must on AWS. So when tests are interrupted, or
killed, while one runs, it would be left running, and with a provisioner that waits, for ever.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.processes import tether

# The pipe is opened anew by each Terraform: it would not inherit it from a promotion.
# The tether runs in the same interpreter: hundreds are started.
_PROGRAM = """\
#!{python} -IS
import os, sys
watched = os.open({pipe!r}, os.O_RDONLY | os.O_NONBLOCK)
os.set_blocking(watched, True)
sys.argv[:1] = [{tether!r}, str(watched), "{farewell:d}", "0", "tests", {terraform!r}]
with open({tether!r}) as tether:
    exec(compile(tether.read(), {tether!r}, "exec"))
"""


@contextmanager
def ending_with_the_tests(terraform: Path, folder: Path) -> Iterator[Path]:
    """A program in the folder that replaces Terraform during the block."""
    pipe, program = folder / "held-by-the-tests", folder / "terraform"
    os.mkfifo(pipe)
    held = os.open(pipe, os.O_RDWR)
    program.write_text(
        _PROGRAM.format(
            python=sys.executable,
            pipe=str(pipe),
            tether=tether.__file__,
            farewell=signal.SIGKILL,
            terraform=str(terraform),
        )
    )
    program.chmod(0o755)
    try:
        yield program
    finally:
        os.close(held)
