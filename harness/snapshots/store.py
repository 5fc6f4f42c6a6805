"""Snapshots in .cache/snapshots: a named folder each, limited in number.

A snapshot contains code that will run and data that will be served. It is used only if it is
complete and no other user could have written to it: it is copied into the run's own folder, where
the copy is verified. An unfit snapshot is deleted with a message, and the stack is created anew.
"""

import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.checkout import SNAPSHOTS
from harness.processes.file_lock import locked
from harness.snapshots import manifest
from harness.snapshots.made_from import MadeFrom
from harness.snapshots.manifest import SnapshotManifest, UnfitError
from harness.terraform.outputs import Outputs

MOST = 4
LOCK = ".lock"
OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The snapshots. `run` is this run's folder, which holds incomplete copies and is removed with it.

    `say` prints a line to the user.
    """

    run: Path
    say: Callable[[str], None]
    folder: Path = SNAPSHOTS

    def restore(self, name: str, destination: Path, *, emulator: str) -> SnapshotManifest | None:
        """Copy the snapshot `name` to `destination`; None if there is no valid one.

        `emulator` is the hash of the emulator that it must have been made with.
        """
        snapshot = self.folder / name
        try:
            if not self.folder.exists():
                return None
            with self._alone():
                if not os.path.lexists(snapshot):  # also while another run replaces it
                    return None
                copy(snapshot, destination)
                os.utime(snapshot)  # the least recently used one is deleted first
            found = manifest.read(destination)
            if found.made_from.emulator != emulator:
                raise UnfitError("it was saved by another version of the emulator")
            return found
        except UnfitError as reason:
            shutil.rmtree(destination, ignore_errors=True)
            self._throw_away(snapshot, str(reason))
        except OSError as error:  # such as a full disk: the snapshot may be valid
            shutil.rmtree(destination, ignore_errors=True)
            self.say(f"the snapshot {name} was not used: {error}")
        return None

    def keep(self, name: str, parts: Iterable[Path], made_from: MadeFrom, outputs: Outputs) -> None:
        """Create the snapshot `name` from `parts` (files and folders) atomically.

        A failure is reported in one line, and the existing snapshot stays.
        """
        part = self.run / "snapshot"
        try:
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(mode=0o700)
            for each in parts:
                copied(each, part / each.name)
            manifest.write(part, made_from, outputs)
            close_to_others(part)
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._alone():
                self._swap(part, self.folder / name)
                self._leave_a_few(name)
        except OSError as error:
            self.say(f"this stack was not saved: {error}")
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def _swap(self, part: Path, snapshot: Path) -> None:
        """Replace a snapshot. If killed in between, there is none, and the next stack is created anew."""
        replaced = self.run / "replaced"
        shutil.rmtree(replaced, ignore_errors=True)
        if os.path.lexists(snapshot):
            snapshot.rename(replaced)
        part.rename(snapshot)
        remove(replaced)

    def _leave_a_few(self, newest: str) -> None:
        others = [each for each in self._all() if each.name != newest]
        for snapshot in sorted(others, key=lambda each: each.lstat().st_mtime)[: -(MOST - 1)]:
            remove(snapshot)

    def _all(self) -> list[Path]:
        return [path for path in self.folder.glob("*") if path.name != LOCK]

    def _throw_away(self, snapshot: Path, reason: str) -> None:
        message = f"the snapshot {snapshot.name} was deleted, because {reason}"
        try:
            with self._alone():
                remove(snapshot)
        except OSError as error:
            message = f"the snapshot {snapshot.name} is not used, because {reason} ({error})"
        self.say(message)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with locked(self.folder / LOCK, unless=lambda: False):
            yield


def copy(snapshot: Path, destination: Path) -> None:
    """Copy a snapshot. Raises UnfitError if another user owns or could write to any part of it."""
    require_ours(snapshot.parent)
    require_ours(snapshot)
    for path in snapshot.rglob("*"):
        require_ours(path)
    shutil.copytree(snapshot, destination, symlinks=True)
    for path in destination.rglob("*"):
        if path.is_symlink():  # replaced by a link meanwhile
            raise UnfitError("it contains a symbolic link")


def require_ours(path: Path) -> None:
    """Raise UnfitError unless it is a file or folder that only this user may write to."""
    found = path.lstat()
    if found.st_uid != os.geteuid():
        raise UnfitError("it belongs to another user")
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        raise UnfitError("it contains a symbolic link")
    if found.st_mode & OTHERS_MAY_WRITE:
        raise UnfitError("other users may write to it")


def copied(source: Path, destination: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, destination)
    else:
        shutil.copy(source, destination)


def close_to_others(folder: Path) -> None:
    """Remove other users' permissions; with a permissive umask every snapshot would be unfit."""
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def remove(path: Path) -> None:
    """Delete a file or folder. Raises OSError if that is not permitted."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
