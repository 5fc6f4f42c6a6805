"""Find and end what killed runs left behind.

A run has a folder NAME-PID in .cache/stacks and locks the file beside it while it exists; the
system releases the lock in any case. Its processes end with it (tether.py), unless the tether was
killed, too: those are found by the process groups that the run noted. Containers are found by
engine_leftovers.py.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from harness.checkout import ROOT, STACKS
from harness.processes import engine_leftovers
from harness.processes.file_lock import locked, taken
from harness.processes.process_group import GRACE, signal_group
from harness.progress import print_line

LOCK = ".lock"  # of the folder of all runs
PROCESSES = "processes"  # in the run's folder: a process group's id and name per line
LOOKS_EVERY = 0.1  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    number: int
    group: int
    command: str


def end_leftovers(stacks: Path = STACKS) -> None:
    """End processes and remove folders of runs that have ended, and report it."""
    if not stacks.is_dir():
        return
    with settled(stacks):
        for directory in abandoned(stacks):
            end_leftovers_of(directory)
            shutil.rmtree(directory, ignore_errors=True)
            lock_of(directory).unlink(missing_ok=True)


def end_leftovers_of(directory: Path) -> None:
    run, _, owner = directory.name.rpartition("-")
    groups = left(unclaimed(directory), all_processes())
    remaining = [
        *(
            f"{name} ({', '.join(str(each.number) for each in members)})"
            for name, members in groups
        ),
        *(f"container {name}" for name in engine_leftovers.containers(directory)),
    ]
    if remaining:
        print_line(
            f"An earlier run ({run}, process {owner}) ended without stopping what it had started: "
            f"{', '.join(remaining)}. Stopping them now."
        )
    end(members[0].group for _, members in groups)
    engine_leftovers.remove(directory)


def settled(stacks: Path) -> AbstractContextManager[None]:
    """Lock the folder of runs: only one start at a time creates a folder or removes others'."""
    return locked(stacks / LOCK, unless=lambda: False)


def abandoned(stacks: Path) -> Iterator[Path]:
    for directory in sorted(stacks.glob("*-*")):
        owner = directory.name.rpartition("-")[2]
        if directory.is_dir() and owner.isdigit() and not is_owned(directory):
            yield directory


def is_owned(directory: Path) -> bool:
    """Whether a run still exists, by its lock, or by its pid for folders of an older version."""
    try:
        with lock_of(directory).open() as lock:
            return not taken(lock.fileno())
    except FileNotFoundError:
        return is_running(int(directory.name.rpartition("-")[2]))


def lock_of(directory: Path) -> Path:
    return directory.with_name(f"{directory.name}.lock")


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)  # signal 0 only checks
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def unclaimed(directory: Path) -> dict[int, str]:
    """The groups that a run noted, except ids that now belong to a live run."""
    others = [each for each in directory.parent.glob(f"*-*/{PROCESSES}") if is_owned(each.parent)]
    claimed = {group for record in others for group in noted(record)}
    return {
        group: name for group, name in noted(directory / PROCESSES).items() if group not in claimed
    }


def noted(record: Path) -> dict[int, str]:
    """The names of a run's process groups by number."""
    try:
        lines = record.read_text().splitlines()
    except FileNotFoundError:
        return {}
    pieces = (line.partition(" ") for line in lines)
    return {int(number): name for number, _, name in pieces if number.isdigit()}


def left(names: Mapping[int, str], processes: Iterable[Process]) -> list[tuple[str, list[Process]]]:
    """The groups that still have processes, excluding reused ids.

    A group of ours has a member whose command is of this checkout: the tether, or our Python.
    """
    members: dict[int, list[Process]] = {}
    for process in processes:
        if process.group in names:
            members.setdefault(process.group, []).append(process)
    return [
        (names[group], found)
        for group, found in sorted(members.items())
        if any(str(ROOT) in each.command for each in found)
    ]


def all_processes() -> list[Process]:
    """All living processes; `ps` is POSIX's, so this is for macOS as well."""
    finished = subprocess.run(
        ["/bin/ps", "-A", "-ww", "-o", "pid=,pgid=,stat=,args="],
        capture_output=True,
        text=True,
        errors="replace",
        check=True,
    )
    found = []
    for line in finished.stdout.splitlines():
        number, group, state, *command = line.split(maxsplit=3)
        if not state.startswith("Z"):
            found.append(Process(number=int(number), group=int(group), command="".join(command)))
    return found


def end(groups: Iterable[int]) -> None:
    """End processes and poll for their end, as they are not our children."""
    remaining = set(groups)
    for group in remaining:
        signal_group(group, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    while remaining and time.monotonic() < deadline:
        time.sleep(LOOKS_EVERY)
        remaining &= {process.group for process in all_processes()}
    for group in remaining:
        signal_group(group, signal.SIGKILL)
