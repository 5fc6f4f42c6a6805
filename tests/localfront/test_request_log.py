"""Lines about requests on a stream."""

from __future__ import annotations

import asyncio
import io
import re

from localfront.request_log import RequestLog
from tests.localfront.factories import a_trace


async def test_each_request_is_a_line_with_the_time_of_day() -> None:
    stream = io.StringIO()
    log = RequestLog(stream)
    for target in ("/a", "/b"):
        trace = a_trace(target=target)
        trace.finish(200, "Hit")
        log.write(trace)

    await asyncio.sleep(0)  # the end of this turn of the loop

    first, second = stream.getvalue().splitlines()
    assert re.match(r"\d\d:\d\d:\d\d 200 GET \S+/a \| Hit \|", first)
    assert "/b | Hit" in second


async def test_what_is_told_twice_in_a_turn_is_written_once() -> None:
    stream = io.StringIO()
    log = RequestLog(stream)
    log.write(a_trace())
    log.flush()

    await asyncio.sleep(0)

    assert stream.getvalue().count("\n") == 1
