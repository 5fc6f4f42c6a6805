"""Confine a worker process. Linux only; elsewhere nothing is confined.

Memory, file sizes and open files have Lambda's limits (with the headroom that the caller adds to
the memory). Landlock (Linux 5.13) lets the process and its children read the paths of one list and
change those of another, and denies access to other processes; from Linux 6.12 on also signals to
them. Root's privileges are dropped. `system_calls` covers what Landlock does not.

Workers run this file directly, so it imports nothing of localfront, and nothing slow.

Source: AWS Lambda Developer Guide, "Lambda quotas"; the Linux kernel's "Landlock: unprivileged
access control" and `linux/landlock.h`.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
import sys

MAX_OPEN_FILES = 1024
_MOST_TASKS = 4 * 1024
MAX_FILE_BYTES = 512 * 1024 * 1024  # all of /tmp on Lambda

# The same numbers on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1  # a flag of create_ruleset: query the version
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38  # of prctl
_CAPABILITIES_VERSION = 0x20080522

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = (1 << bit for bit in range(4))
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_CHANGE = _WRITE_FILE | sum(1 << bit for bit in range(4, 13))  # write, remove, make
_REFER = 1 << 13  # version 2
_TRUNCATE = 1 << 14  # 3
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_SIGNALS = 1 << 1  # 6
_SCOPES = 1 << 0 | _SIGNALS  # with abstract sockets


def landlock_version() -> int:
    """The kernel's Landlock version; 0 if it is missing or disabled."""
    if sys.platform != "linux":
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    version: int = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    return max(0, version)


def keep_signals_within() -> bool:
    """Restrict signals to this process and its future children (Linux 6.12).

    Returns whether that is in effect.
    """
    if landlock_version() < 6:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    _checked(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _restrict(libc, _new_ruleset(libc, struct.pack("=QQQ", 0, 0, _SIGNALS)))
    return True


def confine(data_bytes: int, *, readable: list[str], writable: list[str]) -> None:
    """Confine this process and its future children permanently.

    `data_bytes` limits its allocations. Paths are files, or folders with their contents; writable
    ones are readable too. Missing paths are ignored.
    """
    if sys.platform != "linux":
        return
    _limit(data_bytes)
    libc = ctypes.CDLL(None, use_errno=True)
    _checked(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _restrict_paths(libc, readable, writable)
    _drop_capabilities(libc)


def _limit(data_bytes: int) -> None:
    import resource

    for kind, limit in (
        (resource.RLIMIT_DATA, data_bytes),
        (resource.RLIMIT_FSIZE, MAX_FILE_BYTES),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
        # This counts all processes of the user. The supervisor enforces Lambda's 1,024; this limit
        # is for processes that start faster than it can count.
        (resource.RLIMIT_NPROC, _tasks_of_the_machine() + _MOST_TASKS),
    ):
        _, most = resource.getrlimit(kind)
        least = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(kind, (least, least))


def _tasks_of_the_machine() -> int:
    with open("/proc/loadavg", "rb") as file:  # noqa: PTH123 - pathlib takes long to import
        return int(file.read().partition(b"/")[2].split()[0])


def _restrict_paths(libc: ctypes.CDLL, readable: list[str], writable: list[str]) -> None:
    version = landlock_version()
    if version < 1:
        return
    change = _CHANGE | (_REFER * (version >= 2)) | (_TRUNCATE * (version >= 3))
    attributes = struct.pack("=QQQ", _READ | change, 0, _SCOPES * (version >= 6))
    # Older kernels reject unknown flags.
    ruleset = _new_ruleset(libc, attributes[: 24 if version >= 6 else 8])
    for paths, rights in ((readable, _READ), (writable, _READ | change)):
        for path in paths:
            _allow(libc, ruleset, path, rights)
    _restrict(libc, ruleset)


def _new_ruleset(libc: ctypes.CDLL, attributes: bytes) -> int:
    size = ctypes.c_size_t(len(attributes))
    return _checked(libc.syscall(_CREATE_RULESET, attributes, size, 0))


def _restrict(libc: ctypes.CDLL, ruleset: int) -> None:
    _checked(libc.syscall(_RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # it is not there
        return
    if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
        rights &= _OF_FILES
    rule = struct.pack("=Qi", rights, descriptor)
    _checked(libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0))
    os.close(descriptor)


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """Drop root's capabilities; with no_new_privs, no program regains them."""
    header = struct.pack("=Ii", _CAPABILITIES_VERSION, 0)
    _checked(libc.capset(header, bytes(24)))  # no effective, permitted, inheritable ones


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
