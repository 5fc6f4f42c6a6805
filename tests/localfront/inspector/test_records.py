"""Records are limited in number and size."""

import asyncio
import time

import pytest

from localfront.http_messages.messages import Headers
from localfront.inspector.records import MAX_BYTES, MOST_UNSEEN, Records
from tests.localfront.factories import a_request, a_trace


def records_of(*targets: str, most: int = 100, max_bytes: int = MAX_BYTES) -> Records:
    records = Records(most=most, max_bytes=max_bytes)
    records.look()
    for target in targets:
        records.add(a_trace(target=target))
    return records


def targets(records: Records, after: int = 0, most: int = 100) -> list[str]:
    return [record.trace.target for record in records.after(after, most=most)]


def test_the_newest_records_are_kept_and_numbers_are_never_reused() -> None:
    records = records_of("/1", "/2", "/3", most=2)

    assert targets(records) == ["/2", "/3"]
    assert records.get(1) is None
    assert [r.number for r in records.after(0, most=9)] == [2, 3]
    records.clear()
    records.add(a_trace(target="/4"))
    assert [r.number for r in records.after(0, most=9)] == [4]


def test_only_new_records_are_returned() -> None:
    records = records_of("/1", "/2", "/3")

    assert targets(records, after=2) == ["/3"]
    assert targets(records, most=2) == ["/2", "/3"]
    assert targets(records, after=3) == []
    assert targets(records, after=99) == []


def test_long_headers_count_towards_the_memory_limit() -> None:
    records = records_of(max_bytes=60_000)
    for _ in range(50):
        trace = a_trace()
        trace.request = a_request(headers=Headers((("X-Long", "a" * 10_000),)))
        records.add(trace)

    assert len(records) <= 6


def test_fewer_records_are_kept_without_a_reader() -> None:
    records = Records()
    for _ in range(MOST_UNSEEN * 2):
        records.add(a_trace())

    assert len(records) == MOST_UNSEEN


def test_records_from_before_the_first_reader_are_returned() -> None:
    records = Records(most=300)
    for target in ("/1", "/2"):
        records.add(a_trace(target=target))

    records.look()
    records.add(a_trace(target="/3"))

    assert targets(records) == ["/1", "/2", "/3"]
    assert [r.number for r in records.after(0, most=9)] == [1, 2, 3]
    assert abs(records.after(0, most=1)[0].at - time.time()) < 60


def test_fewer_records_are_kept_some_time_after_the_last_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = records_of(*map(str, range(MOST_UNSEEN * 2)), most=MOST_UNSEEN * 2)
    before = len(records)
    monkeypatch.setattr("localfront.inspector.records.time.time", lambda: 2**40)

    records.add(a_trace())

    assert (before, len(records)) == (MOST_UNSEEN * 2, MOST_UNSEEN)


def test_a_functions_runs_are_counted_without_a_reader() -> None:
    records = Records()
    for _ in range(MOST_UNSEEN * 2):
        trace = a_trace()
        with trace.step("viewer-request", kept={"event": {}, "ran": ("arn",)}):
            pass
        records.add(trace)

    assert records.runs.of("arn").calls == MOST_UNSEEN * 2


def test_kept_bodies_count_toward_the_limit_without_a_reader() -> None:
    records = Records(bodies=True, max_bytes=100_000)
    for _ in range(20):
        trace = a_trace()
        event = {"request": {"body": {"data": "a" * 40_000}}}
        with trace.step("viewer-request", kept={"event": event, "ran": ("arn",)}):
            pass
        records.add(trace)

    assert len(records) == 1


def test_bodies_of_events_are_recorded_only_on_request() -> None:
    secret = "cGFzc3dvcmQ=" * 100
    event = {"Records": [{"cf": {"request": {"body": {"data": secret}, "uri": "/"}}}]}
    kept = {}
    for wants_bodies in (False, True):
        records = Records(bodies=wants_bodies)
        trace = a_trace()
        with trace.step("viewer-request", kept={"event": event, "ran": ("arn",)}) as step:
            step.kept["returned"] = {"result": {"status": "200", "body": secret}}
        records.add(trace)
        kept[wants_bodies] = repr(trace.steps[0].kept)

    assert secret not in kept[False]
    assert "1,200 characters" in kept[False]
    assert "'uri': '/'" in kept[False]
    assert kept[True].count(secret) == 2


async def test_a_waiting_reader_is_woken_by_the_next_request() -> None:
    records = records_of("/1")
    waiting = asyncio.create_task(records.wait(1, seconds=10))
    await asyncio.sleep(0)

    records.add(a_trace())

    async with asyncio.timeout(5):
        await waiting


async def test_a_reader_without_pending_records_is_released() -> None:
    records = records_of("/1")

    async with asyncio.timeout(5):
        await records.wait(1, seconds=0.01)
        await records.wait(0, seconds=60)  # there is one already
