"""A bell that wakes a Python worker for an event, on Linux.

Bytes that arrive at a socket wake its reader as if the writer were about to wait. The kernel then
puts a worker on the core of our event loop, behind other requests, when its own core is busy. A
bell wakes it without that hint.

The worker has an epoll instance and nothing else: it can't fill the counter below, nor block us.

Source: eventfd(2), epoll(7); in the kernel, `WF_SYNC`.
"""

from __future__ import annotations

import os
import select
import sys

from localfront.lambda_edge.workers.interpreters import Interpreter


class Bell:
    """A bell. `fd` is the worker's side, to wait on."""

    def __init__(self) -> None:
        self._counter = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._waiting = select.epoll()
        self._waiting.register(self._counter, select.EPOLLIN | select.EPOLLET)
        self.fd = self._waiting.fileno()

    def ring(self) -> None:
        """Wake the worker once."""
        os.eventfd_write(self._counter, 1)

    def ring_on(self) -> None:
        """Let the worker wait on its socket from now on, not on the bell."""
        self._waiting.modify(self._counter, select.EPOLLIN)
        self.ring()

    def close(self) -> None:
        self._waiting.close()
        os.close(self._counter)


def bell_of(interpreter: Interpreter) -> Bell | None:
    """A bell for a worker that waits for one; Node.js waits for whatever comes next."""
    return Bell() if sys.platform == "linux" and not interpreter.is_node else None
