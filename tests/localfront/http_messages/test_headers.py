"""Header lines kept in order and case."""

from __future__ import annotations

from functools import partial

from localfront.http_messages.messages import Headers

LINES = (("Host", "a.example"), ("Via", "1.1 b"), ("Host", "c.example"))


def names(headers: Headers) -> list[str]:
    return [name for name, _ in headers]


def test_once_computes_a_value_only_once_per_headers() -> None:
    looked: list[Headers] = []

    def count(headers: Headers) -> int:
        looked.append(headers)
        return len(headers.lines)

    headers = Headers(LINES)

    assert [headers.once(count), headers.once(count)] == [3, 3]
    assert looked == [headers]


def test_once_keeps_a_value_per_function_and_headers() -> None:
    first, second = Headers(LINES), Headers(LINES[:1])

    found = [headers.once(rule) for rule in (names, len_of) for headers in (first, second)]

    assert found == [["Host", "Via", "Host"], ["Host"], 3, 1]


def len_of(headers: Headers) -> int:
    return len(headers.lines)


def test_once_does_not_keep_temporary_functions_alive() -> None:
    headers = Headers(LINES)

    for number in range(1000):
        assert headers.once(partial(plus, number)) == number + 3

    assert len(headers._known or ()) < 20


def plus(number: int, headers: Headers) -> int:
    return number + len(headers.lines)


def test_extended_headers_equal_the_same_lines_and_keep_their_base() -> None:
    stem = Headers(LINES)

    longer = stem.followed_by((("Age", "1"),))

    assert longer == Headers((*LINES, ("Age", "1")))
    assert longer.stem is stem
    assert longer.get("age") == "1"
