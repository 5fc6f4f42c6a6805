import subprocess
import sys
from pathlib import Path

import pytest

from harness.checkout import ROOT
from harness.processes.leftovers import LOCK
from harness.stack import run_directory as module
from harness.stack.run_directory import run_directory


@pytest.fixture(autouse=True)
def kept_logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "KEPT_LOGS", tmp_path / "kept")
    return tmp_path / "kept"


def test_a_finished_run_leaves_no_files(tmp_path: Path, kept_logs: Path) -> None:
    with run_directory("dev", stacks=tmp_path / "stacks") as directory:
        (directory / "terraform.tfstate").touch()

    assert [path.name for path in (tmp_path / "stacks").iterdir()] == [LOCK]
    assert not kept_logs.exists()


def test_the_run_directory_is_private(tmp_path: Path) -> None:
    with run_directory("dev", stacks=tmp_path / "stacks") as directory:
        assert directory.stat().st_mode & 0o077 == 0


def test_the_logs_of_a_failed_run_are_kept(tmp_path: Path, kept_logs: Path) -> None:
    def fail() -> None:
        with run_directory("dev", stacks=tmp_path / "stacks") as directory:
            (directory / "logs" / "ministack.log").write_text("oh dear")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert [path.name for path in (tmp_path / "stacks").iterdir()] == [LOCK]
    assert (kept_logs / "dev" / "ministack.log").read_text() == "oh dear"


def test_files_of_a_killed_run_are_removed_by_the_next(tmp_path: Path) -> None:
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait(240)
    abandoned = tmp_path / f"e2e-{killed.pid}"
    abandoned.mkdir()

    with run_directory("dev", stacks=tmp_path):
        assert not abandoned.exists()


def test_another_runs_folder_is_not_touched(tmp_path: Path) -> None:
    with (
        run_directory("dev", stacks=tmp_path) as first,
        run_directory("e2e", stacks=tmp_path),
    ):
        assert first.exists()


# Repeatedly creates and holds a folder; prints whether it was removed meanwhile.
STARTS = """
import sys, time
from pathlib import Path
from harness.stack.run_directory import run_directory
for _ in range(20):
    with run_directory("dev", stacks=Path(sys.argv[1])) as folder:
        for _ in range(10):
            time.sleep(0.001)
            if not (folder / "logs").is_dir():
                raise SystemExit("gone")
"""


def test_concurrent_starts_do_not_touch_each_others_folders(tmp_path: Path) -> None:
    for number in range(40):  # something to clean up for them
        (tmp_path / f"dev-{2**22 + number}").mkdir()  # above all numbers of processes
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", STARTS, str(tmp_path)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]

    complaints = [start.communicate(timeout=120)[1] for start in starts]

    assert complaints == [""] * len(starts)
    assert [path.name for path in tmp_path.iterdir()] == [LOCK]
