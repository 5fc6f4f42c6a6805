"""Run a command that ends with its parent process, even if the parent is killed.

    python -IS lifeline.py DESCRIPTOR COMMAND ARGUMENT...

DESCRIPTOR is the read end of a pipe whose write end only the parent holds; the system closes it in
any case when the parent ends. Then the process group is killed: this process, which leads it, the
command, and its children, such as Terraform's providers. Otherwise this process exits as the
command did.
"""

import os
import signal
import sys
import threading


def main(descriptor: int, command: list[str]) -> None:
    os.set_inheritable(descriptor, False)
    threading.Thread(target=end_with_starter, args=(descriptor,), daemon=True).start()
    _, status = os.waitpid(os.posix_spawnp(command[0], command, os.environ), 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def end_with_starter(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
