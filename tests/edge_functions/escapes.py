"""Functions that each try one way to access something outside of their worker.

They return the errno, or the data that they could read.
"""

import ctypes
import mmap
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Event = dict[str, Any]
MB = 1024 * 1024


def result_or_errno(attempt: Callable[[], object]) -> object:
    try:
        return attempt()
    except OSError as error:
        return error.errno


def reads(event: Event, context: object) -> object:
    return result_or_errno(lambda: Path(event["file"]).read_bytes()[:20].decode("latin1"))


def lists(event: Event, context: object) -> object:
    return result_or_errno(lambda: sorted(os.listdir(event["file"])))  # noqa: PTH208 - as functions write it


def reads_through_a_symbolic_link(event: Event, context: object) -> object:
    link = Path(os.environ["TMPDIR"], "symbolic")
    link.symlink_to(event["file"])
    return result_or_errno(link.read_text)


def reads_through_a_hard_link(event: Event, context: object) -> object:
    link = Path(os.environ["TMPDIR"], "hard")

    def attempt() -> str:
        link.hardlink_to(event["file"])
        return link.read_text()

    return result_or_errno(attempt)


def reads_through_its_own_process(event: Event, context: object) -> object:
    return result_or_errno(Path(f"/proc/self/root{event['file']}").read_text)


def reads_in_a_child(event: Event, context: object) -> int:
    command = ["/bin/cat", event["file"]]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode


def executes(event: Event, context: object) -> object:
    return result_or_errno(lambda: subprocess.run([event["file"]], check=False).returncode)


def removes(event: Event, context: object) -> object:
    return result_or_errno(lambda: Path(event["file"]).unlink())


def adds_a_file_in(event: Event, context: object) -> object:
    return result_or_errno(lambda: Path(event["file"], "added").touch())


def replaces(event: Event, context: object) -> object:
    """Replace another file by its own."""
    own = Path(os.environ["TMPDIR"], "own")
    own.touch()
    return result_or_errno(lambda: own.replace(event["file"]))


def tells_its_temporary_folder(event: Event, context: object) -> str:
    return os.environ["TMPDIR"]


def tells_the_runtime_s_folder(event: Event, context: object) -> str:
    return os.environ["LAMBDA_RUNTIME_DIR"]


def connects_to_a_unix_socket(event: Event, context: object) -> object:
    def attempt() -> str:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(event["file"])
        return "connected"

    return result_or_errno(attempt)


def speaks_with_its_child(event: Event, context: object) -> str:
    ours, its = socket.socketpair()
    command = [sys.executable, "-c", "import os; os.write(0, b'hello')"]
    with ours, its:
        subprocess.run(command, stdin=its.fileno(), check=True)
        return ours.recv(5).decode()


def makes_memory_of_no_process(event: Event, context: object) -> list[object]:
    libc = ctypes.CDLL(None, use_errno=True)
    create = {"x86_64": 29, "aarch64": 194}[os.uname().machine]
    private, size, mode = 0, ctypes.c_size_t(300 * MB), 0o1600
    segment = libc.syscall(create, private, size, mode)
    memfd = result_or_errno(lambda: os.memfd_create("x"))
    return [memfd, ctypes.get_errno() if segment < 0 else segment]


def maps_shared_memory(event: Event, context: object) -> None:
    if event.get("hides"):
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
    shared = mmap.mmap(-1, event["megabytes"] * MB)
    for place in range(0, len(shared), 4096):
        shared[place] = 1
    time.sleep(3600)


def shares_the_work(event: Event, context: object) -> None:
    """Each of its children stays within the memory that one process may have."""
    for _ in range(event["children"]):
        if os.fork() == 0:
            kept = b"x" * (event["megabytes"] * MB)
            time.sleep(3600)
            os._exit(len(kept))
    time.sleep(3600)


FORKS = """
import os, sys, time
for _ in range(int(sys.argv[2])):
    if os.fork() == 0:
        while True:  # each process of a chain lives until it has started the next
            time.sleep(0.01)
            if os.fork():
                os._exit(0)
            os.setsid()
"""


def forks_without_end(event: Event, context: object) -> None:
    """Chains of processes that are never the same for long, with the event's mark."""
    command = [sys.executable, "-I", "-c", FORKS, event["mark"], str(event["chains"])]
    subprocess.run(command, check=True)


def starts_many(event: Event, context: object) -> None:
    """Processes, each with as many threads as the event says."""
    threading.stack_size(64 * 1024)
    any(os.fork() == 0 for _ in range(event["children"]))  # a child forks none
    for _ in range(event["threads"]):
        threading.Thread(target=time.sleep, args=[3600], daemon=True).start()
    time.sleep(3600)


# Names no variable of the worker's, belongs to no session of it, and its parent has ended.
ESCAPES = """
import os, sys, time
if os.fork():
    os._exit(0)
os.setsid()
os.closerange(0, 64)
time.sleep(3600)
"""


def leaves_strays(event: Event, context: object) -> Event:
    """Start as many as the event says, with its mark in their command line."""
    command = [sys.executable, "-I", "-c", ESCAPES, event["mark"]]
    for _ in range(event["strays"]):
        subprocess.run(command, env={}, start_new_session=True, check=True)
    if event.get("leave"):
        os._exit(3)
    return {"supervisor": os.getppid(), "worker": os.getpid()}


def ends_its_supervisor(event: Event, context: object) -> object:
    return result_or_errno(lambda: os.kill(os.getppid(), 9))


def any_of_them(event: Event, context: object) -> object:
    """Run the attack that the event names: many attacks in one worker."""
    return globals()[event["attack"]](event, context)
