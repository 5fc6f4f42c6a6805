"""Run a command that ends with its parent, even if the parent is killed.

    python -IS tether.py DESCRIPTOR SIGNAL SECONDS RUN COMMAND ARGUMENT...

DESCRIPTOR is the read end of a pipe whose write end only the parent holds: the system closes it
even after SIGKILL, on every Unix. Then this process's group gets SIGNAL, and SIGKILL after SECONDS.
The group is this process, which leads it, the command, and its children. RUN shows in a process
list which run it belongs to. Otherwise this process only waits, and ends as the command did. It
imports nothing slow: `threading` would take a fifth of its time.
"""

import _thread
import os
import signal
import sys
import time

PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # the command gets them itself
TAKEN_BY_PYTHON = (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ)  # as it starts
PR_SET_PDEATHSIG = 1
WITHOUT_COMMAND = 1.0  # seconds that its own children have when the command has ended
CANNOT_START = 127  # as in shells


def main(descriptor: int, farewell: int, seconds: float, command: list[str]) -> None:
    me = os.getpid()
    # One that comes before this process ignores them would end it, and the command with it.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON)
    child = os.fork()
    if child == 0:
        os.close(descriptor)
        become(command, tether=me, mask=mask)
    for number in PASSED_ON:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    parted = _thread.allocate_lock()  # locked at the starter's end
    _thread.start_new_thread(end_with_starter, (descriptor, farewell, seconds, parted))
    _, status = os.waitpid(child, 0)
    if parted.locked():  # processes that the command started may still run
        time.sleep(min(seconds, WITHOUT_COMMAND))
        os.killpg(0, signal.SIGKILL)
    end_as(os.waitstatus_to_exitcode(status))


def become(command: list[str], *, tether: int, mask: set[int | signal.Signals]) -> None:
    """Run the command in this process. On Linux it ends with the tether, too."""
    for number in TAKEN_BY_PYTHON:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    try:
        die_with(tether)
        os.execvp(command[0], command)  # noqa: S606 (a list, and no shell)
    except OSError as reason:
        sys.stderr.write(f"{command[0]}: {reason.strerror}\n")
        os._exit(CANNOT_START)


def die_with(tether: int) -> None:
    """See prctl(2). It survives exec, and also works if the tether has ended meanwhile."""
    if sys.platform != "linux":
        return
    import ctypes  # Other systems need not wait for it.

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != tether:
        os._exit(CANNOT_START)


def end_with_starter(
    descriptor: int, farewell: int, seconds: float, parted: _thread.LockType
) -> None:
    while os.read(descriptor, 1):
        pass
    parted.acquire()
    os.killpg(0, farewell)
    time.sleep(seconds)
    os.killpg(0, signal.SIGKILL)


def end_as(code: int) -> None:
    """Exit with the command's code, or by the signal that ended it (a negative code)."""
    if code < 0:
        if -code in PASSED_ON:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[5:])
