"""Waiting for a measured process."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from bench.errors import BenchError
from bench.processes import Process, running

WAITS_FOR_A_SIGNAL = "import signal; print('ready'); signal.pause(); print('ended')"


def python(code: str, directory: Path) -> AbstractContextManager[Process]:
    log = directory / "logs" / "server.log"
    return running([sys.executable, "-c", code], log=log, cores=frozenset(), env={})


def test_a_process_that_does_not_stop_is_reported_with_the_end_of_its_output(
    tmp_path: Path,
) -> None:
    with python(WAITS_FOR_A_SIGNAL, tmp_path) as process:
        process.wait_for("ready")

        with pytest.raises(BenchError, match=r"server did not end\. Its output ends:\nready"):
            process.wait_for_end(seconds=0.05)


def test_waiting_for_an_interrupted_process_is_bounded(tmp_path: Path) -> None:
    with python(WAITS_FOR_A_SIGNAL, tmp_path) as process:
        process.wait_for("ready")

        os.kill(process.id, signal.SIGTERM)

        process.wait_for_end()


def test_a_process_that_ends_before_it_is_ready_is_reported(tmp_path: Path) -> None:
    with (
        python("print('no such port')", tmp_path) as process,
        pytest.raises(BenchError, match=r"did not get ready\. Its output ends:\nno such port"),
    ):
        process.wait_for("ready")
