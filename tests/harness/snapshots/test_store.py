"""Snapshots are restored completely or not at all."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from harness.checkout import ROOT
from harness.snapshots.made_from import MadeFrom
from harness.snapshots.manifest import NAME
from harness.snapshots.store import MOST, Store
from tests.harness.outputs import OUTPUTS

MADE_FROM = MadeFrom(emulator="1.5", terraform="t", seeding="s")
# Keeps `big` under the name dev, and is cut off in the way that is given to it.
CUT_OFF = """
import os, resource, signal, sys
from pathlib import Path
from harness.snapshots import manifest
from harness.snapshots.store import Store
from tests.harness.outputs import OUTPUTS
from tests.harness.snapshots.test_store import MADE_FROM
run, folder, how = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
if how == "full":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
else:
    manifest.write = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
Store(run=run, say=print, folder=folder).keep("dev", [run / "big"], MADE_FROM, OUTPUTS)
"""


class Kept:
    """A store and its messages."""

    def __init__(self, tmp_path: Path) -> None:
        self.messages: list[str] = []
        self.run = tmp_path / "run"
        self.run.mkdir()
        self.folder = tmp_path / "snapshots"
        self.store = Store(run=self.run, say=self.messages.append, folder=self.folder)
        self._copies = 0

    def keep(self, name: str = "dev", text: str = "one", made_from: MadeFrom = MADE_FROM) -> Path:
        state = self.run / "state"
        (state / "deep").mkdir(parents=True, exist_ok=True)
        (state / "deep" / "tables.json").write_text(text)
        self.store.keep(name, [state], made_from, OUTPUTS)
        return self.folder / name

    def brought_back(self, name: str = "dev", emulator: str = "1.5") -> str | None:
        """The restored text; None if nothing was restored."""
        self._copies += 1
        copy = self.run / f"copy-{self._copies}"
        if self.store.restore(name, copy, emulator=emulator) is None:
            assert not copy.exists()
            return None
        return (copy / "state" / "deep" / "tables.json").read_text()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_the_latest_snapshot_is_found_with_its_inputs(kept: Kept) -> None:
    kept.keep(text="one")
    kept.keep(text="two")

    found = kept.store.restore("dev", kept.run / "copy", emulator="1.5")

    assert found is not None
    assert (found.made_from, found.outputs) == (MADE_FROM, OUTPUTS)
    assert (kept.run / "copy" / "state" / "deep" / "tables.json").read_text() == "two"
    assert kept.messages == []


def test_a_missing_snapshot_is_not_reported(kept: Kept) -> None:
    assert kept.brought_back() is None
    assert kept.messages == []


def test_a_snapshot_is_private_with_any_umask(kept: Kept) -> None:
    before = os.umask(0)
    try:
        snapshot = kept.keep()
    finally:
        os.umask(before)

    modes = {path.stat().st_mode & 0o077 for path in [kept.folder, snapshot, *snapshot.rglob("*")]}
    assert modes == {0}
    assert kept.brought_back() == "one"


def a_byte_is_another(snapshot: Path) -> None:
    (snapshot / "state" / "deep" / "tables.json").write_text("ONE")


def a_file_is_gone(snapshot: Path) -> None:
    (snapshot / "state" / "deep" / "tables.json").unlink()


def a_file_came(snapshot: Path) -> None:
    (snapshot / "state" / "more.json").touch()


def the_manifest_is_cut_off(snapshot: Path) -> None:
    os.truncate(snapshot / NAME, 20)


def the_manifest_is_a_list(snapshot: Path) -> None:
    (snapshot / NAME).write_text("[]")


def the_manifest_is_of_an_older_version(snapshot: Path) -> None:
    (snapshot / NAME).write_text('{"format": 1, "made_from": {}, "outputs": {}, "files": {}}')


def there_is_no_manifest(snapshot: Path) -> None:
    (snapshot / NAME).unlink()


def others_may_write_a_file(snapshot: Path) -> None:
    (snapshot / NAME).chmod(0o620)


def others_may_write_the_folder(snapshot: Path) -> None:
    snapshot.chmod(0o777)


def a_file_is_a_link(snapshot: Path) -> None:
    file = snapshot / "state" / "deep" / "tables.json"
    elsewhere = snapshot.parent.parent / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)


def all_of_it_is_a_link(snapshot: Path) -> None:
    elsewhere = snapshot.parent.parent / "elsewhere"
    snapshot.rename(elsewhere)
    snapshot.symlink_to(elsewhere)


@pytest.mark.parametrize(
    "damage",
    [
        a_byte_is_another,
        a_file_is_gone,
        a_file_came,
        the_manifest_is_cut_off,
        the_manifest_is_a_list,
        the_manifest_is_of_an_older_version,
        there_is_no_manifest,
        others_may_write_a_file,
        others_may_write_the_folder,
        a_file_is_a_link,
        all_of_it_is_a_link,
    ],
)
def test_an_unusable_snapshot_is_deleted_with_one_line(
    damage: Callable[[Path], None], kept: Kept
) -> None:
    snapshot = kept.keep()
    damage(snapshot)

    assert kept.brought_back() is None

    [line] = kept.messages
    assert line.startswith("the snapshot dev was deleted, because ")
    assert not os.path.lexists(snapshot)
    kept.keep()  # and the next one is
    assert kept.brought_back() == "one"


def test_a_snapshot_of_another_emulator_version_is_deleted(kept: Kept) -> None:
    kept.keep()

    assert kept.brought_back(emulator="1.6") is None

    assert kept.messages == [
        "the snapshot dev was deleted, because it was saved by another version of the emulator"
    ]
    assert kept.brought_back() is None


def test_another_users_snapshot_is_not_trusted(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.keep()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    assert kept.brought_back() is None

    assert kept.messages == ["the snapshot dev was deleted, because it belongs to another user"]


@pytest.mark.parametrize(
    ("how", "code", "reason"),
    [
        ("killed", -signal.SIGKILL, ""),
        ("full", 0, "this stack was not saved: [Errno 27] File too large"),
    ],
)
def test_an_interrupted_write_leaves_the_previous_snapshot(
    how: str, code: int, reason: str, kept: Kept
) -> None:
    kept.keep()
    (kept.run / "big").write_bytes(bytes(100_000))

    done = subprocess.run(
        [sys.executable, "-c", CUT_OFF, str(kept.run), str(kept.folder), how],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == code
    assert done.stdout.startswith(reason)
    assert done.stdout.count("\n") == int(how == "full")
    assert sorted(path.name for path in kept.folder.iterdir()) == [".lock", "dev"]
    assert kept.brought_back() == "one"


def test_a_full_disk_during_the_restore_does_not_delete_the_snapshot(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.keep()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copytree", full)
        assert kept.brought_back() is None

    assert kept.messages == ["the snapshot dev was not used: [Errno 28] No space left on device"]
    assert kept.brought_back() == "one"


def test_concurrent_runs_never_see_a_partial_snapshot(kept: Kept, tmp_path: Path) -> None:
    kept.keep(text="0")
    others = []
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        other = Kept(tmp_path / str(number))
        other.folder = kept.folder
        other.store = replace(other.store, folder=kept.folder)
        others.append(other)

    def busy(other: Kept) -> set[str | None]:
        found = set()
        for number in range(15):
            other.keep(text=str(number))
            found.add(other.brought_back())
        return found

    with ThreadPoolExecutor() as pool:
        found = set().union(*pool.map(busy, others))

    assert found <= set(map(str, range(15)))
    assert [other.messages for other in others] == [[], [], []]


def test_a_few_snapshots_are_kept_most_recently_used_first(kept: Kept) -> None:
    names = [f"s{number}" for number in range(MOST)]
    for age, name in enumerate(names):
        snapshot = kept.keep(name)
        os.utime(snapshot, (1000 + age, 1000 + age))
    assert kept.brought_back("s0") == "one"

    kept.keep("newest")

    there = {path.name for path in kept.folder.iterdir()} - {".lock"}
    assert there == {"s0", "newest", *names[2:]}
