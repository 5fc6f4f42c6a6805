"""The descendants of this process from Linux's /proc: their number and memory.

Workers run this file by itself (see `supervisor`), so it imports nothing of localfront.

Source: proc(5).
"""

from __future__ import annotations

# ruff: noqa: PTH110, PTH116, PTH123, PTH208 - pathlib would double the time of a worker's start
import os

_PAGE = os.sysconf("SC_PAGE_SIZE")


def descendants() -> list[int]:
    """Every process below this one."""
    own = os.getpid()
    lists = os.path.exists(f"/proc/{own}/task/{own}/children")
    by_parent = {} if lists else _children_by_parent()
    found: list[int] = []
    below = [own]
    while below:
        below = [
            child
            for pid in below
            for child in (_children(pid) if lists else by_parent.get(pid, ()))
        ]
        found += below
    return found


def _children(pid: int) -> list[int]:
    """The children of each thread: Linux lists them by thread."""
    found: list[int] = []
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:  # it has ended
        return found
    for thread in threads:
        found += map(int, _read(f"/proc/{pid}/task/{thread}/children").split())
    return found


def _children_by_parent() -> dict[int, list[int]]:
    """The same for kernels built without those lists."""
    found: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdecimal():
            # After the program's name, which may have spaces: its state, then its parent.
            fields = _read(f"/proc/{name}/stat").rpartition(b")")[2].split()
            if fields:
                found.setdefault(int(fields[1]), []).append(int(name))
    return found


def threads(pid: int) -> int:
    try:
        return os.stat(f"/proc/{pid}/task").st_nlink - 2  # a link for each
    except OSError:
        return 0


def resident_bytes(pid: int) -> int:
    fields = _read(f"/proc/{pid}/statm").split()
    return int(fields[1]) * _PAGE if fields else 0


def own_bytes(pid: int) -> int:
    """A process's memory without file mappings, in bytes; shared memory is divided by its users.

    It counts in full if the process hides `smaps_rollup` or the kernel lacks it.
    """
    for file, names in (
        ("smaps_rollup", (b"Pss_Anon:", b"Pss_Shmem:", b"SwapPss:")),
        ("status", (b"RssAnon:", b"RssShmem:", b"VmSwap:")),
    ):
        lines = _read(f"/proc/{pid}/{file}").splitlines()
        found = [line.split()[1] for line in lines if line.startswith(names)]
        if found:
            return sum(map(int, found)) * 1024
    return 0


def all_tasks() -> int:
    """The number of processes and threads on the machine."""
    _, found, rest = _read("/proc/loadavg").partition(b"/")
    return int(rest.split()[0]) if found else 0


def _read(path: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read()
    except OSError:
        return b""
