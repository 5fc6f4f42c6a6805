"""The running parts with their times, and failures.

A terminal has one line that changes; other output gets a line from time to time.
"""

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from harness.gate.report import PartResult, failed_tests, remark
from harness.gate.side_by_side import Running, SideBySide

PRINTS_EVERY = 30.0  # seconds between lines without a terminal
TAIL = 8192  # bytes of a log
MOST_FAILURES = 10  # failures named at once; all are in the log
PERCENT = re.compile(r"\[ *(\d+)%\]")
# A line of pytest's: a letter for each test, after a file's name unless several run at once.
LETTERS = re.compile(r"^(?:[\w/.-]+\.py )?([.FEsxX]+)(?: +\[ *\d+%\])?$", re.MULTILINE)
CLEAR = "\r\x1b[K"


class Display:
    def __init__(
        self,
        output: TextIO | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        width: int = 100,
    ) -> None:
        self._output = output or sys.stdout
        self._clock = clock
        self._width = width
        self._changes = self._output.isatty()
        self._began = self._printed_at = clock()

    def show(self, state: SideBySide, ended: PartResult | None) -> None:
        if ended:
            self._line(result_line(ended, state.log_of(ended.part)))
        if self._changes:
            self._write(CLEAR + self._now(state)[: self._width])
        elif self._clock() - self._printed_at >= PRINTS_EVERY:
            self._printed_at = self._clock()
            self._line(self._now(state))

    def end(self) -> None:
        if self._changes:
            self._write(CLEAR)

    def _now(self, state: SideBySide) -> str:
        """A status such as `1:35  unit 95 s 40 % · localfront 60 s 12 %, 1 failed · 5 to go`."""
        now = self._clock()
        pieces = [piece(running, now) for running in state.running.values()]
        if state.waiting:
            pieces.append(f"{len(state.waiting)} to go")
        minutes, seconds = divmod(int(now - self._began), 60)
        return f"{minutes}:{seconds:02}  " + " · ".join(pieces)

    def _line(self, text: str) -> None:
        self._write(f"{CLEAR if self._changes else ''}{text}\n")

    def _write(self, text: str) -> None:
        self._output.write(text)
        self._output.flush()


def piece(running: Running, now: float) -> str:
    status = f"{running.part.name} {now - running.began:.0f} s"
    text = read(running.log)
    if percents := PERCENT.findall(text[-TAIL:]):
        status += f" {percents[-1]} %"
    failed = sum(letters.count("F") + letters.count("E") for letters in LETTERS.findall(text))
    return status + (f", {failed} failed" if failed else "")


def result_line(result: PartResult, log: Path) -> str:
    """A part's result in one line; for a failed part, also its failures and its log."""
    took = f"{result.part.name}: {result.word} in {result.seconds:.0f} s"
    text = ", ".join(filter(None, (took, remark(result))))
    if not result.failed:
        return text
    names = failed_tests(result)
    lines = [*names[:MOST_FAILURES], *(["..."] if len(names) > MOST_FAILURES else [])]
    last = lines or read(log)[-TAIL:].strip().splitlines()[-MOST_FAILURES:]
    return "\n".join([text, *(f"    {line}" for line in last), f"    all of it: {log}"])


def read(log: Path) -> str:
    try:
        return log.read_text(errors="replace")
    except OSError:
        return ""
