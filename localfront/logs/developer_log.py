"""Formatters for log lines other than requests.

They match those of `request_lines`: a line with the time of day, coloured in a terminal, or a JSON
object with `time`, `level` and `message`.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from localfront.exchange.request_trace import printable_lines
from localfront.logs.colours import Palette


class LineFormatter(logging.Formatter):
    """The time of day and the message; a warning is yellow, an error red."""

    def __init__(self, palette: Palette) -> None:
        super().__init__("%(asctime)s %(message)s", datefmt="%H:%M:%S")
        self._palette = palette

    def format(self, record: logging.LogRecord) -> str:
        # Names and messages come from files and programs: no terminal escapes.
        text = printable_lines(super().format(record))
        if record.levelno < logging.WARNING:
            return text
        return self._palette.paint("red" if record.levelno >= logging.ERROR else "yellow", text)


class JsonFormatter(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry)
