"""An HTTP/2 viewer that sends valid and invalid frames, with only hpack and hyperframe."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from hpack import Decoder, Encoder
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

from tests.localfront.wire import AUTHORITIES, PATIENCE
from tests.trusting import trusting_only

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HOST = "logs.example.com"
ENHANCE_YOUR_CALM = 0xB


@dataclass(slots=True)
class ReceivedResponse:
    """The response received on a stream; `reset` is the code of RST_STREAM."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    ended: bool = False
    reset: int | None = None
    informational: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        return dict(self.lines).get(":status", "")

    @property
    def over(self) -> bool:
        return self.ended or self.reset is not None


class Viewer:
    """Reads what the server sends into `streams`; `gone` is the code of GOAWAY."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._encoder = Encoder()
        self._decoder = Decoder()
        self.streams: dict[int, ReceivedResponse] = {}
        self.gone: int | None = None
        self.settings: dict[int, int] = {}
        self.is_closed = False
        self.opens_windows = True
        self.credit: dict[int, int] = {}  # what the server acknowledged, by stream

    def allow_table(self, size: int) -> None:
        """Set the HPACK table size that the viewer allows; `table_size` is the server's choice."""
        self._decoder.max_allowed_table_size = size

    @property
    def table_size(self) -> int:
        return int(self._decoder.header_table_size)

    def send(self, *frames: Frame) -> None:
        self.send_bytes(b"".join(frame.serialize() for frame in frames))

    def send_bytes(self, data: bytes) -> None:
        self._writer.write(data)

    def encoded(self, lines: Iterable[tuple[str, str]]) -> bytes:
        encoded: bytes = self._encoder.encode(list(lines))
        return encoded

    def ask(
        self,
        stream_id: int,
        path: str = "/",
        *,
        method: str = "GET",
        lines: Iterable[tuple[str, str]] = (),
        authority: str = HOST,
        ends: bool = True,
    ) -> None:
        pseudo = [(":method", method), (":scheme", "https"), (":authority", authority)]
        block = self.encoded([*pseudo, (":path", path), *lines])
        frame = HeadersFrame(stream_id, data=block[:16_384], flags=["END_STREAM"] if ends else [])
        rest = [block[at : at + 16_384] for at in range(16_384, len(block), 16_384)]
        frames: list[Frame] = [frame, *(ContinuationFrame(stream_id, data=part) for part in rest)]
        frames[-1].flags.add("END_HEADERS")
        self.send(*frames)

    def data(self, stream_id: int, data: bytes, *, ends: bool = False) -> None:
        self.send(DataFrame(stream_id, data=data, flags=["END_STREAM"] if ends else []))

    def reset(self, stream_id: int) -> None:
        self.send(RstStreamFrame(stream_id, error_code=8))

    def ping(self) -> None:
        self.send(PingFrame(0, opaque_data=b"12345678"))

    async def response(self, stream_id: int) -> ReceivedResponse:
        """The stream's response, once the stream or the connection has ended."""
        await self.until(lambda: self.stream(stream_id).over)
        return self.stream(stream_id)

    def stream(self, stream_id: int) -> ReceivedResponse:
        return self.streams.setdefault(stream_id, ReceivedResponse())

    async def until(self, condition: object) -> None:
        assert callable(condition)
        while not condition() and not self.is_closed:
            await self.read_frame()

    async def read_frame(self) -> None:
        try:
            head = await self._reader.readexactly(9)
            frame, length = Frame.parse_frame_header(memoryview(head))
            frame.parse_body(memoryview(await self._reader.readexactly(length)))
        except (asyncio.IncompleteReadError, ConnectionError):
            self.is_closed = True
            return
        self._take(frame)

    def _take(self, frame: Frame) -> None:
        match frame:
            case HeadersFrame():
                self._take_head(frame)
            case DataFrame():
                stream = self.stream(frame.stream_id)
                stream.body += frame.data
                stream.ended = "END_STREAM" in frame.flags
                if self.opens_windows and frame.data:
                    self.open(frame.stream_id, len(frame.data))
                    self.open(0, len(frame.data))
            case RstStreamFrame():
                self.stream(frame.stream_id).reset = frame.error_code
            case GoAwayFrame():
                self.gone = frame.error_code
            case SettingsFrame() if "ACK" not in frame.flags:
                self.settings = dict(frame.settings)
            case WindowUpdateFrame():
                had = self.credit.get(frame.stream_id, 0)
                self.credit[frame.stream_id] = had + frame.window_increment

    def _take_head(self, frame: HeadersFrame) -> None:
        stream = self.stream(frame.stream_id)
        lines = [(str(n), str(v)) for n, v in self._decoder.decode(frame.data)]
        status = dict(lines)[":status"]
        if status.startswith("1"):
            stream.informational.append(status)
            return
        stream.lines = lines
        stream.ended = "END_STREAM" in frame.flags

    def open(self, stream_id: int, size: int) -> None:
        self.send(WindowUpdateFrame(stream_id, window_increment=size))


@asynccontextmanager
async def a_viewer(
    port: int, *, name: str | None = HOST, begins: bool = True
) -> AsyncIterator[Viewer]:
    """Connected with ALPN `h2`; unless `begins` is off, the preface and its SETTINGS are sent."""
    tls = trusting_only(*AUTHORITIES)
    tls.set_alpn_protocols(["h2"])
    tls.check_hostname = name is not None
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=tls, server_hostname=name or ""
        )
        try:
            assert writer.get_extra_info("ssl_object").selected_alpn_protocol() == "h2"
            viewer = Viewer(reader, writer)
            if begins:
                viewer.send_bytes(PREFACE)
                viewer.send(SettingsFrame(0))
            yield viewer
        finally:
            writer.close()
