"""Folders that functions can read but not change: outside of /tmp, which is writable.

Each is locked by its creator. If that has ended, the next process that creates one there removes
it.
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
from localfront.user_cache import user_cache

_PREFIX = "localfront-"
# Like the suffix of `mkdtemp`: nothing else is ever removed.
_NAME = re.compile(rf"{_PREFIX}[a-z]+-[a-z0-9_]{{8}}")


class PrivateFolder:
    """A new folder in `parent`, `path`, for a `purpose`. A context, or call `close`.

    Raises OSError if it cannot be created.
    """

    def __init__(self, parent: Path, purpose: str) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        with _locked(parent):  # so that a folder not locked yet is not removed
            _sweep(parent)
            created = tempfile.mkdtemp(prefix=f"{_PREFIX}{purpose}-", dir=parent)
            self.path = Path(created).resolve()
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


def private_folder(purpose: str) -> PrivateFolder:
    """A folder in the user's cache, or a temporary one if that is not writable."""
    try:
        return PrivateFolder(user_cache(), purpose)
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
