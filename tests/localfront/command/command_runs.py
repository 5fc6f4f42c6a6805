"""Run the command `localfront`, in this process or in a separate one."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from localfront.__main__ import main

REPOSITORY = Path(__file__).parents[3]
PATIENCE = 60  # seconds; a start takes about one


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the command: exit code, output and log."""

    returncode: int
    stdout: str
    stderr: str


class Localfront(Protocol):
    def __call__(self, *arguments: str, home: Path, **environ: str) -> Run: ...


def settings(home: Path, environ: dict[str, str]) -> dict[str, str]:
    """These variables, without AWS settings of this machine."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "a-secret-key",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        **environ,
    }


@pytest.fixture
def localfront(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Localfront:
    """Run the command in this process, in the repository."""

    def run(*arguments: str, home: Path, **environ: str) -> Run:
        wanted = settings(home, environ)
        for name in os.environ.keys() - wanted.keys():
            monkeypatch.delenv(name)
        for name, value in wanted.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(REPOSITORY)
        with logging_as_before():
            status = main(arguments)
        printed = capsys.readouterr()
        logged = [f"{r.getMessage()}\n" for r in caplog.records if r.levelno >= logging.WARNING]
        return Run(status, printed.out, "".join([*logged, printed.err]))

    return run


@contextmanager
def logging_as_before() -> Iterator[None]:
    """Restore the logging level and formats that the command sets."""
    ours, handlers = logging.getLogger("localfront"), logging.getLogger().handlers
    level, formatters = ours.level, [handler.formatter for handler in handlers]
    try:
        yield
    finally:
        ours.setLevel(level)
        for handler, formatter in zip(handlers, formatters, strict=True):
            handler.setFormatter(formatter)


def in_a_process(*arguments: str, home: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "localfront", *arguments],
        cwd=REPOSITORY,
        env=settings(home, environ),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
