"""Shrinking of failing inputs."""

from __future__ import annotations

from fuzz.shrinking import shrunk


def test_irrelevant_bytes_are_removed() -> None:
    data = b"GET /%00 HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-\r\n\r\n"

    assert shrunk(data, lambda left: b"%" in left and b"Range" in left) == b"%Range"


def test_shrinking_stops_at_the_limit_of_attempts() -> None:
    tried: list[bytes] = []

    def fails(left: bytes) -> bool:
        tried.append(left)
        return False

    assert shrunk(b"a" * 64, fails, tries=3) == b"a" * 64
    assert len(tried) == 3


def test_shrinking_stops_at_the_time_limit() -> None:
    assert shrunk(b"abc", lambda left: True, seconds=0.0) == b"abc"
