"""The folder that holds the files of one run, and is gone after it.

Its name ends in the process id of its owner, so that a run which could not clean up
(a power cut, SIGKILL) is recognised and cleaned up after by the next one.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.checkout import KEPT_LOGS, STACKS


@contextmanager
def run_directory(name: str, *, stacks: Path = STACKS) -> Iterator[Path]:
    """Make it, with a folder `logs` in it. Logs of a run that fails are kept.

    No other user may look in: Terraform's state and an emulator's credentials are there.
    """
    remove_abandoned(stacks)
    directory = stacks / f"{name}-{os.getpid()}"
    directory.mkdir(parents=True, mode=0o700)
    logs = directory / "logs"
    logs.mkdir()
    try:
        yield directory
    except Exception:
        keep_logs(logs, KEPT_LOGS / name)
        raise
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def keep_logs(logs: Path, destination: Path) -> None:
    shutil.rmtree(destination, ignore_errors=True)
    shutil.copytree(logs, destination)


def remove_abandoned(stacks: Path) -> None:
    for directory in stacks.glob("*-*"):
        owner = directory.name.rpartition("-")[2]
        if owner.isdigit() and not is_running(int(owner)):
            shutil.rmtree(directory, ignore_errors=True)


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)  # signal 0 only asks
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
