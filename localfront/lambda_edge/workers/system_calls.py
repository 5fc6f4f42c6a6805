"""Deny a worker system calls that no other limit covers (seccomp).

- Memory that belongs to no process (memfd, System V) escapes all memory limits. System V and POSIX
queues and semaphores outlive all processes.
- A Unix socket leads to the container engine, the session bus or an SSH agent, which act outside
  the confinement. Socket pairs, which programs use to speak with what they start, stay, except
  those of datagrams, which could be sent elsewhere. io_uring would do it without a system call.
- The kernel's keyrings may hold the developer's tickets and passwords.
- Setting limits of another process can stop it, although signals to it are denied. So can lowering
its priority, which would disable the supervisor.
- Signals to the supervisor, or to all processes: Landlock denies them only from Linux 6.12 on.
- Landlock does not cover extended attributes: a function could set some on any file of the user.
- Nor modes: setting the set-user-ID bit would let others run a program as the user. Other uses of
`chmod` are allowed, as seccomp does not see paths, and functions copy and unpack files in /tmp.
- Files can be truncated without being opened for writing: Landlock covers that since Linux 6.2.

For x86-64 and 64-bit Arm; elsewhere nothing is denied. Workers run this file directly, so it
imports nothing of localfront.

Source: the Linux kernel's "Seccomp BPF", `linux/seccomp.h`, `linux/audit.h`, and the tables of
system calls of both architectures; landlock(7).
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

_SET_MODE_FILTER = 1
_KEEP_SPECULATION = 1 << 2  # otherwise older kernels slow down the whole process
_ALLOW = 0x7FFF0000
_FAIL = 0x00050000  # with the error number
_LOAD, _AND, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_ALL_BITS = 0xFFFFFFFF

_UNIX, _DATAGRAM, _KIND_OF_SOCKET = 1, 2, 0xF
_SET_OWNER, _SET_OWNER_BY_POINTER = 8, 15  # of fcntl
_SET_OWNER_IOCTLS = (0x8901, 0x8902)
_ACCESS_MODE_AND_TRUNCATE, _READ_AND_TRUNCATE = 0o1003, 0o1000

# Numbers by architecture; the newest ones are the same everywhere.
_NUMBERS = {
    "x86_64": {
        "architecture": 0xC000003E, "foreign": 0x40000000, "seccomp": 317,
        "add_key": 248, "chmod": 90, "creat": 85, "fchmod": 91, "fchmodat": 268, "fcntl": 72, "ioctl": 16, "keyctl": 250, "kill": 62, "memfd_create": 319,
        "open": 2, "openat": 257, "prlimit64": 302, "request_key": 249, "rt_sigqueueinfo": 129,
        "rt_tgsigqueueinfo": 297, "shmget": 29, "socket": 41, "socketpair": 53, "tgkill": 234,
        "tkill": 200, "truncate": 76,
        "lremovexattr": 198, "lsetxattr": 189, "mq_open": 240, "msgget": 68, "removexattr": 197,
        "semget": 64, "setxattr": 188, "mknod": 133, "mknodat": 259,
        "ioprio_set": 251, "sched_setaffinity": 203, "sched_setattr": 314, "sched_setparam": 142,
        "sched_setscheduler": 144, "setpriority": 141,
    },
    "aarch64": {
        "architecture": 0xC00000B7, "foreign": _ALL_BITS, "seccomp": 277,
        "add_key": 217, "fchmod": 52, "fchmodat": 53, "fcntl": 25, "ioctl": 29, "keyctl": 219, "kill": 129, "memfd_create": 279,
        "openat": 56, "prlimit64": 261, "request_key": 218, "rt_sigqueueinfo": 138,
        "rt_tgsigqueueinfo": 240, "shmget": 194, "socket": 198, "socketpair": 199, "tgkill": 131,
        "tkill": 130, "truncate": 45,
        "lremovexattr": 15, "lsetxattr": 6, "mq_open": 180, "msgget": 186, "removexattr": 14,
        "semget": 190, "setxattr": 5, "mknodat": 33,
        "ioprio_set": 30, "sched_setaffinity": 122, "sched_setattr": 274, "sched_setparam": 118,
        "sched_setscheduler": 119, "setpriority": 140,
    },
}  # fmt: skip
_EVERYWHERE = {
    "fchmodat2": 452, "io_uring_setup": 425, "memfd_secret": 447, "openat2": 437, "pidfd_open": 434,
    "removexattrat": 466, "setxattrat": 463,
}  # fmt: skip

# A name, and conditions on arguments: index, bit mask, value.
_Test = tuple[int, int, int]
_Rule = tuple[str, tuple[_Test, ...], int]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def refuse_some(*, supervisor: int, landlock: int) -> None:
    """Deny them to this process and its future children, after `confinement`.

    `landlock` is the version of Landlock in effect.
    """
    numbers = _NUMBERS.get(os.uname().machine)
    if sys.platform != "linux" or numbers is None:
        return
    rules = [*_always(supervisor), *(_OF_OLD_LANDLOCK if landlock < 3 else ())]
    code = _filter(numbers | _EVERYWHERE, rules)
    program = _Program(len(code) // 8, code)
    # A kernel without seccomp returns EINVAL or ENOSYS: then only the other limits apply.
    ctypes.CDLL(None, use_errno=True).syscall(
        numbers["seccomp"], _SET_MODE_FILTER, _KEEP_SPECULATION, ctypes.byref(program)
    )


_ABSENT = (
    "add_key", "io_uring_setup", "keyctl", "memfd_create", "memfd_secret", "mq_open", "msgget",
    "request_key", "semget", "shmget",
)  # fmt: skip
_ATTRIBUTES = (
    "lremovexattr", "lsetxattr", "removexattr", "removexattrat", "setxattr", "setxattrat",
)  # fmt: skip
_SET_ID_BITS = (0o4000, 0o2000)
_MODES = (
    ("chmod", 1), ("creat", 1), ("fchmod", 1), ("fchmodat", 2), ("fchmodat2", 2), ("mknod", 1), ("mknodat", 2),
)  # fmt: skip
_OPENED_WITH_MODE = (("open", 1), ("openat", 2))  # where the flags are; the mode is behind them
_MAKES = (0o100, 0o20000000)  # O_CREAT, O_TMPFILE: otherwise there is no mode
# Arguments that name a process; 0 is this one. A group or a user counts as another.
_OF_A_PROCESS = {
    "ioprio_set": 1, "prlimit64": 0, "sched_setaffinity": 0, "sched_setattr": 0, "sched_setparam": 0,
    "sched_setscheduler": 0, "setpriority": 1,
}  # fmt: skip
_OF_OTHERS = (("ioprio_set", 2), ("ioprio_set", 3), ("setpriority", 1), ("setpriority", 2))
_OF_OLD_LANDLOCK: tuple[_Rule, ...] = (
    ("truncate", (), errno.EACCES),
    ("open", ((1, _ACCESS_MODE_AND_TRUNCATE, _READ_AND_TRUNCATE),), errno.EACCES),
    ("openat", ((2, _ACCESS_MODE_AND_TRUNCATE, _READ_AND_TRUNCATE),), errno.EACCES),
)


def _always(supervisor: int) -> list[_Rule]:
    signalled = [
        ("kill", 0), ("tkill", 0), ("tgkill", 0), ("tgkill", 1), ("pidfd_open", 0),
        ("rt_sigqueueinfo", 0), ("rt_tgsigqueueinfo", 0), ("rt_tgsigqueueinfo", 1),
    ]  # fmt: skip
    equal = [
        *((name, place, supervisor) for name, place in signalled),
        ("kill", 0, -supervisor),  # its group
        ("kill", 0, -1),  # all there is
        ("fcntl", 1, _SET_OWNER_BY_POINTER),
        *(("ioctl", 1, number) for number in _SET_OWNER_IOCTLS),
    ]
    return [
        *((name, (), errno.ENOSYS) for name in _ABSENT),
        *((name, (), errno.EPERM) for name in _ATTRIBUTES),
        *((name, ((at, bit, bit),), errno.EPERM) for name, at in _MODES for bit in _SET_ID_BITS),
        *(
            (name, ((at, flag, flag), (at + 1, bit, bit)), errno.EPERM)
            for name, at in _OPENED_WITH_MODE
            for flag in _MAKES
            for bit in _SET_ID_BITS
        ),
        ("openat2", (), errno.ENOSYS),  # its flags and mode are out of sight
        *((name, ((0, _ALL_BITS, value),), errno.EPERM) for name, value in _OF_OTHERS),
        ("socket", ((0, _ALL_BITS, _UNIX),), errno.EACCES),
        ("socketpair", ((1, _KIND_OF_SOCKET, _DATAGRAM),), errno.EACCES),
        *(
            (name, ((place, _ALL_BITS, value & _ALL_BITS),), errno.EPERM)
            for name, place, value in equal
        ),
        *(
            (
                "fcntl",
                ((1, _ALL_BITS, _SET_OWNER), (2, _ALL_BITS, pid & _ALL_BITS)),
                errno.EPERM,
            )
            for pid in (supervisor, -supervisor)
        ),
    ]


def _filter(numbers: dict[str, int], rules: list[_Rule]) -> bytes:
    """The BPF program that the kernel runs at each system call."""
    steps = [
        _step(_LOAD, _ARCHITECTURE_AT),
        _step(_IF_EQUAL, numbers["architecture"], 1, 0),
        _step(_RETURN, _FAIL | errno.ENOSYS),
        _step(_LOAD, _NUMBER_AT),
        _step(_IF_AT_LEAST, numbers["foreign"], 0, 1),
        _step(_RETURN, _FAIL | errno.ENOSYS),
    ]
    for name, tests, error in rules:
        if name in numbers:
            steps += _rule(numbers[name], tests, error)
    for name, place in _OF_A_PROCESS.items():
        steps += _of_itself_alone(numbers[name], place)
    return b"".join([*steps, _step(_RETURN, _ALLOW)])


def _of_itself_alone(number: int, place: int) -> list[bytes]:
    """Fail if the argument names another process. The call's number is loaded before and after."""
    inner = [
        _step(_LOAD, _argument(place)),
        _step(_IF_EQUAL, 0, 1, 0),
        _step(_RETURN, _FAIL | errno.EPERM),
        _step(_LOAD, _NUMBER_AT),
    ]
    return [_step(_IF_EQUAL, number, 0, len(inner)), *inner]


def _rule(number: int, tests: tuple[_Test, ...], error: int) -> list[bytes]:
    """Fail with an error if all conditions hold. The call's number is loaded before and after."""
    inner: list[bytes] = []
    for place, bits, value in reversed(tests):
        inner = [
            _step(_LOAD, _argument(place)),
            _step(_AND, bits),
            _step(_IF_EQUAL, value, 0, len(inner) + 1),
            *inner,
        ]  # fmt: skip
    inner.append(_step(_RETURN, _FAIL | error))
    if tests:
        inner.append(_step(_LOAD, _NUMBER_AT))
    return [_step(_IF_EQUAL, number, 0, len(inner)), *inner]


def _argument(place: int) -> int:
    """The offset of an argument's lower half, which holds an `int`."""
    return _ARGUMENTS_AT + 8 * place


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
