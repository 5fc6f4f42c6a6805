"""Keep a viewer's open streams after its GOAWAY.

h2 treats GOAWAY as the end of the connection. By RFC 9113, 6.8, only new streams are excluded:
requests already sent are answered.
"""

from __future__ import annotations

from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, Event
from hyperframe.frame import Frame, GoAwayFrame


class PoliteH2Connection(H2Connection):
    """Reports a GOAWAY without closing.

    It overrides a private method of h2: a test fails if h2 stops calling it.
    """

    def _receive_goaway_frame(self, frame: GoAwayFrame) -> tuple[list[Frame], list[Event]]:
        if frame.error_code != ErrorCodes.NO_ERROR:
            return super()._receive_goaway_frame(frame)
        goodbye = ConnectionTerminated()
        goodbye.error_code = ErrorCodes.NO_ERROR
        goodbye.last_stream_id = frame.last_stream_id
        return [], [goodbye]
