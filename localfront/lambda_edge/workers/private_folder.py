"""Folders for what functions may read but not change: outside /tmp, which they may write to.

Each is locked by the process that made it. One whose maker is gone, however it ended, is removed
by the next that makes one there.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from localfront.lambda_edge.archive import discard

_PREFIX = "localfront-"
# As `mkdtemp` makes the rest of the name: nothing else is ever removed.
_NAME = re.compile(rf"{_PREFIX}[a-z]+-[a-z0-9_]{{8}}")


class PrivateFolder:
    """A new folder in `parent`, `path`, for a `purpose`. A context, or call `close`.

    Raises OSError when it cannot be made.
    """

    def __init__(self, parent: Path, purpose: str) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        with _locked(parent):  # so that nobody sweeps what is not locked yet
            _sweep(parent)
            made = tempfile.mkdtemp(prefix=f"{_PREFIX}{purpose}-", dir=parent)
            self.path = Path(made).resolve()
            self._lock: int | None = _open(self.path)
            with contextlib.suppress(OSError):  # see `_locked`
                fcntl.flock(self._lock, fcntl.LOCK_EX)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._lock is not None:
            discard(self.path)
            os.close(self._lock)
            self._lock = None


def cache_folder() -> Path:
    """localfront's own folder of the user, as the XDG base directories have it."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "localfront"


def private_folder(purpose: str) -> PrivateFolder:
    """A folder in the user's cache, or among temporary files where that cannot be written."""
    try:
        return PrivateFolder(cache_folder(), purpose)
    except (OSError, RuntimeError):  # read-only, or a user without a home
        return PrivateFolder(Path(tempfile.gettempdir()), purpose)


def _sweep(parent: Path) -> None:
    for folder in parent.iterdir():
        if not _NAME.fullmatch(folder.name):
            continue
        with contextlib.suppress(OSError):  # in use, another's, or gone
            lock = _open(folder)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                discard(folder)
            finally:
                os.close(lock)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = _open(folder)
    try:
        # NFS locks no folders. Nothing is swept there, either.
        with contextlib.suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _open(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
