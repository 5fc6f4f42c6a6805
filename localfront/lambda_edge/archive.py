"""Unpack a function's zip archive, read-only as on Lambda.

Source: AWS Lambda Developer Guide, "Lambda quotas", ".zip file archives".
"""

from __future__ import annotations

import contextlib
import errno
import io
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from localfront.errors import ConfigError
from localfront.lambda_edge.contract.limits import MAX_UNZIPPED_BYTES, MB

_MAX_ENTRIES = 20_000
_CHUNK_BYTES = 1 * MB
_SHOWN = 120  # characters of a name quoted in a message
# Exceptions of zipfile and the file system for a broken archive.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,  # a negative offset
    RuntimeError,  # encrypted, and NotImplementedError: an unknown compression
    FileExistsError,  # a file and a directory of one name
    IsADirectoryError,
    NotADirectoryError,
)


def unpack(archive: bytes, directory: Path) -> None:
    """Unpack a zip archive into a new directory, read-only as on Lambda.

    Raises ConfigError for an entry outside of the directory, a link, an invalid name, too much
    content, or a full disk.
    """
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        # Renamed at the end, so that an incomplete directory is never used.
        unfinished = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=directory.parent))
        try:
            _write_entries(archive, unfinished)
            _make_read_only(unfinished)
            _move(unfinished, directory)
        finally:
            discard(unfinished)
    except OSError as error:
        raise ConfigError(
            f"The function's archive cannot be unpacked into {directory.parent}: {error.strerror}. "
            "Fix that, or add --edge NAME=DIR to run a directory in its place."
        ) from error


def discard(directory: Path) -> None:
    """Remove a directory, even a read-only one, if it exists."""
    for path in [directory, *directory.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(directory, ignore_errors=True)


def _write_entries(archive: bytes, directory: Path) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as source:
            entries = source.infolist()
            if len(entries) > _MAX_ENTRIES:
                raise ConfigError(
                    f"The archive has {len(entries)} entries, over {_MAX_ENTRIES}. Leave out "
                    "what the function does not need."
                )
            room = MAX_UNZIPPED_BYTES
            for entry in entries:
                target = directory / _safe_path(entry)
                with _naming(entry):
                    if entry.is_dir():
                        target.mkdir(parents=True, exist_ok=True)
                    else:
                        room -= _write_file(source, entry, target, room)
    except _BROKEN as error:
        raise ConfigError(
            f"The function's archive cannot be unpacked: {error}. Package it again."
        ) from error


@contextlib.contextmanager
def _naming(entry: zipfile.ZipInfo) -> Iterator[None]:
    """Raise ConfigError with the entry's name if the file system rejects it."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL):
            raise
        quoted = entry.filename[:_SHOWN]
        raise ConfigError(
            f"The archive has an entry with a name of {len(entry.filename)} characters, which "
            f"can't be written here ({error.strerror}): {quoted!r}. Give it another name."
        ) from error


def _safe_path(entry: zipfile.ZipInfo) -> PurePosixPath:
    path = PurePosixPath(entry.filename)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if (
        path.is_absolute()
        or ".." in path.parts
        or "\\" in entry.filename
        or kind not in (0, stat.S_IFREG, stat.S_IFDIR)
    ):
        raise ConfigError(
            f"The archive has the entry {entry.filename[:_SHOWN]!r}, which leaves its directory "
            "or is a link. Package plain files with relative names."
        )
    return path


def _write_file(source: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, room: int) -> int:
    """Write one file of at most `room` bytes; return its size, which headers may lie about."""
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with source.open(entry) as content, target.open("wb") as file:
        while chunk := content.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > room:
                raise ConfigError(
                    f"The archive unpacks to over {MAX_UNZIPPED_BYTES // MB} MB, Lambda's "
                    "limit. Leave out what the function does not need."
                )
            file.write(chunk)
    if (entry.external_attr >> 16) & stat.S_IXUSR:
        target.chmod(0o755)
    return size


def _make_read_only(directory: Path) -> None:
    for path in [directory, *directory.rglob("*")]:
        executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        path.chmod(0o555 if executable else 0o444)


def _move(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError:
        if not target.is_dir():  # another process was faster: the content is the same
            raise
