"""Lines about requests on a stream."""

from __future__ import annotations

import asyncio
import io
import re

from localfront.logs.request_log import RequestLog
from tests.localfront.factories import a_trace


class Stream(io.StringIO):
    """A stream that signals when it is written to."""

    def __init__(self) -> None:
        super().__init__()
        self.written = asyncio.Event()
        self.writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        self.written.set()
        return super().write(text)


async def test_each_request_is_a_line_with_the_time_of_day() -> None:
    stream = Stream()
    log = RequestLog(stream)
    for target in ("/a", "/b"):
        trace = a_trace(target=target)
        trace.finish(200, "Hit")
        log.write(trace)

    await stream.written.wait()

    first, second = stream.getvalue().splitlines()
    assert re.match(r"\d\d:\d\d:\d\d 200 GET \S+/a \| Hit \|", first)
    assert "/b | Hit" in second
    assert stream.writes == 1


async def test_at_shutdown_the_last_lines_are_written_exactly_once() -> None:
    stream = Stream()
    log = RequestLog(stream)
    log.write(a_trace())

    log.flush()
    log.flush()

    assert stream.getvalue().count("\n") == 1
    assert stream.writes == 1
