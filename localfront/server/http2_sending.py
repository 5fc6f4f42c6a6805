"""Send on an HTTP/2 connection within flow-control windows and the socket's capacity.

Source: RFC 9113, 5.2 (flow control).
"""

from __future__ import annotations

import asyncio

from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.exceptions import ProtocolError

from localfront.server.http2_messages import Lines


class Sending:
    """Writes h2's pending frames to `transport`."""

    transport: asyncio.Transport

    def __init__(self, h2: H2Connection) -> None:
        self._h2 = h2
        self._moved = asyncio.Event()  # set when a window opens; replaced each time
        self._writable = asyncio.Event()
        self._writable.set()

    def flush(self) -> None:
        data = self._h2.data_to_send()
        if data and not self.transport.is_closing():
            self.transport.write(data)

    def close(self) -> None:
        self.flush()
        self.transport.close()

    def pause(self) -> None:
        """Stop reading too: otherwise the responses to control frames would pile up."""
        self._writable.clear()
        self.transport.pause_reading()

    def resume(self) -> None:
        self._writable.set()
        self.transport.resume_reading()

    def lost(self) -> None:
        self._writable.set()
        self.window_opened()

    def window_opened(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    def head(self, stream_id: int, lines: Lines, *, is_last: bool, waits: bool) -> None:
        self._check_open()
        try:
            self._h2.send_headers(stream_id, lines, end_stream=is_last)
        except ProtocolError as error:
            raise ConnectionResetError("the stream is gone") from error
        if is_last or not waits:
            self.flush()

    async def data(self, stream_id: int, data: bytes, *, is_last: bool) -> None:
        rest = memoryview(data)
        while rest:
            await self._writable.wait()
            self._check_open()
            moved = self._moved
            part = self._part(stream_id, rest, is_last=is_last)
            rest = rest[part:]
            self.flush()
            if not part:
                await moved.wait()

    def _part(self, stream_id: int, rest: memoryview, *, is_last: bool) -> int:
        """Send what fits. Returns the number of bytes; 0 while a window is closed."""
        try:
            room = self._h2.local_flow_control_window(stream_id)
            part = bytes(rest[: max(0, min(room, self._h2.max_outbound_frame_size))])
            if part:
                ends = is_last and len(part) == len(rest)
                self._h2.send_data(stream_id, part, end_stream=ends)
        except ProtocolError as error:
            raise ConnectionResetError("the stream is gone") from error
        return len(part)

    def end(self, stream_id: int, *, broken: bool) -> None:
        self._check_open()
        try:
            if broken:
                self._h2.reset_stream(stream_id, ErrorCodes.INTERNAL_ERROR)
            else:
                self._h2.end_stream(stream_id)
        except ProtocolError as error:
            raise ConnectionResetError("the stream is gone") from error
        self.flush()

    def _check_open(self) -> None:
        if self.transport.is_closing():
            raise ConnectionResetError("the connection is gone")


class StreamSending:
    """Sends on one stream."""

    def __init__(self, sending: Sending, stream_id: int) -> None:
        self._sending = sending
        self._id = stream_id

    def send_head(self, lines: Lines, *, is_last: bool, waits: bool) -> None:
        self._sending.head(self._id, lines, is_last=is_last, waits=waits)

    async def send_data(self, data: bytes, *, is_last: bool = False) -> None:
        await self._sending.data(self._id, data, is_last=is_last)

    def end(self) -> None:
        self._sending.end(self._id, broken=False)

    def break_off(self) -> None:
        self._sending.end(self._id, broken=True)
