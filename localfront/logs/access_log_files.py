"""The files of access logs: plain text, one for each distribution and hour.

Source: CloudFront Developer Guide, "Configure standard logging (legacy)", file name format;
"Access logs (standard logs)": they are delivered on a best-effort basis, so no request fails for
its line.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from localfront.errors import ConfigError
from localfront.logs.access_log import HEAD, Logged, is_logged, log_line

LOG = logging.getLogger("localfront")
UNSAFE_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")


class AccessLog:
    """Writes `DIR/DISTRIBUTION_ID.YYYY-MM-DD-HH.log`; a context manager.

    The hour (UTC) is that of a request's end. Each line is written at once.

    Its files are readable only by their owner: query strings and cookies may be secret. A deleted
    or moved file is created again. A write error (a full disk) is reported once, and writing is
    tried again with each request.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._open: dict[str, LogFile] = {}
        self._lost = 0

    def __enter__(self) -> Self:
        """Raise ConfigError for a folder that is not writable."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._directory):
                pass
        except OSError as error:
            raise ConfigError(
                f"The folder for access logs {self._directory} can't be written: "
                f"{error.strerror}. Fix that, or choose another with --log-dir."
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name in list(self._open):
            self._close(name)

    def write(self, logged: Logged) -> None:
        """Write a request's line, unless the request is too large to be logged."""
        if not is_logged(logged.request):
            return
        path = self._directory / _file_name(logged)
        try:
            self._file(logged.distribution_id, path).append(log_line(logged) + "\n")
        except OSError as error:
            self._close(logged.distribution_id)
            if not self._lost:
                LOG.error(
                    "the access log %s can't be written: %s. Requests until it can be are "
                    "missing from it",
                    path,
                    error.strerror,
                )
            self._lost += 1
            return
        if self._lost:
            LOG.warning(
                "the access log %s is written again; requests missing: %d",
                path,
                self._lost,
            )
            self._lost = 0

    def _file(self, distribution_id: str, path: Path) -> LogFile:
        held = self._open.get(distribution_id)
        if held is not None and held.is_at(path):
            return held
        self._close(distribution_id)
        file = self._open[distribution_id] = LogFile(path)
        return file

    def _close(self, distribution_id: str) -> None:
        held = self._open.pop(distribution_id, None)
        if held is not None:
            held.close()


class LogFile:
    """A log file with a header; lines are appended completely or not at all."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises OSError."""
        self._path = path
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        try:
            self._descriptor = os.open(path, flags, 0o600)
        except FileNotFoundError:  # the folder was deleted too
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, flags, 0o600)
        status = os.fstat(self._descriptor)
        self._identity = (status.st_dev, status.st_ino)
        self._head = "" if status.st_size else HEAD

    def is_at(self, path: Path) -> bool:
        """Whether the path still refers to this file."""
        if path != self._path:
            return False
        try:
            status = os.stat(path)  # noqa: PTH116 - a third of Path.stat's time
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == self._identity

    def append(self, line: str) -> None:
        """Append a line. Raises OSError, also for a partial write, which is undone."""
        text = f"{self._head}{line}".encode("ascii")
        written = os.write(self._descriptor, text)
        if written < len(text):
            end = os.fstat(self._descriptor).st_size
            os.ftruncate(self._descriptor, end - written)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._head = ""

    def close(self) -> None:
        os.close(self._descriptor)


def _file_name(logged: Logged) -> str:
    hour = datetime.fromtimestamp(logged.finished_at, UTC).strftime("%Y-%m-%d-%H")
    return f"{UNSAFE_IN_NAMES.sub('_', logged.distribution_id)}.{hour}.log"
