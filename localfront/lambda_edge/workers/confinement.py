"""What the operating system lets a worker do. Linux only; elsewhere nothing is confined.

Memory, file sizes and open files have Lambda's limits (with the headroom that the caller adds to
the memory). Landlock (Linux 5.13) lets the process and what it starts write to its temporary
directory, /tmp and /dev/null alone, and keeps it from looking into other processes; from Linux 6.12
on also from sending them signals. Root's privileges are given up.

Workers run this file by itself, so it imports nothing of localfront: as a module of the Python
runtime, and as `confinement.py DATA_BYTES PROGRAM ARGUMENT...` in front of another program.

Source: AWS Lambda Developer Guide, "Lambda quotas"; the Linux kernel's "Landlock: unprivileged
access control" and `linux/landlock.h`.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

MAX_OPEN_FILES = 1024
MAX_FILE_BYTES = 512 * 1024 * 1024  # all of /tmp on Lambda

# The same numbers on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1  # a flag of create_ruleset: tell the version
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38  # of prctl
_CAPABILITIES_VERSION = 0x20080522

# Rights that change something, and the version of Landlock that brought them.
_WRITE_FILE = 1 << 1
_CHANGE = sum(1 << bit for bit in (1, *range(4, 13)))  # write, remove, make
_REFER = 1 << 13  # 2
_TRUNCATE = 1 << 14  # 3
_SCOPES = 1 << 0 | 1 << 1  # 6: abstract sockets, signals


def confine(data_bytes: int) -> None:
    """Confine this process for the rest of its life; `data_bytes` is what it may allocate."""
    if sys.platform != "linux":
        return
    import resource

    for kind, limit in (
        (resource.RLIMIT_DATA, data_bytes),
        (resource.RLIMIT_FSIZE, MAX_FILE_BYTES),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, most = resource.getrlimit(kind)
        least = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(kind, (least, least))
    libc = ctypes.CDLL(None, use_errno=True)
    _checked(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    directories = (os.environ["TMPDIR"], "/tmp")  # noqa: S108 - Lambda's
    _write_only_beneath(libc, directories, files=("/dev/null",))
    _drop_capabilities(libc)


def _write_only_beneath(
    libc: ctypes.CDLL, directories: tuple[str, ...], files: tuple[str, ...]
) -> None:
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    if version < 1:  # an older kernel, or switched off
        return
    rights = _CHANGE | (_REFER * (version >= 2)) | (_TRUNCATE * (version >= 3))
    attributes = struct.pack("=QQQ", rights, 0, _SCOPES if version >= 6 else 0)
    known = 24 if version >= 6 else 8  # an older kernel refuses what it does not know
    ruleset = _checked(libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(known), 0))
    for paths, allowed in (
        (directories, rights),
        (files, rights & (_WRITE_FILE | _TRUNCATE)),
    ):
        for path in paths:
            _allow(libc, ruleset, path, allowed)
    _checked(libc.syscall(_RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """Leave root with the rights of a user; without new privileges, a program gets none back."""
    header = struct.pack("=Ii", _CAPABILITIES_VERSION, 0)
    _checked(libc.capset(header, bytes(24)))  # no effective, permitted, inheritable ones


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = struct.pack("=Qi", rights, descriptor)
    _checked(libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0))
    os.close(descriptor)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


if __name__ == "__main__":
    confine(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - no shell is wanted
