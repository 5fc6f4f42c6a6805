"""A viewer that says goodbye keeps its open streams.

h2 takes GOAWAY for the end of the connection. RFC 9113, 6.8: it only opens no new streams, so what was
asked for before is answered.
"""

from __future__ import annotations

from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, Event
from hyperframe.frame import Frame, GoAwayFrame


class PoliteH2Connection(H2Connection):
    """Tells of a GOAWAY without an error, and goes on. The overridden method is h2's own: a test fails
    when it is called no more."""

    def _receive_goaway_frame(self, frame: GoAwayFrame) -> tuple[list[Frame], list[Event]]:
        if frame.error_code != ErrorCodes.NO_ERROR:
            return super()._receive_goaway_frame(frame)
        goodbye = ConnectionTerminated()
        goodbye.error_code = ErrorCodes.NO_ERROR
        goodbye.last_stream_id = frame.last_stream_id
        return [], [goodbye]
