"""Start a program that gets no notice of network interface changes. Linux only.

    python steady_network.py PROGRAM ARGUMENT...

Chromium aborts every request, with ERR_NETWORK_CHANGED, when an interface is added or removed
anywhere on the machine, and Docker adds one for each container. If it cannot listen for such
changes, it assumes a steady network. A seccomp filter refuses it the socket for listening:
NETLINK_ROUTE.

Source: the Linux kernel's "Seccomp BPF"; https://issues.chromium.org/issues/41465264.
"""

import ctypes
import errno
import os
import platform
import shlex
import stat
import struct
import sys
from pathlib import Path

# From `linux/audit.h` and the tables of system calls: the architecture, and socket().
MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
AF_NETLINK, NETLINK_ROUTE = 16, 0

# From `linux/filter.h`, `linux/seccomp.h` and `linux/prctl.h`.
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
NUMBER, ARCHITECTURE, FIRST_ARGUMENT, THIRD_ARGUMENT = 0, 4, 16, 32  # offsets in bytes
NO_NEW_PRIVILEGES, SET_SECCOMP, FILTER = 38, 22, 2


class Program(ctypes.Structure):
    """`struct sock_fprog`: the number of instructions, and the instructions."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def wrapped(program: Path, directory: Path) -> Path:
    """A script in `directory` that starts `program` with the filter; only on Linux."""
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        return program
    script = directory / program.name
    command = shlex.join([sys.executable, __file__, str(program)])
    script.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def instructions(architecture: int, socket: int) -> bytes:
    """socket(AF_NETLINK, ..., NETLINK_ROUTE) fails with EAFNOSUPPORT; the rest is allowed."""
    tests = (
        (ARCHITECTURE, architecture),
        (NUMBER, socket),
        (FIRST_ARGUMENT, AF_NETLINK),
        (THIRD_ARGUMENT, NETLINK_ROUTE),
    )
    program = []
    for index, (offset, wanted) in enumerate(tests):
        to_the_end = 2 * (len(tests) - index - 1) + 1
        program += [
            instruction(LOAD, offset),
            instruction(JUMP_IF_EQUAL, wanted, otherwise=to_the_end),
        ]
    program += [instruction(RETURN, FAIL | errno.EAFNOSUPPORT), instruction(RETURN, ALLOW)]
    return b"".join(program)


def instruction(code: int, operand: int, *, otherwise: int = 0) -> bytes:
    """`struct sock_filter`. `otherwise` is the number of instructions to skip if a test fails."""
    return struct.pack("HBBI", code, 0, otherwise, operand)


def steady() -> None:
    """Install the filter. Raises OSError if the kernel does not accept it."""
    libc = ctypes.CDLL(None, use_errno=True)
    code = instructions(*MACHINES[platform.machine()])
    program = Program(len(code) // 8, code)
    for arguments in (
        (NO_NEW_PRIVILEGES, 1, 0, 0, 0),
        (SET_SECCOMP, FILTER, ctypes.byref(program), 0, 0),
    ):
        if libc.prctl(*arguments):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    try:
        steady()
    except OSError as reason:
        sys.stderr.write(f"Network changes will disturb {sys.argv[1]}: {reason}\n")
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606 (no shell is wanted)
