"""Check a connection's socket immediately before a write.

Between check and write the system may do other things for milliseconds, and bytes that arrive
meanwhile arrive before the request. So nothing is done in between.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import select
import sys
import termios
from collections.abc import Callable
from typing import Any

NO_BYTES = bytes(4)  # 0 as a C int


class Watch:
    """One connected socket, by its descriptor."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        readable = select.poll()
        readable.register(descriptor, select.POLLIN)
        self.poll = readable.poll

    def is_readable(self) -> bool:
        """Whether there is unread data for the event loop: bytes, or a FIN."""
        return bool(self.poll(0))

    def is_unacknowledged(self) -> bool:
        """Whether sent bytes are not acknowledged yet. Linux only (tcp(7), SIOCOUTQ)."""
        if sys.platform != "linux":
            return False
        try:
            return fcntl.ioctl(self.descriptor, termios.TIOCOUTQ, NO_BYTES) != NO_BYTES
        except OSError:  # Linux by name, but without this ioctl
            return False


class Watched(asyncio.Transport):
    """A transport that checks for received bytes before each write.

    `bytes_arrived` is called if there are any; if it raises, nothing is written.
    """

    def __init__(
        self, transport: asyncio.Transport, watch: Watch, bytes_arrived: Callable[[], None]
    ) -> None:
        super().__init__()
        self._transport = transport
        self._watch = watch
        self._bytes_arrived = bytes_arrived
        self._is_plain = transport.get_extra_info("ssl_object") is None
        for name in PASSED_ON:
            setattr(self, name, getattr(transport, name))

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._is_plain and not self.is_closing() and not self.get_write_buffer_size():
            data = data[self._written_at_once(data) :]
        if data and self._watch.is_readable():
            self._bytes_arrived()
        if data:
            self._transport.write(data)

    def writelines(self, list_of_data: Any) -> None:
        self.write(b"".join(list_of_data))

    def _written_at_once(self, data: bytes | bytearray | memoryview) -> int:
        """Write immediately after the check. Returns the number of bytes written."""
        poll, write, descriptor = self._watch.poll, os.write, self._watch.descriptor
        try:
            return 0 if poll(0) else write(descriptor, data)
        except OSError:  # full or closed: the transport handles that
            return 0


PASSED_ON = (
    "abort", "can_write_eof", "close", "get_extra_info", "get_protocol", "get_write_buffer_limits",
    "get_write_buffer_size", "is_closing", "is_reading", "pause_reading", "resume_reading",
    "set_protocol", "set_write_buffer_limits", "write_eof",
)  # fmt: skip
