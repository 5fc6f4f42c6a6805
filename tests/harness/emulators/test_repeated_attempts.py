"""Retries of AWS SDKs, against an application that counts what it creates."""

import asyncio
from typing import Any

import pytest

from harness.emulators import repeated_attempts
from harness.emulators.ministack_saving import Application, Receive, Scope, Send
from harness.emulators.repeated_attempts import answering_once

INVOCATION = (b"amz-sdk-invocation-id", b"8261cbb4-cd91-4fbd-a371-93491fc0c85f")
ANOTHER = (b"amz-sdk-invocation-id", b"00000000-cd91-4fbd-a371-93491fc0c85f")


class Counter:
    """Creates one thing per request, and responds with their number."""

    def __init__(self, *, status: int = 201, padding: int = 0) -> None:
        self.made = 0
        self.status = status
        self.padding = b" " * padding
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.made += 1
        made = self.made
        await self.goes_on.wait()
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b"%d" % made, "more_body": True})
        await send({"type": "http.response.body", "body": self.padding})


def request(*headers: tuple[bytes, bytes], method: str = "POST", path: str = "/things") -> Scope:
    return {"type": "http", "method": method, "path": path, "headers": headers}


async def ask(application: Application, scope: Scope) -> tuple[int, bytes]:
    sent: list[dict[str, Any]] = []
    uploads: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.request", "body": b"b"},
    ]

    async def receive() -> dict[str, Any]:
        return uploads.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await application(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


async def test_a_retry_gets_the_first_attempts_response_and_creates_nothing() -> None:
    counter = Counter()
    application = answering_once(counter)

    responses = [await ask(application, request(INVOCATION)) for _ in range(3)]

    assert responses == [(201, b"1")] * 3
    assert counter.made == 1


async def test_a_retry_during_the_first_attempt_waits_for_its_response() -> None:
    counter = Counter()
    counter.goes_on.clear()
    application = answering_once(counter)
    attempts = [asyncio.create_task(ask(application, request(INVOCATION))) for _ in range(2)]
    await asyncio.sleep(0)  # both have begun
    counter.goes_on.set()

    async with asyncio.timeout(10):
        assert await asyncio.gather(*attempts) == [(201, b"1")] * 2


@pytest.mark.parametrize(
    "other",
    [
        request(ANOTHER),
        request(INVOCATION, path="/others"),
        request(INVOCATION, method="PUT"),
        request(INVOCATION, (b"x-amz-target", b"Logs_20140328.CreateLogGroup")),
        {**request(INVOCATION), "query_string": b"id=2"},
        request(),
    ],
    ids=["invocation", "path", "method", "action", "query", "no SDK"],
)
async def test_a_different_call_never_gets_the_remembered_response(other: Scope) -> None:
    application = answering_once(Counter())
    await ask(application, request(INVOCATION))

    assert await ask(application, other) == (201, b"2")


@pytest.mark.parametrize("counter", [Counter(status=503), Counter(status=409)], ids=["503", "409"])
async def test_after_an_error_a_retry_is_executed(counter: Counter) -> None:
    application = answering_once(counter)

    for attempt in (b"1", b"2"):
        assert await ask(application, request(INVOCATION)) == (counter.status, attempt)


async def test_responses_of_read_calls_are_never_remembered() -> None:
    application = answering_once(Counter())

    for attempt in (b"1", b"2"):
        assert await ask(application, request(INVOCATION, method="GET")) == (201, attempt)


async def test_large_and_old_responses_are_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    large = answering_once(Counter(padding=repeated_attempts.LARGEST_KEPT))
    await ask(large, request(INVOCATION))
    assert (await ask(large, request(INVOCATION)))[1].startswith(b"2")

    monkeypatch.setattr(repeated_attempts, "MOST_KEPT", 1)
    old = answering_once(Counter())
    await ask(old, request(INVOCATION))
    await ask(old, request(ANOTHER))
    assert await ask(old, request(INVOCATION)) == (201, b"3")


async def test_an_attempt_that_raised_does_not_block_the_next_one() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        raise ConnectionError("gone")

    application = answering_once(failing)

    for _ in range(2):
        async with asyncio.timeout(10):
            with pytest.raises(ConnectionError):
                await ask(application, request(INVOCATION))
