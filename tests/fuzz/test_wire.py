"""Inputs to a port, and whether the responses were correct."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from fuzz.wire import requires_response, volley

GOOD = b"HTTP/1.1 200 OK\r\nX-Amz-Cf-Id: a\r\nContent-Length: 2\r\n\r\n"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", True),
        (b"\r\nnonsense\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\n", False),
        (b"", False),
        (b"PUT / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", False),
        (b"PUT / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", True),
        (b"PUT / HTTP/1.1\r\nContent-Length: x\r\n\r\nabc", False),
    ],
)
def test_a_server_must_answer_once_the_request_is_complete(given: bytes, wanted: bool) -> None:
    assert requires_response(given) is wanted


@contextmanager
def server(response: Callable[[socket.socket], None]) -> Iterator[int]:
    """Answers one connection."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1000)
            response(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)


@pytest.mark.parametrize(
    ("data", "signature"),
    [
        (GOOD + b"ab", None),
        (b"", "no answer: hung up"),
        (GOOD + b"a", "cut off: hung up"),
        (b"Traceback\r\n\r\n", "malformed: no status line"),
    ],
)
def test_each_response_gets_its_verdict(data: bytes, signature: str | None) -> None:
    with server(lambda connection: connection.sendall(data)) as port:
        (problem,) = volley(port, [b"GET / HTTP/1.1\r\n\r\n"], patience=10)

    assert (None if problem is None else problem.signature) == signature


@pytest.mark.parametrize("given", [b"HEAD / HTTP/1.1\r\n\r\n", b"HEAD\r\n\r\n"])
def test_a_response_to_head_has_no_body_even_if_bytes_follow(given: bytes) -> None:
    with server(lambda connection: connection.sendall(GOOD)) as port:
        (problem,) = volley(port, [given], patience=10)

    assert problem is None


def test_a_server_without_a_response_is_silent() -> None:
    is_over = threading.Event()
    with server(lambda _: [None][is_over.wait(10) - 1]) as port:
        (problem,) = volley(port, [b"GET / HTTP/1.1\r\n\r\n"], patience=0.05)
        is_over.set()

    assert problem is not None
    assert problem.signature == "no answer: silent"
