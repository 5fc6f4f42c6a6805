"""The operations that a confined process is refused, by version of Landlock and without it.

Each attempt is made in a process of its own, under what a worker has; an older version is what the
kernel would have without the newer rights.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.localfront.lambda_edge.escaping import confined, landlock_version, linux

WORKERS = Path(__file__).parents[4] / "localfront" / "lambda_edge" / "workers"

# Drops root's capabilities too, or the results would differ between users.
VICTIM = """
import ctypes, sys
sys.path.insert(0, sys.argv[1])
import confinement
confinement._drop_capabilities(ctypes.CDLL(None, use_errno=True))
print(flush=True)
sys.stdin.readline()
"""
# In a worker's place: another process acts as the supervisor, and reports each result.
ATTEMPTS = """
import ctypes, errno, fcntl, json, os, resource, signal, socket, sys
sys.path.insert(0, sys.argv[1])
import confinement, system_calls

version, readable, writable, victim, code = sys.argv[2:]
version, victim = int(version), int(victim)
confinement.landlock_version = lambda: version
confinement.confine(2**40, readable=[*readable.split(":"), code], writable=[writable])
system_calls.refuse_some(supervisor=victim, landlock=version)
libc = ctypes.CDLL(None, use_errno=True)

def tell(attempt):
    try:
        return attempt()
    except OSError as error:
        return errno.errorcode[error.errno]

def syscall(number, *arguments):
    done = libc.syscall(number, *arguments)
    return errno.errorcode[ctypes.get_errno()] if done < 0 else done

def datagram():
    return [end.close() for end in socket.socketpair(type=socket.SOCK_DGRAM)]

def owner():
    with socket.socket() as one:
        fcntl.fcntl(one, fcntl.F_SETOWN, victim)

with open(os.path.join(writable, "own"), "w") as file:
    file.write("mine")
MODES = {
    "chmod": lambda mode: os.chmod(file.name, mode),
    "fchmodat": lambda mode: os.chmod("own", mode, dir_fd=folder),
    "fchmod": lambda mode: os.chmod(folder, mode),
}
folder = os.open(writable, os.O_RDONLY)
pids = {"kill": victim, "group": -victim, "all": -1}
print(json.dumps({
    **{name: tell(lambda: os.kill(pid, 0)) for name, pid in pids.items()},
    "own process": tell(lambda: os.kill(os.getpid(), 0)),
    "own group": tell(lambda: os.kill(0, signal.SIGCONT)),
    "limits": tell(lambda: resource.prlimit(victim, resource.RLIMIT_CPU)),
    "own limits": tell(lambda: resource.prlimit(0, resource.RLIMIT_CORE)),
    "pidfd": tell(lambda: os.pidfd_open(victim)),
    "owner": tell(owner),
    "datagrams": tell(datagram),
    "stream": tell(lambda: [end.close() for end in socket.socketpair()]),
    "unix": tell(lambda: socket.socket(socket.AF_UNIX).close()),
    "internet": tell(lambda: socket.socket().close()),
    "keyring": syscall({"x86_64": 250, "aarch64": 219}[os.uname().machine], 0, -3, 0),
    "queue": syscall({"x86_64": 68, "aarch64": 186}[os.uname().machine], 0, 0o1600),
    "semaphore": syscall({"x86_64": 64, "aarch64": 190}[os.uname().machine], 0, 1, 0o1600),
    **{f"{how} with {mode:o}": tell(lambda: change(mode)) for mode in (0o4755, 0o2755, 0o6600)
       for how, change in MODES.items()},
    "fchmodat2 with 4755": syscall(452, -100, file.name.encode(), 0o4755, 0),
    "created": tell(lambda: os.open(writable + "/new", os.O_CREAT | os.O_WRONLY, 0o4755)),
    "created nameless": tell(lambda: os.open(writable, os.O_TMPFILE | os.O_WRONLY, 0o2755)),
    "made": tell(lambda: os.mknod(writable + "/made", 0o104755)),
    "own new": tell(lambda: os.close(os.open(writable + "/own", os.O_CREAT | os.O_RDONLY, 0o755))),
    "priority": tell(lambda: os.setpriority(os.PRIO_PROCESS, victim, 19)),
    "group's priority": tell(lambda: os.setpriority(os.PRIO_PGRP, 0, 19)),
    "user's priority": tell(lambda: os.setpriority(os.PRIO_USER, 0, 19)),
    "scheduler": tell(lambda: os.sched_setscheduler(victim, os.SCHED_IDLE, os.sched_param(0))),
    "parameters": tell(lambda: os.sched_setparam(victim, os.sched_param(0))),
    "processors": tell(lambda: os.sched_setaffinity(victim, os.sched_getaffinity(0))),
    "attributes": syscall({"x86_64": 314, "aarch64": 274}[os.uname().machine], victim, bytes(48), 0),
    "disk": syscall({"x86_64": 251, "aarch64": 30}[os.uname().machine], 1, victim, 3 << 13),
    "user's disk": syscall({"x86_64": 251, "aarch64": 30}[os.uname().machine], 3, 0, 3 << 13),
    "own priority": tell(lambda: os.nice(1)),
    "own processors": tell(lambda: os.sched_setaffinity(0, os.sched_getaffinity(0))),
    "own scheduler": tell(lambda: os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))),
    "own mode": tell(lambda: [change(0o755) for change in MODES.values()]),
    "own time": tell(lambda: os.utime(file.name, (0, 0))),
    "attribute": tell(lambda: os.setxattr(sys.argv[1], "user.mark", b"x")),
    "truncate": tell(lambda: os.truncate(code, 0)),
    "open": tell(lambda: os.open(code, os.O_RDONLY | os.O_TRUNC)),
    "write": tell(lambda: os.open(code, os.O_WRONLY)),
    "openat2": syscall(437, -100, code.encode(), bytes(24), 24),
    "read": tell(lambda: os.close(os.open(code, os.O_RDONLY))),
    "secret": tell(lambda: os.open(sys.argv[1], os.O_RDONLY)),
    "own file": tell(lambda: os.close(os.open(file.name, os.O_RDWR | os.O_TRUNC))),
}))
"""


def attempts(tmp_path: Path, version: int) -> dict[str, object]:
    code, writable = tmp_path / "code.py", tmp_path / "writable"
    code.write_text("code")
    writable.mkdir()
    with subprocess.Popen(
        [sys.executable, "-I", "-c", VICTIM, str(WORKERS)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as victim:  # fmt: skip
        assert victim.stdout
        victim.stdout.readline()
        done = subprocess.run(
            [sys.executable, "-I", "-c", ATTEMPTS, str(WORKERS), str(version),
             "/usr:/lib:/lib64:/etc", str(writable), str(victim.pid), str(code)],
            capture_output=True, text=True, check=False, start_new_session=True,
            timeout=240,
        )  # fmt: skip
        victim.communicate(b"\n", timeout=30)
    assert done.returncode == 0, done.stderr
    assert code.read_text() == "code" or not version
    results: dict[str, object] = json.loads(done.stdout)
    return results


ALLOWED = (
    "own process", "own group", "own limits", "own mode", "own time", "own new", "own priority", "own processors", "own scheduler", "stream", "internet", "read", "own file",
)  # fmt: skip


@confined
@pytest.mark.parametrize("version", range(1, landlock_version() + 1))
def test_every_landlock_version_refuses_the_same_calls(tmp_path: Path, version: int) -> None:
    results = attempts(tmp_path, version)

    errors = {name for name, refused in results.items() if isinstance(refused, str)}
    assert not errors & {*ALLOWED}
    assert {*results} - errors <= {*ALLOWED}


@linux
def test_without_landlock_the_same_system_calls_are_refused(
    tmp_path: Path,
) -> None:
    results = attempts(tmp_path, 0)

    errors = {name for name, refused in results.items() if isinstance(refused, str)}
    assert not errors & {*ALLOWED, "write", "secret"}
    assert {*results} - errors <= {*ALLOWED, "write", "secret"}


# The engine of a container may refuse Landlock, as an old kernel does.
WITHOUT_LANDLOCK = """
import ctypes, os, struct, sys
step = lambda code, value, yes=0, no=0: struct.pack("=HBBI", code, yes, no, value)
filter = b"".join([
    step(0x20, 0), step(0x35, 444, 0, 2), step(0x35, 447, 1, 0),
    step(0x06, 0x00050000 | int(sys.argv[1])), step(0x06, 0x7FFF0000),
])
class Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))
program = Program(len(filter) // 8, filter)
libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(program)) == 0
os.execv(sys.argv[2], sys.argv[2:])
"""


@linux
@pytest.mark.parametrize("error", [1, 38], ids=["EPERM", "ENOSYS"])
def test_if_landlock_is_unavailable_functions_run_with_a_warning(
    tmp_path: Path, error: int
) -> None:
    (tmp_path / "guard.py").write_text("def handler(event, context):\n    return None\n")

    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_LANDLOCK, str(error),
         sys.executable, "-m", "localfront", "invoke", "--function", str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=60,
        cwd=Path(__file__).parents[4],
    )  # fmt: skip

    assert "This kernel has no Landlock" in done.stderr
    assert "LR-001" in done.stderr  # it ran, and returned nothing
    assert "Traceback" not in done.stderr
