"""One side of a proxied HTTP/2 connection: sends whole messages within the peer's windows.

Source: RFC 9113, 5.2 (flow control), 8.1 (trailers).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, Event, RemoteSettingsChanged, WindowUpdated
from h2.exceptions import ProtocolError, StreamClosedError
from h2.settings import SettingCodes, Settings

Headers = Sequence[tuple[bytes, bytes]]
WINDOW = 1 << 20  # bytes that a peer may send before the next acknowledgement
INITIAL_WINDOW = 65_535
READ_BYTES = 1 << 20


@dataclass(slots=True)
class _Unsent:
    """The part of a stream that does not fit into the peer's window yet."""

    body: bytearray = field(default_factory=bytearray)
    trailers: Headers = ()
    ends: bool = False


class Http2Side:
    """A connection to Terraform or to a provider."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, client: bool
    ) -> None:
        self._reader, self._writer = reader, writer
        self._unsent: dict[int, _Unsent] = {}
        self._h2 = H2Connection(
            H2Configuration(
                client_side=client,
                header_encoding=None,
                validate_inbound_headers=False,  # both are gRPC's own
                validate_outbound_headers=False,
                normalize_inbound_headers=False,
                normalize_outbound_headers=False,
            )
        )
        self._h2.local_settings = Settings(
            client=client, initial_values={SettingCodes.INITIAL_WINDOW_SIZE: WINDOW}
        )
        self._h2.initiate_connection()
        self._h2.increment_flow_control_window(WINDOW - INITIAL_WINDOW)

    async def events(self) -> list[Event]:
        """The next events; none when the peer has closed the connection.

        Raises ProtocolError.
        """
        self.flush()
        events: list[Event] = []
        while not events:
            if not (piece := await self._reader.read(READ_BYTES)):
                return []
            events = self._h2.receive_data(piece)
            for event in events:
                if isinstance(event, DataReceived):
                    self._h2.acknowledge_received_data(
                        event.flow_controlled_length, event.stream_id
                    )
                elif isinstance(event, WindowUpdated):
                    self._go_on(event.stream_id)
                elif isinstance(event, RemoteSettingsChanged):
                    self._go_on(0)  # 6.9.2: it may have enlarged the windows of all streams
            self.flush()
        return events

    def new_stream(self) -> int:
        return self._h2.get_next_available_stream_id()

    def send_headers(self, stream: int, headers: Headers, *, ends: bool = False) -> None:
        try:
            self._h2.send_headers(stream, headers, end_stream=ends)
        except StreamClosedError:
            return  # the peer has reset it
        if not ends:
            self._unsent[stream] = _Unsent()

    def send(self, stream: int, body: bytes) -> None:
        if unsent := self._unsent.get(stream):
            unsent.body += body
            self._send(stream, unsent)

    def end(self, stream: int, trailers: Headers = ()) -> None:
        if unsent := self._unsent.get(stream):
            unsent.trailers, unsent.ends = trailers, True
            self._send(stream, unsent)

    def reset(self, stream: int, code: ErrorCodes | int) -> None:
        self._unsent.pop(stream, None)
        with suppress(ProtocolError):  # it has ended already
            self._h2.reset_stream(stream, code)

    def flush(self) -> None:
        if data := self._h2.data_to_send():
            self._writer.write(data)

    def close(self) -> None:
        self._writer.close()

    def _go_on(self, stream: int) -> None:
        """Continue with a stream, or with all of them (0), after the window has grown."""
        for number in [stream] if stream else list(self._unsent):
            if unsent := self._unsent.get(number):
                self._send(number, unsent)

    def _send(self, stream: int, unsent: _Unsent) -> None:
        try:
            while unsent.body:
                room = self._h2.local_flow_control_window(stream)
                length = min(room, self._h2.max_outbound_frame_size, len(unsent.body))
                if length <= 0:
                    return
                self._h2.send_data(stream, bytes(unsent.body[:length]))
                del unsent.body[:length]
            if unsent.ends:
                del self._unsent[stream]
                if unsent.trailers:
                    self._h2.send_headers(stream, unsent.trailers, end_stream=True)
                else:
                    self._h2.end_stream(stream)
        except StreamClosedError:
            self._unsent.pop(stream, None)
