"""Snapshots in .cache/snapshots: a named folder each, limited in number.

A snapshot is code that will run and data that will be served, so it is brought back only when
nobody else could have written it and it is whole: it is copied into the run's own folder, and the
copy is looked at. What is unfit is thrown away, with one line; a stack can always be made anew.
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
    """`run` is the folder of this run: what is half done lies there, and goes with it.

    `say` tells the user one line.
    """

    run: Path
    say: Callable[[str], None]
    folder: Path = SNAPSHOTS

    def bring_back(self, name: str, destination: Path, *, emulator: str) -> SnapshotManifest | None:
        """Copy the snapshot `name` to `destination`; None if there is no valid one.

        `emulator` is the hash that it has to have been made with.
        """
        snapshot = self.folder / name
        try:
            if not self.folder.exists():
                return None
            with self._alone():
                if not os.path.lexists(snapshot):  # also while another run replaces it
                    return None
                copy(snapshot, destination)
                os.utime(snapshot)  # the one that was not used for longest goes first
            found = manifest.read(destination)
            if found.made_from.emulator != emulator:
                raise UnfitError("it is of another version of the emulator")
            return found
        except UnfitError as reason:
            shutil.rmtree(destination, ignore_errors=True)
            self._throw_away(snapshot, str(reason))
        except OSError as error:  # such as a full disk, which says nothing of the snapshot
            shutil.rmtree(destination, ignore_errors=True)
            self.say(f"the snapshot {name} was not used: {error}")
        return None

    def keep(self, name: str, parts: Iterable[Path], made_from: MadeFrom, outputs: Outputs) -> None:
        """Create the snapshot `name` from `parts` (files and folders) atomically.

        One that cannot be made is told in a line, and the one that was there stays.
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
            self.say(f"no snapshot was kept of this stack: {error}")
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def _swap(self, part: Path, snapshot: Path) -> None:
        """Killed in between, there is none: the next stack is made anew."""
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
        said = f"the snapshot {snapshot.name} was thrown away, because {reason}"
        try:
            with self._alone():
                remove(snapshot)
        except OSError as error:
            said = f"the snapshot {snapshot.name} is not used, because {reason} ({error})"
        self.say(said)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with locked(self.folder / LOCK, unless=lambda: False):
            yield


def copy(snapshot: Path, destination: Path) -> None:
    """Raises UnfitError where somebody else owns or could have written any of it."""
    require_ours(snapshot.parent)
    require_ours(snapshot)
    for path in snapshot.rglob("*"):
        require_ours(path)
    shutil.copytree(snapshot, destination, symlinks=True)
    for path in destination.rglob("*"):
        if path.is_symlink():  # one that came meanwhile
            raise UnfitError("there is a link in it")


def require_ours(path: Path) -> None:
    """A plain file or folder, of this user, that no other may write."""
    found = path.lstat()
    if found.st_uid != os.geteuid():
        raise UnfitError("it is another user's")
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        raise UnfitError("there is a link in it")
    if found.st_mode & OTHERS_MAY_WRITE:
        raise UnfitError("others may write to it")


def copied(source: Path, destination: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, destination)
    else:
        shutil.copy(source, destination)


def close_to_others(folder: Path) -> None:
    """Whatever the umask is: one for groups would make every snapshot look suspicious."""
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def remove(path: Path) -> None:
    """Raises OSError where it may not be."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
