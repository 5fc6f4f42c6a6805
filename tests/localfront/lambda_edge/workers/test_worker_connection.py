"""The Runtime API as our clients use it: a response and the next request in one write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from localfront.lambda_edge.workers import runtime_client, worker_connection
from localfront.lambda_edge.workers.invocations import Invocation, Returned
from localfront.lambda_edge.workers.runtime_api import RuntimeApi

PATIENCE = 20
MOST = 6_291_556  # bytes of an answer


class Worker:
    def __init__(self, api: RuntimeApi, address: str) -> None:
        self.invocations = api.invocations
        self.opened: list[asyncio.StreamWriter] = []
        self.host, _, secret = address.partition("/")
        self.path = f"/{secret}/2018-06-01/runtime"
        self.next = (
            f"GET {self.path}/invocation/next HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode()
        )

    def post(self, request_id: str, result: bytes) -> bytes:
        head = (
            f"POST {self.path}/invocation/{request_id}/response HTTP/1.1\r\nHost: {self.host}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(result)}\r\n\r\n"
        )
        return head.encode() + result

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self.host.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        self.opened.append(writer)
        return reader, writer

    def invoke(self, request_id: str) -> asyncio.Task[object]:
        invocation = Invocation(
            request_id=request_id, event=b'{"a":1}', deadline_ms=1234, function_arn="arn:x"
        )
        return asyncio.create_task(self.invocations.invoke(invocation))


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    api = RuntimeApi()
    worker = Worker(api, await api.start())
    yield worker
    for writer in worker.opened:
        writer.close()
    await api.close()


def test_the_python_client_knows_how_a_result_is_accepted() -> None:
    assert runtime_client.ACCEPTED == worker_connection.ACCEPTED


async def status(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    async with asyncio.timeout(PATIENCE):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        )
        return int(head.split(b" ")[1]), await reader.readexactly(length)


async def outcome(invoked: asyncio.Task[object]) -> object:
    async with asyncio.timeout(PATIENCE):
        return await invoked


@pytest.mark.parametrize("pieces", [1, 7, 1000], ids="{} bytes at a time at most".format)
async def test_a_response_and_the_next_request_are_read_however_they_are_split(
    worker: Worker, pieces: int
) -> None:
    reader, writer = await worker.connect()
    first = worker.invoke("first")
    writer.write(worker.next)
    assert await status(reader) == (200, b'{"a":1}')

    sent = worker.post("first", b'"done"') + worker.next
    for start in range(0, len(sent), pieces):
        writer.write(sent[start : start + pieces])
        await asyncio.sleep(0)
    assert await outcome(first) == Returned(b'"done"')
    second = worker.invoke("second")

    assert await status(reader) == (202, b'{"status": "OK"}')
    assert await status(reader) == (200, b'{"a":1}')
    writer.write(worker.post("second", b"2"))
    assert await outcome(second) == Returned(b"2")
    assert (await status(reader))[0] == 202  # at once: nothing is asked for with it


@pytest.mark.parametrize(
    ("line", "response"),
    [
        (b"Localfront-Peak-Kb: 40960\r\n", Returned(b"1", 40_960)),
        (b"Localfront-Peak-Kb: -1\r\n", Returned(b"1")),  # aiohttp's to read, which ignores it
        (b"Localfront-Peak-Kb: 4 MB\r\n", Returned(b"1")),
    ],
)
async def test_a_response_may_report_the_peak_memory_of_its_process(
    worker: Worker, line: bytes, response: Returned
) -> None:
    reader, writer = await worker.connect()
    invoked = worker.invoke("first")
    writer.write(worker.next)
    await status(reader)

    head, result = worker.post("first", b"1")[:-3], b"\r\n1"
    writer.write(head + line + result)

    assert await outcome(invoked) == response
    assert (await status(reader))[0] == 202


@pytest.mark.parametrize("size", [MOST, MOST + 1])
async def test_a_response_may_have_the_maximum_size_of_lambda(worker: Worker, size: int) -> None:
    reader, writer = await worker.connect()
    invoked = worker.invoke("first")
    writer.write(worker.next)
    await status(reader)

    writer.write(worker.post("first", b"x" * size))

    taken = await outcome(invoked)
    assert isinstance(taken, Returned) is (size == MOST)
    assert (await status(reader))[0] == (202 if size == MOST else 413)


async def test_a_second_response_gets_no_event_in_the_same_read(worker: Worker) -> None:
    reader, writer = await worker.connect()
    invoked = worker.invoke("first")
    writer.write(worker.next)
    await status(reader)
    writer.write(worker.post("first", b"1"))
    assert await outcome(invoked) == Returned(b"1")
    await status(reader)

    writer.write(worker.post("first", b"2") + worker.next)

    assert (await status(reader))[0] == 400
    assert await reader.read() == b""
    worker.invoke("second").cancel()


async def test_requests_outside_of_the_fast_path_are_answered_on_the_same_connection(
    worker: Worker,
) -> None:
    reader, writer = await worker.connect()
    invoked = worker.invoke("first")
    writer.write(worker.next)
    await status(reader)

    odd = f"GET {worker.path}/restore/next HTTP/1.1\r\nHost: x\r\nX: y\r\n\r\n".encode()
    chunked = (
        f"POST {worker.path}/invocation/first/response HTTP/1.1\r\nHost: x\r\n"
        "Transfer-Encoding: chunked\r\n\r\n1\r\n7\r\n0\r\n\r\n"
    ).encode()
    writer.write(odd + chunked)

    assert (await status(reader))[0] == 404
    assert (await status(reader))[0] == 202
    assert await outcome(invoked) == Returned(b"7")


async def warm(
    worker: Worker,
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, asyncio.Task[object]]:
    """A connection after two invocations, with a third in progress."""
    reader, writer = await worker.connect()
    invoked = worker.invoke("0")
    writer.write(worker.next)
    await status(reader)
    for number in range(2):
        writer.write(worker.post(str(number), b"%d" % number) + worker.next)
        assert await outcome(invoked) == Returned(b"%d" % number)
        invoked = worker.invoke(str(number + 1))
        assert await status(reader) == (202, b'{"status": "OK"}')
        assert await status(reader) == (200, b'{"a":1}')
    return reader, writer, invoked


@pytest.mark.parametrize(
    ("change", "results"),
    [
        ((b"/2/response", b"/1/response"), [400]),
        ((b"/2/response", b"/22/response"), [400]),
        ((b"Length: 3", b"Length: 2"), [202, 400]),
        ((b"POST /", b"POST /x"), [403]),
        ((b"GET /", b"GET /x"), [202, 403]),
        ((b"invocation/next", b"restore/next"), [202, 404]),
        ((b"Host: 127", b"Host: localhost"), [202, 200]),
        ((b"application/json", b"text/plain"), [202, 200]),
    ],
    ids=lambda value: value[1].decode() if isinstance(value, tuple) else "",
)
async def test_a_response_that_nearly_has_the_usual_form_is_parsed_like_any_other(
    worker: Worker, change: tuple[bytes, bytes], results: list[int]
) -> None:
    reader, writer, invoked = await warm(worker)
    usual = worker.post("2", b"abc") + worker.next
    assert change[0] in usual

    writer.write(usual.replace(*change))
    if results[-1] == 200:
        assert await outcome(invoked) == Returned(b"abc")
        worker.invoke("3")

    assert [(await status(reader))[0] for _ in results] == results


async def test_a_response_in_the_usual_form_reports_the_peak_memory_too(worker: Worker) -> None:
    _, writer, invoked = await warm(worker)
    peak = b"\r\nLocalfront-Peak-Kb: 40960\r\n\r\n"

    writer.write(worker.post("2", b"2").replace(b"\r\n\r\n", peak) + worker.next)

    assert await outcome(invoked) == Returned(b"2", 40_960)


async def test_a_result_that_looks_like_a_response_stays_a_result(worker: Worker) -> None:
    _, writer, invoked = await warm(worker)
    words = worker.post("2", b"abc") + worker.next
    head = worker.post("2", words).removesuffix(words)

    writer.write(head)
    await asyncio.sleep(0.05)
    writer.write(words)

    assert await outcome(invoked) == Returned(words)


@pytest.mark.parametrize("guess", ["", "x" * 43])
async def test_a_wrong_secret_is_refused_on_the_fast_path_too(worker: Worker, guess: str) -> None:
    reader, writer = await worker.connect()
    invoked = worker.invoke("first")
    secret = worker.path.split("/")[1].encode()

    for sent in (worker.next, worker.post("first", b"1")):
        writer.write(sent.replace(secret, guess.encode()))
        assert (await status(reader))[0] == 403

    assert not invoked.done()
    assert worker.invocations.is_waiting
    invoked.cancel()


async def test_a_client_that_sends_endlessly_while_waiting_is_disconnected(worker: Worker) -> None:
    reader, writer = await worker.connect()
    writer.write(worker.next)
    await worker.invocations.ready()

    writer.write(worker.next * 2000)

    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await status(reader)
    assert worker.invocations.takes_polls


async def test_a_next_request_on_a_closed_connection_takes_no_event(worker: Worker) -> None:
    _, gone = await worker.connect()
    gone.write(worker.next)
    await worker.invocations.ready()
    gone.close()
    for _ in range(100 * PATIENCE):
        if worker.invocations.takes_polls:
            break
        await asyncio.sleep(0.01)

    invoked = worker.invoke("first")
    reader, writer = await worker.connect()
    writer.write(worker.next)

    assert (await status(reader))[0] == 200
    writer.write(worker.post("first", b"1"))
    assert await outcome(invoked) == Returned(b"1")
