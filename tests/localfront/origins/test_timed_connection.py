"""The timeout between packets, with a clock that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest
from aiohttp import ServerTimeoutError

from localfront.origins.timed_connection import TimedConnection


class Timer:
    def __init__(self, when: float, call: Callable[[], object]) -> None:
        self._when = when
        self.call = call
        self.is_cancelled = False

    def when(self) -> float:
        return self._when

    def cancel(self) -> None:
        self.is_cancelled = True


class Loop:
    """A fake event loop whose time the test advances."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[Timer] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, call: Callable[[], object]) -> Timer:
        self.timers.append(Timer(when, call))
        return self.timers[-1]

    def go_on_to(self, now: float) -> None:
        while due := [t for t in self.timers if t.when() <= now and not t.is_cancelled]:
            first = min(due, key=Timer.when)
            self.now = first.when()
            self.timers.remove(first)
            first.call()
        self.now = now


@pytest.fixture
def loop() -> Loop:
    return Loop()


@pytest.fixture
def connection(loop: Loop) -> TimedConnection:
    return TimedConnection(cast("asyncio.AbstractEventLoop", loop))


def test_the_read_timeout_restarts_with_each_piece(loop: Loop, connection: TimedConnection) -> None:
    connection.read_timeout = 10
    for moment in (0, 7, 14):
        loop.go_on_to(moment)
        connection.start_timeout()  # as each piece does

    loop.go_on_to(23)
    assert connection.exception() is None
    loop.go_on_to(24)
    assert isinstance(connection.exception(), ServerTimeoutError)


def test_many_pieces_need_one_timer(loop: Loop, connection: TimedConnection) -> None:
    connection.read_timeout = 10
    for _ in range(100):
        connection.start_timeout()

    assert len(loop.timers) == 1


def test_the_read_timeout_does_not_run_on_an_idle_connection(
    loop: Loop, connection: TimedConnection
) -> None:
    connection.read_timeout = 10
    connection.start_timeout()
    connection.eof_received()  # it drops the time-out, as the end of an answer does

    loop.go_on_to(100)
    assert connection.exception() is None
    assert loop.timers == []


def test_the_next_request_may_have_a_shorter_timeout(
    loop: Loop, connection: TimedConnection
) -> None:
    connection.read_timeout = 30
    connection.start_timeout()
    connection.read_timeout = 2
    connection.start_timeout()

    loop.go_on_to(2)
    assert isinstance(connection.exception(), ServerTimeoutError)


def test_a_lost_connection_leaves_no_timer(loop: Loop, connection: TimedConnection) -> None:
    connection.read_timeout = 10
    connection.start_timeout()
    connection.connection_lost(None)

    assert all(timer.is_cancelled for timer in loop.timers)


@pytest.mark.parametrize("unset", [None, 0])
def test_without_a_timeout_there_is_no_timer(
    loop: Loop, connection: TimedConnection, unset: Any
) -> None:
    connection.read_timeout = unset
    connection.start_timeout()

    assert loop.timers == []
