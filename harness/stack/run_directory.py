"""The temporary folder of one run.

Its name ends in the process id of its owner, which holds a lock beside it, so that the next run
recognises and removes what a killed run left.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from harness.checkout import KEPT_LOGS, STACKS
from harness.processes.file_lock import locked
from harness.processes.leftovers import end_leftovers, lock_of, settled


@contextmanager
def run_directory(name: str, *, stacks: Path = STACKS) -> Iterator[Path]:
    """Create the folder, with a folder `logs` in it. The logs of a failed run are kept.

    Other users cannot read it: it has Terraform's state and an emulator's credentials.
    """
    stacks.mkdir(parents=True, exist_ok=True)
    end_leftovers(stacks)
    directory = stacks / f"{name}-{os.getpid()}"
    logs = directory / "logs"
    lock = lock_of(directory)
    try:
        with ExitStack() as held:
            with settled(stacks):
                held.enter_context(locked(lock, unless=lambda: False))
                directory.mkdir(mode=0o700)
                logs.mkdir()
            yield directory
    except Exception:
        keep_logs(logs, KEPT_LOGS / name)
        raise
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        lock.unlink(missing_ok=True)


def keep_logs(logs: Path, destination: Path) -> None:
    shutil.rmtree(destination, ignore_errors=True)
    if logs.exists():
        shutil.copytree(logs, destination)
