"""The log of a running `localfront serve`, watched for what should never be in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from fuzz.findings import Problem
from fuzz.unforeseen import unforeseen

START = b"Traceback (most recent call last)"
ALARMS = re.compile(
    rb"Task exception was never retrieved|Exception in callback|was never awaited|Unclosed "
    rb"|Fatal error|Unhandled exception|because of an internal error"
)
OF_FUNCTIONS = re.compile(rb"^[0-9:]{8} (?:fuzz-edge|/aws/cloudfront/\S+): .*\n?", re.M)
FRAME = re.compile(r'File "[^"]*?([^"/]+/[^"/]+)", line \d+, in (\S+)')
RAISED = re.compile(r"[A-Za-z_][\w.]*")


class ServeLog:
    """The log file; each reading returns only what is new."""

    def __init__(self, file: Path, offset: int | None = None) -> None:
        self._file = file
        self._offset = file.stat().st_size if offset is None else offset

    def new_problems(self) -> list[Problem]:
        size = self._file.stat().st_size
        if size == self._offset:
            return []
        with self._file.open("rb") as log:
            log.seek(self._offset)
            data = log.read(size - self._offset)
        self._offset = size
        data = OF_FUNCTIONS.sub(b"", data)  # functions may print anything
        if START not in data and not ALARMS.search(data):
            return []
        return list(problems_in(data))


def problems_in(data: bytes) -> Iterator[Problem]:
    """One problem for each traceback, identified by its error and place."""
    before, *blocks = data.split(START)
    for block in blocks:
        text = block.decode("utf-8", "replace")
        last = _error_line(text)
        raised = RAISED.match(last)
        frames = FRAME.findall(text.partition(last)[0])
        place = " in ".join(frames[-1]) if frames else "nowhere"
        name = raised[0].rpartition(".")[2] if raised else last[:60]
        yield Problem(f"traceback: {name} ({place})", last[:300])
    for alarm in {} if blocks else dict.fromkeys(ALARMS.findall(before)):
        line = next(line for line in before.splitlines() if alarm in line)
        if fault := unforeseen(line.decode("utf-8", "replace")):
            yield fault
            continue
        yield Problem(f"log: {alarm.decode().strip()}", line.decode("utf-8", "replace")[:300])


def _error_line(text: str) -> str:
    """The first line without indentation: the error itself."""
    lines = text.splitlines()[1:]
    return next((line for line in lines if line and not line[0].isspace()), "")
