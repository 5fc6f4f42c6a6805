import os
from collections.abc import AsyncIterator

import pytest

from localfront.lambda_edge.workers.output import WorkerOutput


class Printed:
    """The worker's end of the pipe, and the lines read at the other."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.output = WorkerOutput(self.lines.append)
        with self.output.lent() as descriptor:
            self._descriptor = os.dup(descriptor)

    def write(self, text: bytes) -> None:
        os.write(self._descriptor, text)

    def close(self) -> None:
        os.close(self._descriptor)
        self.output.close()


@pytest.fixture
async def printed() -> AsyncIterator[Printed]:
    pair = Printed()
    yield pair
    pair.close()


async def test_written_output_is_available_after_draining(
    printed: Printed,
) -> None:
    printed.write(b"one\ntwo\n" + b"x" * 100 + b"\nunfinished")

    printed.output.drain()

    assert printed.lines == ["one", "two", "x" * 100]


async def test_an_unfinished_line_is_logged_at_the_end() -> None:
    printed = Printed()
    printed.write(b"unfinished")

    printed.close()

    assert printed.lines == ["unfinished"]


async def test_a_line_written_in_parts_is_one_line(printed: Printed) -> None:
    printed.write(b"caf\xc3")
    printed.output.drain()
    printed.write(b"\xa9\n")
    printed.output.drain()

    assert printed.lines == ["caf\u00e9"]


async def test_the_lines_of_a_traceback_stay_separate(printed: Printed) -> None:
    printed.write(b"[ERROR] KeyError\rTraceback\r  File\n")

    printed.output.drain()

    assert printed.lines == ["[ERROR] KeyError", "Traceback", "  File"]


async def test_bytes_that_are_not_utf_8_are_replaced(printed: Printed) -> None:
    printed.write(b"\xff\n")

    printed.output.drain()

    assert printed.lines == ["\N{REPLACEMENT CHARACTER}"]


async def test_an_overlong_line_is_truncated(printed: Printed) -> None:
    for _ in range(6):
        printed.write(b"x" * 60_000)
        printed.output.drain()

    assert printed.lines == ["x" * 300_000]


async def test_the_tail_has_the_last_lines_since_it_was_cleared(
    printed: Printed,
) -> None:
    printed.write(b"before\n")
    printed.output.drain()
    printed.output.forget()
    printed.write(b"".join(b"%d\n" % number for number in range(30)))
    printed.output.drain()

    assert printed.output.tail.split("\n") == [str(number) for number in range(10, 30)]
