"""The file with the clock's setting for workers (see `moved_clock`, `node_clock.mjs`)."""

from __future__ import annotations

import json
from pathlib import Path

from localfront.exchange.clock import REAL, MovableClock, Setting
from localfront.lambda_edge.workers.moved_clock import LENGTH

NAME = "clock"
_SECOND = 1_000_000_000  # nanoseconds


class ClockFile:
    """The clock file, above the runtimes' folders. Written in place, as workers keep it open."""

    def __init__(self, folder: Path, clock: MovableClock) -> None:
        self.path = folder / NAME
        self.path.write_bytes(_file_content(REAL))
        self._write(clock.setting)
        clock.subscribe(self._write)

    def _write(self, setting: Setting) -> None:
        if self.path.exists():  # removed with its pool
            with self.path.open("r+b", buffering=0) as file:
                file.write(_file_content(setting))


def _file_content(setting: Setting) -> bytes:
    if not setting.is_moved:
        return b" " * LENGTH
    content = (
        {"offset": int(setting.offset * _SECOND)}
        if setting.frozen is None
        else {"frozen": int(setting.frozen * _SECOND)}
    )
    return json.dumps(content).encode().ljust(LENGTH)
