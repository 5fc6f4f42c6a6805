"""Logging options of `localfront serve`: format and verbosity."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localfront.logs.colours import Palette, palette_of

if TYPE_CHECKING:  # slow imports that only `serve` needs
    import logging

    from localfront.exchange.clock import MovableClock
    from localfront.logs.request_lines import Form
    from localfront.logs.request_log import RequestLog

FORMS = ("row", "line", "json")
WITHOUT_A_TERMINAL = 100  # columns


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOptions:
    """Logging options. `form` is one of FORMS; `quiet` logs only problems."""

    form: str = "line"
    quiet: bool = False

    def request_log(self, clock: MovableClock) -> RequestLog:
        """The request log, on standard error; it shows the clock's setting if that was moved."""
        from localfront.logs.request_log import RequestLog

        return RequestLog(sys.stderr, self._form(), problems_alone=self.quiet, clock=clock)

    def formatter(self) -> logging.Formatter:
        """The formatter for other log lines."""
        from localfront.logs.developer_log import JsonFormatter, LineFormatter

        return JsonFormatter() if self.form == "json" else LineFormatter(self.palette)

    def print(self, lines: Iterable[str]) -> None:
        """Print text for people; not with `json` or `quiet`."""
        if self.form == "json" or self.quiet:
            return
        with contextlib.suppress(OSError):  # ignored, as in the request log
            sys.stderr.write("".join(f"{line}\n" for line in lines))
            sys.stderr.flush()

    @property
    def palette(self) -> Palette:
        """The colours of standard error."""
        return palette_of(sys.stderr, os.environ)

    @property
    def width(self) -> int | None:
        """The terminal's width in columns, for rows; None for lines of any length."""
        return _columns() if self.form == "row" else None

    @property
    def level(self) -> int:
        import logging  # slow, and not for `--help`

        return logging.WARNING if self.quiet else logging.INFO

    def _form(self) -> Form:
        from localfront.logs.request_lines import Row, json_object, whole_way

        match self.form:
            case "json":
                return json_object
            case "row":
                return Row(width=_columns, palette=self.palette)
        return whole_way


def add_log_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that `log_options` reads."""
    parser.add_argument(
        "--log-format",
        choices=FORMS,
        help="row: one aligned row per request, for a terminal; line: the request's whole path "
        "in one "
        "line; json: one object per line, with everything; default: row on a terminal, else line",
    )
    much = parser.add_mutually_exclusive_group()
    much.add_argument("-v", "--verbose", action="store_true", help="the same as --log-format line")
    much.add_argument("-q", "--quiet", action="store_true", help="report only problems")


def log_options(options: argparse.Namespace) -> LogOptions:
    """Read the options of `add_log_options`."""
    usual = "row" if sys.stderr.isatty() and not options.verbose else "line"
    return LogOptions(form=options.log_format or usual, quiet=options.quiet)


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except OSError:
        return shutil.get_terminal_size((WITHOUT_A_TERMINAL, 0)).columns
