"""The process between localfront and a worker: it ends whatever the worker leaves behind.

It starts as the process that will become the worker, forks, and stays. Its standard input is a
socket to localfront, its lifeline: when localfront closes that, or ends, however it ends, all ends.
On Linux processes whose parent has ended become the supervisor's children, so that none escapes,
and it counts: too many processes or too much memory, shared memory too, end the worker. Elsewhere
it ends the worker and its process group.

The worker's first line on the socket is its process id. A second line says what ended it, where it
was one of those limits. The supervisor ends as its worker did.

Workers run this file by itself, so it imports nothing of localfront. Every worker's start waits for
it: contextlib, pathlib and signal would double the time that it takes to import.

Source: prctl(2), PR_SET_CHILD_SUBREAPER and PR_SET_PDEATHSIG; proc(5); AWS Lambda Developer Guide,
"Lambda quotas": 1,024 processes and threads.
"""

from __future__ import annotations

# ruff: noqa: PTH110, PTH116, PTH123, PTH208, SIM105 - see above
import _signal  # type: ignore[import-not-found]  # what signal wraps
import ctypes
import os
import select
import sys
import time

MAX_PROCESSES = 1024  # with their threads

_ON_LINUX = sys.platform == "linux"
_SET_PARENT_DEATH_SIGNAL, _SET_CHILD_SUBREAPER = 1, 36  # of prctl
_SOONEST, _LATEST = 0.05, 0.5  # seconds between two counts
_PAGE = os.sysconf("SC_PAGE_SIZE")


def supervise(memory_bytes: int) -> None:
    """Fork: return in the worker, while the parent watches over it and then exits.

    `memory_bytes` is what the worker and what it starts may use together.
    """
    lifeline = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    libc = ctypes.CDLL(None, use_errno=True)
    if _ON_LINUX:
        libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    supervisor = os.getpid()
    worker = os.fork()
    if worker:
        _watch_over(worker, lifeline, memory_bytes)
    os.setsid()
    if _ON_LINUX:
        libc.prctl(_SET_PARENT_DEATH_SIGNAL, _signal.SIGKILL, 0, 0, 0)
        if os.getppid() != supervisor:
            os._exit(1)
    os.write(lifeline, b"%d\n" % os.getpid())
    os.close(lifeline)


def _watch_over(worker: int, lifeline: int, memory_bytes: int) -> None:
    """Wait for the end, and do not return."""
    awake = _wake_at_signals()
    _keep_in_sight(worker)
    watch = _Watch(worker, memory_bytes)
    waiting = select.poll()
    waiting.register(lifeline, select.POLLIN)
    waiting.register(awake, select.POLLIN)
    while watch.reap():
        ready = dict(waiting.poll(watch.milliseconds()))
        if lifeline in ready:  # nothing is ever sent: it is closed
            break
        if awake in ready and _signal.SIGTERM in os.read(awake, 4096):
            break
        if excess := watch.excess():
            try:
                os.write(lifeline, excess.encode() + b"\n")
            except OSError:  # nobody is there any more
                pass
            break
    watch.sweep()
    _end_as(watch.status)


def _wake_at_signals() -> int:
    """A descriptor that has the number of each signal that came."""
    awake, waker = os.pipe()
    os.set_blocking(awake, False)
    os.set_blocking(waker, False)
    _signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    for number in (_signal.SIGCHLD, _signal.SIGTERM):
        _signal.signal(number, lambda *_: None)
    return awake


def _keep_in_sight(worker: int) -> None:
    """Hold /proc/PID for as long as the worker runs.

    Its permission to read that belongs to an inode, which the kernel may otherwise replace by
    another one when memory is short.
    """
    if _ON_LINUX:
        try:
            os.open(f"/proc/{worker}", os.O_PATH)
        except OSError:  # it has ended
            pass


class _Watch:
    """The worker and what it has started. `status` is how it ended, as `waitpid` has it."""

    def __init__(self, worker: int, memory_bytes: int) -> None:
        self.status = int(_signal.SIGKILL)
        self._worker = worker
        self._memory_bytes = memory_bytes
        self._pause = _SOONEST
        self._next_count = time.monotonic() + self._pause
        self._before = (0, 0)

    def milliseconds(self) -> float | None:
        """How long to wait for the next count, None where nothing is counted."""
        if not _ON_LINUX:
            return None
        return max(0.0, self._next_count - time.monotonic()) * 1000

    def reap(self) -> bool:
        """Wait for children that have ended; whether the worker still runs."""
        while ended := _ended_child():
            if ended[0] == self._worker:
                self.status = ended[1]
                return False
        return True

    def excess(self) -> str | None:
        """What there is too much of, when it is time to look."""
        if not _ON_LINUX or time.monotonic() < self._next_count:
            return None
        pids = _descendants()
        tasks = sum(map(_threads, pids))
        resident = sum(map(_resident_bytes, pids))
        grown = tasks > self._before[0] or resident > self._before[1]
        self._before = (tasks, resident)
        self._pause = _SOONEST if grown else min(self._pause * 2, _LATEST)
        self._next_count = time.monotonic() + self._pause
        if tasks > MAX_PROCESSES:
            return f"had {tasks} processes and threads, and Lambda allows {MAX_PROCESSES}"
        # With the pages of programs and libraries, and shared ones often: a bound from above.
        if resident > self._memory_bytes:
            used = sum(map(_own_bytes, pids))
            if used > self._memory_bytes:
                return f"used {used // 1024**2} MB together with what it started"
        return None

    def sweep(self) -> None:
        """End the worker and all that it started."""
        _kill(self._worker, group=True)
        while (ended := _ended_child()) is not None:
            if ended:
                continue
            for pid in _descendants() if _ON_LINUX else ():
                _kill(pid)
            time.sleep(0.001)


def _ended_child() -> tuple[int, int] | tuple[()] | None:
    """Process id and status of a child that has ended; () when all run, None without any."""
    try:
        pid, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None
    return (pid, status) if pid else ()


def _kill(pid: int, *, group: bool = False) -> None:
    try:
        (os.killpg if group else os.kill)(pid, _signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass  # it has ended; macOS says PermissionError for a group whose members all have


def _end_as(status: int) -> None:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        _leave_no_core()
        if number not in (_signal.SIGKILL, _signal.SIGSTOP):
            _signal.signal(number, _signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status))


def _leave_no_core() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _descendants() -> list[int]:
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
    """Those of each thread, which is where Linux lists them."""
    found: list[int] = []
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:  # it has ended
        return found
    for thread in threads:
        found += map(int, _read(f"/proc/{pid}/task/{thread}/children").split())
    return found


def _children_by_parent() -> dict[int, list[int]]:
    """The same where the kernel was built without those lists."""
    found: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdecimal():
            # After the program's name, which may have spaces: its state, then its parent.
            fields = _read(f"/proc/{name}/stat").rpartition(b")")[2].split()
            if fields:
                found.setdefault(int(fields[1]), []).append(int(name))
    return found


def _threads(pid: int) -> int:
    try:
        return os.stat(f"/proc/{pid}/task").st_nlink - 2  # a link for each
    except OSError:
        return 0


def _resident_bytes(pid: int) -> int:
    fields = _read(f"/proc/{pid}/statm").split()
    return int(fields[1]) * _PAGE if fields else 0


def _own_bytes(pid: int) -> int:
    """Its memory without what is read from files; what is shared counts once for all.

    Once for each, where the process hides that or the kernel does not tell.
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


def _read(path: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read()
    except OSError:
        return b""
