"""The supervisor process between localfront and a worker: it kills what the worker leaves behind.

It starts in the process that would become the worker, forks, and stays as the parent. Its standard
input is a socket to localfront: when that is closed, because localfront closed it or ended,
everything ends. On Linux orphaned processes become the supervisor's children, so that none escapes,
and it counts: too many processes or too much memory, shared memory included, end the worker.
Elsewhere it kills the worker and its process group.

The worker's first line on the socket is its process id. A second line names the limit, if one ended
it. The supervisor exits with its worker's status.

Workers run this file directly, so it imports nothing of localfront. Every worker's start waits for
it: contextlib, pathlib and signal would double its import time.

Source: prctl(2), PR_SET_CHILD_SUBREAPER and PR_SET_PDEATHSIG; proc(5); AWS Lambda Developer Guide,
"Lambda quotas": 1,024 processes and threads.
"""

from __future__ import annotations

# ruff: noqa: SIM105 - see above
import _signal  # type: ignore[import-not-found]  # what signal wraps
import ctypes
import os
import select
import sys
import time

import process_tree

MAX_PROCESSES = 1024  # with their threads

_ON_LINUX = sys.platform == "linux"
_SET_PARENT_DEATH_SIGNAL, _SET_CHILD_SUBREAPER = 1, 36  # of prctl
_SOONEST, _LATEST = 0.05, 0.25  # seconds between counts
_CROWD = 150  # more than any ordinary edge function has
_MOST_PASSES = 20
_SUSPECT = 50  # new processes and threads on the machine between counts


def supervise(memory_bytes: int, *, signals_stay_within: bool, channel: int) -> None:
    """Fork: return in the worker, while the parent supervises it and then exits.

    `channel` is the worker's alone: when the worker closes it, or ends, it is closed.
    `memory_bytes` is the limit for the worker and its children together. With
    `signals_stay_within`, a signal to all processes reaches only this process and its children: the
    kernel sends it atomically, so that no process that forks meanwhile is missed.
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
        os.close(channel)
        watch = _Watch(worker, memory_bytes, signals_stay_within=signals_stay_within)
        _watch_over(watch, lifeline)
    os.setsid()
    if _ON_LINUX:
        libc.prctl(_SET_PARENT_DEATH_SIGNAL, _signal.SIGKILL, 0, 0, 0)
        if os.getppid() != supervisor:
            os._exit(1)
    os.write(lifeline, b"%d\n" % os.getpid())
    os.close(lifeline)


def can_signal(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _watch_over(watch: _Watch, lifeline: int) -> None:
    """Supervise until the end; does not return."""
    awake = _wake_at_signals()
    _keep_in_sight(watch.worker)
    waiting = select.poll()
    waiting.register(lifeline, select.POLLIN)
    waiting.register(awake, select.POLLIN)
    while watch.reap():
        ready = dict(waiting.poll(watch.milliseconds()))
        if lifeline in ready:  # nothing is ever sent, so it was closed
            break
        if awake in ready and _signal.SIGTERM in os.read(awake, 4096):
            break
        if excess := watch.excess():
            try:
                os.write(lifeline, excess.encode() + b"\n")
            except OSError:  # localfront has ended
                pass
            break
    watch.sweep()
    _end_as(watch.status)


def _wake_at_signals() -> int:
    """A descriptor from which the numbers of received signals are read."""
    awake, waker = os.pipe()
    os.set_blocking(awake, False)
    os.set_blocking(waker, False)
    _signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    for number in (_signal.SIGCHLD, _signal.SIGTERM):
        _signal.signal(number, lambda *_: None)
    return awake


def _keep_in_sight(worker: int) -> None:
    """Keep /proc/PID open while the worker runs.

    The worker's permission to read it belongs to an inode, which the kernel may otherwise replace
    when memory is short.
    """
    if _ON_LINUX:
        try:
            os.open(f"/proc/{worker}", os.O_PATH)
        except OSError:  # it has ended
            pass


class _Watch:
    """The worker and its processes. `status` is its exit status, as from `waitpid`."""

    def __init__(self, worker: int, memory_bytes: int, *, signals_stay_within: bool) -> None:
        self.status = int(_signal.SIGKILL)
        self.worker = worker
        self._signals_stay_within = signals_stay_within
        self._memory_bytes = memory_bytes
        self._pause = _SOONEST
        self._next_count = time.monotonic() + self._pause
        self._before = (0, 0)
        self._is_stopped = False
        self._all_before = process_tree.all_tasks()

    def milliseconds(self) -> float | None:
        """The time until the next count, None if nothing is counted."""
        if not _ON_LINUX:
            return None
        return max(0.0, self._next_count - time.monotonic()) * 1000

    def reap(self) -> bool:
        """Reap ended children. Returns whether the worker still runs."""
        while ended := _ended_child():
            if ended[0] == self.worker:
                self.status = ended[1]
                return False
        return True

    def excess(self) -> str | None:
        """The limit that is exceeded, if it is time to count."""
        if not _ON_LINUX or time.monotonic() < self._next_count:
            return None
        self._is_stopped = False
        # A fork bomb takes all processor time, and leaves none for counting.
        before, self._all_before = self._all_before, process_tree.all_tasks()
        if self._all_before - before > _SUSPECT:
            self._stop()
        excess = self._excess()
        if self._is_stopped and not excess:
            self._signal(_signal.SIGCONT)
        return excess

    def _stop(self) -> None:
        if not self._is_stopped:
            self._signal(_signal.SIGSTOP)
            self._is_stopped = True

    def _signal(self, number: int) -> None:
        """Signal all at once, or, if that would reach further, the worker's process group."""
        if self._signals_stay_within:
            _send(-1, number)
        else:
            _send(-self.worker, number)

    def _excess(self) -> str | None:
        pids = process_tree.descendants()
        tasks = sum(map(process_tree.threads, pids))
        resident = sum(map(process_tree.resident_bytes, pids))
        grown = tasks > self._before[0] or resident > self._before[1]
        self._before = (tasks, resident)
        self._pause = _SOONEST if grown else min(self._pause * 2, _LATEST)
        self._next_count = time.monotonic() + self._pause
        if tasks > MAX_PROCESSES:
            return f"had {tasks} processes and threads, and Lambda allows {MAX_PROCESSES}"
        if tasks > _CROWD:
            self._stop()
            _demote(pids)
        # Includes program and library pages, and shared ones repeatedly: an upper bound.
        if resident > self._memory_bytes:
            self._stop()  # a forking process blocks reading its memory
            used = sum(map(process_tree.own_bytes, pids))
            if used > self._memory_bytes:
                return f"used {used // 1024**2} MB together with what it started"
        return None

    def sweep(self) -> None:
        """Kill the worker and all its processes."""
        self._signal(_signal.SIGKILL)
        if _ON_LINUX and not self._signals_stay_within:
            _kill_each()
        try:
            while True:
                os.waitpid(-1, 0)
        except ChildProcessError:  # none is left
            return


def _demote(pids: list[int]) -> None:
    """Give processes and their future children the lowest priority.

    So that the supervisor gets processor time.
    """
    for pid in pids:
        try:
            os.setpriority(os.PRIO_PROCESS, pid, 19)
            os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))
        except OSError:  # it has ended
            pass


def _kill_each() -> None:
    """Kill all descendants until none is left, as some may be forking meanwhile."""
    _keep_from_forking()
    while (ended := _ended_child()) is not None:
        if not ended:
            for pid in process_tree.descendants():
                _send(pid, _signal.SIGKILL)
            time.sleep(0.001)


def _keep_from_forking() -> None:
    """Prevent all descendants from forking, before any ends and makes room.

    It has no effect for root, who has no such limit.
    """
    import resource

    stopped: set[int] = set()
    for _ in range(_MOST_PASSES if os.getuid() else 0):
        new = set(process_tree.descendants()) - stopped
        for pid in new:
            try:
                resource.prlimit(pid, resource.RLIMIT_NPROC, (0, 0))
            except (OSError, ValueError):  # it has ended
                pass
        if not new:
            return
        stopped |= new


def _ended_child() -> tuple[int, int] | tuple[()] | None:
    """Process id and status of a child that has ended; () when all run, None without any."""
    try:
        pid, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None
    return (pid, status) if pid else ()


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        pass  # it has ended; macOS raises PermissionError for a group of ended processes


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
