"""The beginning of every worker: supervised, then confined, then its program.

    worker_start.py DATA_BYTES MEMORY_BYTES READABLE WRITABLE PROGRAM ARGUMENT...

READABLE and WRITABLE are paths, one a line. The Python runtime takes the first four arguments by
`start`, and goes on in the same process.

Workers run this file by itself, isolated (-I), so it imports nothing of localfront.
"""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    # Isolated, Python looks for modules in its own folders alone.
    sys.path.insert(0, os.environ["LAMBDA_RUNTIME_DIR"])

import confinement
import supervisor
import system_calls


def start(arguments: list[str]) -> list[str]:
    """Supervise and confine this process; return the rest of the arguments."""
    data_bytes, memory_bytes, readable, writable, *rest = arguments
    owner = os.getppid()
    # Shown, too: the supervisor will signal "all", and mean its own.
    is_within = (
        supervisor.can_signal(owner)
        and confinement.keep_signals_within()
        and not supervisor.can_signal(owner)
    )
    supervisor.supervise(int(memory_bytes), signals_stay_within=is_within)
    own = f"/proc/{os.getpid()}"
    confinement.confine(
        int(data_bytes),
        readable=[*readable.splitlines(), own],
        writable=writable.splitlines(),
    )
    os.environ["LD_LIBRARY_PATH"] = _library_path()
    system_calls.refuse_some(supervisor=os.getppid(), landlock=confinement.landlock_version())
    return rest


def _library_path() -> str:
    """Lambda's, less the system's own folders.

    It is set here, where the process is confined: before, the loader would take a library of the
    function's into a process that is not. So Node.js goes by it; Python, which runs already, shows it.
    """
    runtime, code = os.environ["LAMBDA_RUNTIME_DIR"], os.environ["LAMBDA_TASK_ROOT"]
    return ":".join((runtime, f"{runtime}/lib", code, f"{code}/lib"))


if __name__ == "__main__":
    program = start(sys.argv[1:])
    os.execv(program[0], program)  # noqa: S606 - no shell is wanted
