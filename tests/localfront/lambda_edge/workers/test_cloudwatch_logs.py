"""CloudWatch Logs, simulated by moto, and invalid endpoints."""

import asyncio
import json
import logging
from collections.abc import Iterator

import boto3
import pytest

from localfront.errors import EdgeValidationError
from localfront.lambda_edge.validation_log import ValidationLog
from localfront.lambda_edge.workers.cloudwatch_logs import (
    EVENT_OVERHEAD,
    MAX_BATCH_BYTES,
    MAX_BATCH_EVENTS,
    MAX_KEPT,
    CloudWatchLogs,
    LogEvent,
    batches,
    body_of,
)
from localfront.lambda_edge.workers.environment import validation_log_group
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.real_workers import ACCESS, an_event, invoke

NEVER = 3600.0  # seconds between two batches, where a test sends them itself


@pytest.fixture
def session() -> Iterator[boto3.Session]:
    from moto import mock_aws  # slow to import, for each process that collects these tests

    with mock_aws():
        yield a_session()


def a_session() -> boto3.Session:
    return boto3.Session(aws_access_key_id="test", aws_secret_access_key="test")


def messages(session: boto3.Session, group: str) -> list[str]:
    """All that was logged, in order."""
    client = session.client("logs", region_name="us-east-1")
    events = client.filter_log_events(logGroupName=group)["events"]
    return [event["message"] for event in events]


def logs_to(session: boto3.Session, interval: float = NEVER) -> CloudWatchLogs:
    return CloudWatchLogs(session, interval=interval)


@pytest.mark.proves("LL-001")
async def test_a_functions_output_goes_to_its_replicas_log_group(
    session: boto3.Session,
) -> None:
    console: list[str] = []
    async with (
        logs_to(session) as sink,
        WorkerPool(
            access=ACCESS, on_log=lambda _, line: console.append(line), log_sink=sink
        ) as pool,
    ):
        await invoke(pool, "well_behaved.prints")
        await invoke(pool, "well_behaved.prints")
        await sink.flush()  # shutdown has only seconds, and the first call is slow

    logged = messages(session, "/aws/lambda/us-east-1.edge")
    assert logged == console
    assert logged[0].startswith("START RequestId: ")
    assert "to standard output" in logged
    client = session.client("logs", region_name="us-east-1")
    (stream,) = client.describe_log_streams(logGroupName="/aws/lambda/us-east-1.edge")["logStreams"]
    assert "/[3]" in stream["logStreamName"]


@pytest.mark.proves("LL-003", "LL-004")
async def test_a_validation_error_is_logged_with_both_request_ids(
    session: boto3.Session,
) -> None:
    event = an_event(request_id="the-x-amz-cf-id")
    async with logs_to(session) as sink:
        log = ValidationLog(sink)
        log.invoked(event, "first-lambda-id")
        log.invoked(an_event("origin-request", "the-x-amz-cf-id"), "other-lambda-id")
        log.invoked(event, "second-lambda-id")
        log.refused(event, EdgeValidationError("it changed `Via`", rule="LH-004"))

    (entry,) = messages(session, "/aws/cloudfront/LambdaEdge/E123")
    assert "the-x-amz-cf-id" in entry
    assert "second-lambda-id" in entry
    assert "it changed `Via`" in entry


async def test_lines_are_sent_in_the_background(session: boto3.Session) -> None:
    sent = asyncio.Event()
    loop = asyncio.get_running_loop()

    def tell(**_: object) -> None:
        loop.call_soon_threadsafe(sent.set)

    session.events.register("after-call.cloudwatch-logs.PutLogEvents", tell)
    async with logs_to(session, interval=0.001) as sink:
        sink.put("/group", "stream", "a line")
        async with asyncio.timeout(30):
            await sent.wait()

        assert messages(session, "/group") == ["a line"]


async def test_a_deleted_log_group_is_created_again(session: boto3.Session) -> None:
    client = session.client("logs", region_name="us-east-1")
    async with logs_to(session) as sink:
        sink.put("/group", "stream", "lost with the group")
        await sink.flush()
        client.delete_log_group(logGroupName="/group")
        sink.put("/group", "stream", "lost: it finds out")
        await sink.flush()
        sink.put("/group", "stream", "there")

    assert messages(session, "/group") == ["there"]


async def test_a_failing_logs_endpoint_is_reported_once_and_delays_nothing(
    caplog: pytest.LogCaptureFixture,
    unused_tcp_port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{unused_tcp_port}")
    session = a_session()

    with caplog.at_level(logging.WARNING, "localfront"):
        async with logs_to(session) as sink:
            for number in range(3):
                sink.put(f"/group-{number}", "stream", "a line")
                await sink.flush()
            sink.put("/group", "stream", "the last line")

    (record,) = caplog.records
    assert "CloudWatch Logs refuses" in record.getMessage()


async def test_a_flood_of_lines_drops_the_oldest_in_bounded_memory(session: boto3.Session) -> None:
    sink = logs_to(session)
    for number in range(MAX_KEPT + 10):
        sink.put("/group", "stream", str(number))

    await sink.flush()

    assert messages(session, "/group")[0] == "10"


def test_a_batch_respects_the_limits_of_put_log_events() -> None:
    events = [LogEvent(1, "x")] * (2 * MAX_BATCH_EVENTS + 1)

    assert [len(batch) for batch in batches(events)] == [10_000, 10_000, 1]


@pytest.mark.parametrize("text", ["x" * 200_000, "é" * 100_000])
def test_a_batch_is_bounded_in_bytes(text: str) -> None:
    sizes = [
        sum(len(event.message.encode()) + EVENT_OVERHEAD for event in batch)
        for batch in batches([LogEvent(1, text)] * 20)
    ]

    assert len(sizes) == 4
    assert max(sizes) <= MAX_BATCH_BYTES


def test_log_events_are_in_chronological_order() -> None:
    (batch,) = batches([LogEvent(2, "b"), LogEvent(1, "a"), LogEvent(2, "c")])

    assert [event.message for event in batch] == ["a", "b", "c"]


@pytest.mark.parametrize("message", ["a\tb", 'say "hi" \\', "é €\x00", "\ud800", "\U0001f600"])
def test_lines_of_all_characters_are_written_as_json(message: str) -> None:
    body = json.loads(body_of("/g", "s", [LogEvent(1, message), LogEvent(2, "next")]))

    assert body == {
        "logGroupName": "/g",
        "logStreamName": "s",
        "logEvents": [{"timestamp": 1, "message": message}, {"timestamp": 2, "message": "next"}],
    }


def test_the_validation_error_log_group_names_the_distribution() -> None:
    assert validation_log_group("E1") == "/aws/cloudfront/LambdaEdge/E1"
