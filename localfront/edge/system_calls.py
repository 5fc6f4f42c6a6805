"""System calls that a worker is refused, because no other limit covers them.

- Memory that is no process's own (memfd, System V) escapes every limit of memory.
- A Unix socket leads to the container engine, the session bus or an SSH agent, which act outside
  the confinement. Socket pairs, which programs use to speak with what they start, stay.
- io_uring would do both without a system call of the kind.

On x86-64 and 64-bit Arm; elsewhere nothing is refused. Workers run this file by itself, so it
imports nothing of localfront.

Source: the Linux kernel's "Seccomp BPF", `linux/seccomp.h`, `linux/audit.h`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

_SET_MODE_FILTER = 1
_KEEP_SPECULATION = 1 << 2  # or older kernels would make all of the process slower
_ALLOW = 0x7FFF0000
_FAIL = 0x00050000  # with the error number
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_AF_UNIX = 1


class _Numbers:
    """The numbers of an architecture; `foreign` is where those of another one begin."""

    architecture: int
    seccomp: int
    socket: int
    memory: tuple[int, ...]  # memfd_create, memfd_secret, shmget
    io_uring_setup = 425
    foreign = 0xFFFFFFFF


class _X86(_Numbers):
    architecture = 0xC000003E
    seccomp = 317
    socket = 41
    memory = (319, 447, 29)
    foreign = 0x40000000


class _Arm(_Numbers):
    architecture = 0xC00000B7
    seccomp = 277
    socket = 198
    memory = (279, 447, 194)


_NUMBERS = {"x86_64": _X86, "aarch64": _Arm}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def refuse_some() -> None:
    """Refuse them to this process and what it will start, once `confinement` has confined it."""
    numbers = _NUMBERS.get(os.uname().machine)
    if sys.platform != "linux" or numbers is None:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    code = _filter(numbers)
    program = _Program(len(code) // 8, code)
    # A kernel without it answers EINVAL or ENOSYS: then the other limits are all there is.
    libc.syscall(
        numbers.seccomp, _SET_MODE_FILTER, _KEEP_SPECULATION, ctypes.byref(program)
    )


def _filter(numbers: type[_Numbers]) -> bytes:
    """The program that the kernel runs at each system call."""
    absent = _FAIL | errno.ENOSYS
    missing = (*numbers.memory, numbers.io_uring_setup)
    steps = [
        _step(_LOAD, _ARCHITECTURE_AT),
        _step(_IF_EQUAL, numbers.architecture, 1, 0),
        _step(_RETURN, absent),
        _step(_LOAD, _NUMBER_AT),
        _step(_IF_AT_LEAST, numbers.foreign, 0, 1),
        _step(_RETURN, absent),
    ]
    for number in missing:
        steps += [_step(_IF_EQUAL, number, 0, 1), _step(_RETURN, absent)]
    steps += [
        _step(_IF_EQUAL, numbers.socket, 0, 3),
        _step(_LOAD, _FIRST_ARGUMENT_AT),
        _step(_IF_EQUAL, _AF_UNIX, 0, 1),
        _step(_RETURN, _FAIL | errno.EACCES),
        _step(_RETURN, _ALLOW),
    ]
    return b"".join(steps)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
