"""A body that is being stored, with any number of readers."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.cache.shared_responses import Reader, SharedBody
from localfront.errors import OriginError
from localfront.http_messages.bodies import read_whole
from tests.localfront.streams import Pieces

BROKEN = OriginError("the origin broke off", status=502)


def arriving(
    source: Pieces, ends: list[bytes | None] | None = None, max_bytes: int = 1000
) -> SharedBody:
    into = [] if ends is None else ends
    return SharedBody(source, max_bytes=max_bytes, on_end=into.append, behind=asyncio.ensure_future)


async def next_of(reader: Reader) -> bytes | None:
    async for piece in reader:
        return piece
    return None


@pytest.mark.proves("CA-027")
async def test_all_readers_get_the_whole_body_and_the_origin_is_read_once() -> None:
    source = Pieces([b"ab", b"c", b"def"])
    ends: list[bytes | None] = []
    shared_body = arriving(source, ends)

    read = await asyncio.gather(*(read_whole(shared_body.reader()) for _ in range(5)))

    assert read == [b"abcdef"] * 5
    assert source.read == 3
    assert source.closed
    assert ends == [b"abcdef"]


async def test_a_response_is_stored_before_any_reader_has_all_of_it() -> None:
    ends: list[bytes | None] = []
    reader = arriving(Pieces([b"ab", b"c"], length=3), ends).reader()

    pieces = [(piece, list(ends)) async for piece in reader]

    assert pieces == [(b"ab", []), (b"c", [b"abc"])]


async def test_a_stalled_reader_does_not_delay_the_others() -> None:
    shared_body = arriving(Pieces([b"ab", b"c"]))
    asleep = shared_body.reader()

    assert await read_whole(shared_body.reader()) == b"abc"
    assert await read_whole(asleep) == b"abc"


async def test_a_reader_that_disconnects_does_not_end_the_transfer_for_others() -> None:
    source = Pieces([b"ab", b"c"])
    shared_body = arriving(source)
    leaving, staying = shared_body.reader(), shared_body.reader()
    await next_of(leaving)
    await leaving.aclose()

    assert not source.closed
    assert await read_whole(staying) == b"abc"


@pytest.mark.proves("CA-029")
async def test_a_response_without_readers_is_abandoned() -> None:
    source = Pieces([b"ab", b"c"])
    ends: list[bytes | None] = []
    shared_body = arriving(source, ends)
    reader = shared_body.reader()
    await next_of(reader)

    await reader.aclose()
    await reader.aclose()

    assert source.closed
    assert ends == [None]
    assert not shared_body.is_kept


@pytest.mark.proves("CA-028")
async def test_a_truncated_body_is_truncated_for_all_and_not_stored() -> None:
    ends: list[bytes | None] = []
    shared_body = arriving(Pieces([b"ab"], broken=BROKEN), ends)

    read = await asyncio.gather(
        *(read_whole(shared_body.reader()) for _ in range(3)), return_exceptions=True
    )

    assert read == [BROKEN] * 3
    assert ends == [None]


async def test_a_body_too_large_for_the_cache_is_streamed_in_bounded_memory() -> None:
    source = Pieces([b"x" * 100] * 1000)
    ends: list[bytes | None] = []
    shared_body = arriving(source, ends, max_bytes=250)
    most, size = 0, 0

    async for piece in shared_body.reader():
        size += len(piece)
        most = max(most, shared_body.held_bytes)

    assert size == 100_000
    assert most <= 350
    assert ends == [None]


async def test_a_fast_reader_of_a_body_too_large_waits_for_a_slow_one() -> None:
    source = Pieces([b"x" * 100] * 20)
    shared_body = arriving(source, max_bytes=250)
    slow, fast = shared_body.reader(), shared_body.reader()
    reading = asyncio.create_task(read_whole(fast))
    for _ in range(50):
        await asyncio.sleep(0)  # lets the fast one go as far as it can

    assert not reading.done()
    assert shared_body.held_bytes <= 350
    assert len(await read_whole(slow)) == len(await reading) == 2000


async def test_a_slow_reader_that_disconnects_unblocks_the_fast_one() -> None:
    shared_body = arriving(Pieces([b"x" * 100] * 20), max_bytes=250)
    slow, fast = shared_body.reader(), shared_body.reader()
    reading = asyncio.create_task(read_whole(fast))
    for _ in range(50):
        await asyncio.sleep(0)

    await slow.aclose()

    assert len(await reading) == 2000


@given(
    st.lists(st.binary(min_size=1, max_size=20), max_size=12),
    st.integers(1, 4),
    st.integers(1, 100),
    st.randoms(use_true_random=False),
)
def test_readers_get_the_origins_bytes_in_any_interleaving(
    parts: list[bytes], readers: int, max_bytes: int, random: Random
) -> None:
    ends: list[bytes | None] = []

    async def run() -> list[bytes]:
        shared_body = arriving(Pieces(parts), ends, max_bytes=max_bytes)
        all_readers = [shared_body.reader() for _ in range(readers)]
        random.shuffle(all_readers)
        return await asyncio.gather(*map(read_whole, all_readers))

    whole = b"".join(parts)
    assert asyncio.run(run()) == [whole] * readers
    assert ends == [whole if len(whole) <= max_bytes else None]
