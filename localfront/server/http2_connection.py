"""One viewer's HTTP/2 connection, built on h2: frames, windows, limits.

There is no server push and no extended CONNECT, so WebSockets stay on HTTP/1.1. h2 enforces the
protocol, with at most 64 CONTINUATION frames and 64 KiB of header fields; a violation ends the
connection with GOAWAY. Imported only when a viewer negotiates HTTP/2.

Source: RFC 9113; CloudFront Developer Guide, "Supported HTTP versions".
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from h2.config import H2Configuration
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    PingReceived,
    PriorityUpdated,
    RemoteSettingsChanged,
    RequestReceived,
    StreamEnded,
    StreamReset,
    UnknownFrameReceived,
    WindowUpdated,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings
from hyperframe.frame import GoAwayFrame

from localfront.http_messages.bodies import Body
from localfront.http_messages.messages import Request
from localfront.server import http2_abuse
from localfront.server.delivery import OutgoingResponse
from localfront.server.http2_exchange import Http2Exchange
from localfront.server.http2_goodbye import PoliteH2Connection
from localfront.server.http2_messages import (
    check_http2_request,
    misdirected,
    read_http2_request,
)
from localfront.server.http2_sending import Sending, StreamSending
from localfront.server.http2_upload import Http2Upload
from localfront.server.http_connection import IDLE_SECONDS, Patience
from localfront.server.http_reading import peer_of
from localfront.server.http_transaction import Handler, Refuse
from localfront.server.stopping import UnderWay

MAX_STREAMS = 128  # at once, as CloudFront has
MAX_FIELDS_BYTES = 64 * 1024  # above CloudFront's own limit, so that 494 is answered (VP-010)
MAX_TABLE_BYTES = 64 * 1024  # HPACK table for responses; browsers offer as much
MAX_GONE = 2 * MAX_STREAMS  # requests still running after their streams were reset
# Frames that have to be processed and request nothing.
IDLE_FRAMES = (PingReceived, PriorityUpdated, RemoteSettingsChanged, UnknownFrameReceived)


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """State shared by a server's connections. `offers_http2` is called with each host."""

    handler: Handler
    refuse: Refuse
    patience: Patience
    under_way: UnderWay
    offers_http2: Callable[[str], bool]


class Http2Connection(asyncio.Protocol):
    """One HTTP/2 connection. It is in `others`, the server's connections, while it is open."""

    _transport: asyncio.Transport

    def __init__(self, serving: Serving, others: set[Http2Connection]) -> None:
        self._serving = serving
        self._others = others
        self._h2 = PoliteH2Connection(
            # `response_lines` has made and checked the header fields.
            H2Configuration(
                client_side=False,
                validate_outbound_headers=False,
                normalize_outbound_headers=False,
            )
        )
        self._h2.local_settings = Settings(
            client=False,
            initial_values={
                SettingCodes.MAX_CONCURRENT_STREAMS: MAX_STREAMS,
                SettingCodes.MAX_HEADER_LIST_SIZE: MAX_FIELDS_BYTES,
            },
        )
        self._exchanges: dict[int, Http2Exchange] = {}
        self._uploads: dict[int, Http2Upload] = {}
        self._gone: set[Http2Exchange] = set()
        self._resets = http2_abuse.of_resets()
        self._idle_frames = http2_abuse.of_idle_frames()
        self._sending = Sending(self._h2)
        self._leaving = False
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- of a stream
        self._transport = self._sending.transport = transport
        self._others.add(self)
        self._h2.initiate_connection()
        self._sending.flush()
        self._rest_for(self._serving.patience.head)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._others.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        self._sending.lost()
        for exchange in self._exchanges.values():
            exchange.reset()

    def data_received(self, data: bytes) -> None:
        try:
            for event in self._h2.receive_data(data):
                self._take(event)
        except ProtocolError:
            self._sending.close()  # h2 has the GOAWAY ready
        self._sending.flush()

    def pause_writing(self) -> None:
        self._sending.pause()

    def resume_writing(self) -> None:
        self._sending.resume()

    def leave(self) -> None:
        """Accept no new streams; close after the open ones (GOAWAY: RFC 9113, 6.8)."""
        if not self._leaving:
            self._leaving = True
            last = self._h2.highest_inbound_stream_id
            self._transport.write(GoAwayFrame(0, last_stream_id=last).serialize())
        if not self._exchanges:
            self._sending.close()

    def cut(self) -> None:
        for exchange in (*self._exchanges.values(), *self._gone):
            exchange.cut()
        self._transport.abort()

    def _take(self, event: Event) -> None:
        match event:
            case RequestReceived():
                self._begin(event)
            case DataReceived(stream_id=stream_id, data=data):
                self._feed(stream_id or 0, data or b"", event)
            case StreamEnded(stream_id=stream_id):
                if upload := self._uploads.pop(stream_id or 0, None):
                    upload.end()
            case StreamReset(stream_id=stream_id):
                self._reset(stream_id or 0)
            case WindowUpdated():
                self._sending.window_opened()
            case ConnectionTerminated(error_code=code):
                self._sending.close() if code else self.leave()
            case _ if isinstance(event, IDLE_FRAMES):
                # A viewer may offer 4 GB, and encoding searches the whole table.
                if self._h2.encoder.header_table_size > MAX_TABLE_BYTES:
                    self._h2.encoder.header_table_size = MAX_TABLE_BYTES
                self._sending.window_opened()  # a SETTINGS frame may change the windows of all streams
                self._count(self._idle_frames)

    def _begin(self, event: RequestReceived) -> None:
        stream_id, fields = event.stream_id or 0, [(_b(n), _b(v)) for n, v in event.headers or []]
        if self._leaving:
            self._h2.reset_stream(stream_id, ErrorCodes.REFUSED_STREAM)
            return
        peer = peer_of(self._transport)
        request = read_http2_request(fields, client=(peer.address, peer.port), tls=peer.tls)
        upload = None
        if event.stream_ended is None:
            upload = self._uploads[stream_id] = self._upload(stream_id, request.headers.get)
        refusal = check_http2_request(request, fields)
        if refusal is None and not self._serving.offers_http2(request.headers.get("host") or ""):
            refusal = misdirected(request)
        exchange = Http2Exchange(
            request,
            upload,
            StreamSending(self._sending, stream_id),
            received=sum(len(name) + len(value) for name, value in fields),
            refuse=self._serving.refuse,
        )
        handler = self._serving.handler
        if refusal is not None:
            handler = _answering(self._serving.refuse(request, refusal))
        self._exchanges[stream_id] = exchange
        self._serving.under_way.begins(exchange)
        exchange.begin(handler, lambda: self._finished(stream_id, exchange))

    def _upload(self, stream_id: int, header: Callable[[str], str | None]) -> Http2Upload:
        length = header("content-length")
        waits = (header("expect") or "").lower() == "100-continue"

        def ask() -> None:
            if waits:
                with contextlib.suppress(ProtocolError):
                    self._h2.send_headers(stream_id, [(b":status", b"100")])
                    self._sending.flush()

        return Http2Upload(
            int(length) if length and length.isdecimal() else None,
            acknowledge=lambda size: self._acknowledge(size, stream_id),
            ask=ask,
            seconds=self._serving.patience.body,
        )

    def _feed(self, stream_id: int, data: bytes, event: DataReceived) -> None:
        if not data and event.stream_ended is None:
            self._count(self._idle_frames)
        size = event.flow_controlled_length or 0
        upload = self._uploads.get(stream_id)
        if upload is None:
            self._acknowledge(size, stream_id)
        else:
            upload.feed(data, size)

    def _acknowledge(self, size: int, stream_id: int) -> None:
        if size and not self._transport.is_closing():
            self._h2.acknowledge_received_data(size, stream_id)
            self._sending.flush()

    def _reset(self, stream_id: int) -> None:
        self._uploads.pop(stream_id, None)
        exchange = self._exchanges.get(stream_id)
        if exchange is not None:
            exchange.reset()
            self._gone.add(exchange)
        self._sending.window_opened()
        if len(self._gone) > MAX_GONE:
            self._calm()
        self._count(self._resets)

    def _finished(self, stream_id: int, exchange: Http2Exchange) -> None:
        self._exchanges.pop(stream_id, None)
        self._gone.discard(exchange)
        self._serving.under_way.ends(exchange)
        upload = self._uploads.pop(stream_id, None)
        if upload is not None:  # the response is complete before the request's body (RFC 9113, 8.1)
            upload.give_up()
            with contextlib.suppress(ProtocolError):
                self._h2.reset_stream(stream_id, ErrorCodes.NO_ERROR)
            self._sending.flush()
        if not self._exchanges:
            self._sending.close() if self._leaving else self._rest_for(IDLE_SECONDS)

    def _count(self, allowance: http2_abuse.Allowance) -> None:
        if not allowance.take():
            self._calm()

    def _calm(self) -> None:
        if not self._transport.is_closing():
            with contextlib.suppress(ProtocolError):
                self._h2.close_connection(ErrorCodes.ENHANCE_YOUR_CALM)
            self._sending.close()

    def _rest_for(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._rested)

    def _rested(self) -> None:
        if not self._exchanges:
            self.leave()


def _answering(outgoing: OutgoingResponse) -> Handler:
    """A handler with one fixed response, for requests refused before the real one runs."""

    async def handle(_: Request, __: Body) -> OutgoingResponse:
        return outgoing

    return handle


def _b(field: bytes | str) -> bytes:
    """A header field as bytes; h2's types allow str too."""
    return field.encode() if isinstance(field, str) else field
