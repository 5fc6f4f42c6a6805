import asyncio
import json
from collections.abc import AsyncIterator
from io import BytesIO

import aiohttp
import pytest

from localfront.lambda_edge.workers.invocations import (
    Failed,
    Invocation,
    Ready,
    Returned,
)
from localfront.lambda_edge.workers.runtime_api import RuntimeApi

VERSION = "2018-06-01"


class Runtime:
    """The worker's side of the Runtime API, implemented by the test."""

    def __init__(self, api: RuntimeApi, session: aiohttp.ClientSession, prefix: str) -> None:
        self.api = api
        self.prefix = prefix
        self._session = session

    async def next(self) -> tuple[int, dict[str, str], bytes]:
        async with self._session.get(f"{self.prefix}/invocation/next") as response:
            return response.status, dict(response.headers), await response.read()

    async def post(self, path: str, body: bytes | BytesIO) -> tuple[int, object]:
        async with self._session.post(f"{self.prefix}/{path}", data=body) as response:
            return response.status, await response.json()


@pytest.fixture
async def runtime() -> AsyncIterator[Runtime]:
    api = RuntimeApi()
    address = await api.start()
    host_and_port, secret = address.split("/")
    async with aiohttp.ClientSession(f"http://{host_and_port}") as session:
        yield Runtime(api, session, f"/{secret}/{VERSION}/runtime")
    await api.close()


def invocation(request_id: str = "first") -> Invocation:
    return Invocation(
        request_id=request_id, event=b'{"a":1}', deadline_ms=1234, function_arn="arn:x"
    )


async def test_an_invocation_is_delivered_with_its_headers_and_answered(
    runtime: Runtime,
) -> None:
    outcome = asyncio.create_task(runtime.api.invocations.invoke(invocation()))

    status, headers, event = await runtime.next()
    accepted = await runtime.post("invocation/first/response", b'"done"')

    assert (status, event) == (200, b'{"a":1}')
    assert headers["Lambda-Runtime-Aws-Request-Id"] == "first"
    assert headers["Lambda-Runtime-Deadline-Ms"] == "1234"
    assert headers["Lambda-Runtime-Invoked-Function-Arn"] == "arn:x"
    assert headers["Content-Type"] == "application/json"
    assert accepted == (202, {"status": "OK"})
    assert await outcome == Returned(b'"done"')


async def test_a_runtime_that_polls_first_waits_for_an_invocation(
    runtime: Runtime,
) -> None:
    polling = asyncio.create_task(runtime.next())
    assert await runtime.api.invocations.ready() == Ready()

    outcome = asyncio.create_task(runtime.api.invocations.invoke(invocation()))

    assert (await polling)[0] == 200
    await runtime.post("invocation/first/response", b"1")
    assert await outcome == Returned(b"1")


async def test_an_error_is_read_with_its_stack(runtime: Runtime) -> None:
    outcome = asyncio.create_task(runtime.api.invocations.invoke(invocation()))
    await runtime.next()
    error = {
        "errorType": "KeyError",
        "errorMessage": "'x'",
        "stackTrace": ['  File "a.py", line 1, in handler\n    event["x"]\n'],
    }

    accepted = await runtime.post("invocation/first/error", json.dumps(error).encode())

    assert accepted[0] == 202
    failed = await outcome
    assert isinstance(failed, Failed)
    assert failed.traceback == (
        "Traceback (most recent call last):\n"
        '  File "a.py", line 1, in handler\n    event["x"]\n'
        "KeyError: 'x'"
    )


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"stackTrace": 1}', b"\xff"])
async def test_a_malformed_error_is_still_an_error(runtime: Runtime, body: bytes) -> None:
    outcome = asyncio.create_task(runtime.api.invocations.invoke(invocation()))
    await runtime.next()

    await runtime.post("invocation/first/error", body)

    assert isinstance(await outcome, Failed)


@pytest.mark.parametrize("kind", ["response", "error"])
async def test_a_response_for_another_invocation_is_refused(runtime: Runtime, kind: str) -> None:
    outcome = asyncio.create_task(runtime.api.invocations.invoke(invocation()))
    await runtime.next()

    refused = await runtime.post(f"invocation/other/{kind}", b"1")

    assert refused == (
        400,
        {"errorType": "InvalidRequestID", "errorMessage": "Invalid request ID"},
    )
    assert not outcome.done()
    await runtime.post("invocation/first/response", b"2")
    assert await outcome == Returned(b"2")


@pytest.mark.parametrize("kind", ["response", "error"])
async def test_a_second_response_is_refused(runtime: Runtime, kind: str) -> None:
    outcome = asyncio.create_task(runtime.api.invocations.invoke(invocation()))
    await runtime.next()
    await runtime.post("invocation/first/response", b"1")

    status, _ = await runtime.post(f"invocation/first/{kind}", b"2")

    assert status == 400
    assert await outcome == Returned(b"1")


async def test_a_response_before_the_event_was_delivered_is_refused(
    runtime: Runtime,
) -> None:
    outcome = asyncio.create_task(runtime.api.invocations.invoke(invocation()))

    status, _ = await runtime.post("invocation/first/response", b"1")

    assert status == 400
    outcome.cancel()


async def test_a_response_over_6_mb_is_too_large(runtime: Runtime) -> None:
    outcome = asyncio.create_task(runtime.api.invocations.invoke(invocation()))
    await runtime.next()

    status, _ = await runtime.post("invocation/first/response", BytesIO(b"x" * 6_291_557))

    assert status == 413
    failed = await outcome
    assert isinstance(failed, Failed)
    assert failed.error_type == "Function.ResponseSizeTooLarge"


async def test_a_response_of_just_6_mb_is_accepted(runtime: Runtime) -> None:
    outcome = asyncio.create_task(runtime.api.invocations.invoke(invocation()))
    await runtime.next()

    status, _ = await runtime.post("invocation/first/response", BytesIO(b"x" * 6_291_556))

    assert status == 202
    response = await outcome
    assert isinstance(response, Returned)
    assert len(response.payload) == 6_291_556


async def test_an_init_error_ends_the_wait_for_the_runtime(runtime: Runtime) -> None:
    error = b'{"errorType": "Runtime.ImportModuleError", "errorMessage": "no module"}'

    status, _ = await runtime.post("init/error", error)

    assert status == 202
    failed = await runtime.api.invocations.ready()
    assert failed == Failed(error_type="Runtime.ImportModuleError", message="no module")


async def test_a_next_request_during_an_invocation_is_refused(
    runtime: Runtime,
) -> None:
    outcome = asyncio.create_task(runtime.api.invocations.invoke(invocation()))
    await runtime.next()

    status, _, _ = await runtime.next()

    assert status == 403
    outcome.cancel()


async def test_any_other_path_is_404(runtime: Runtime) -> None:
    assert (await runtime.post("restore/next", b""))[0] == 404


async def test_closing_ends_a_pending_next_request(runtime: Runtime) -> None:
    polling = asyncio.create_task(runtime.next())
    await runtime.api.invocations.ready()

    await runtime.api.close()

    assert (await polling)[0] == 410


async def test_an_open_connection_does_not_delay_closing(runtime: Runtime) -> None:
    await runtime.post("nothing", b"")  # the session keeps its connection for 15 s

    async with asyncio.timeout(10):
        await runtime.api.close()


async def test_a_worker_that_died_while_waiting_is_no_error(
    runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    polling = asyncio.create_task(runtime.next())
    await runtime.api.invocations.ready()
    polling.cancel()  # its connection is gone
    await runtime.post("nothing", b"")  # by now the API knows

    await runtime.api.close()

    assert caplog.records == []


@pytest.mark.parametrize(
    "prefix",
    [f"/{VERSION}/runtime", f"/guess/{VERSION}/runtime", ""],
    ids=["no secret", "another secret", "no path"],
)
async def test_a_client_without_the_secret_gets_no_event(runtime: Runtime, prefix: str) -> None:
    outcome = asyncio.create_task(runtime.api.invocations.invoke(invocation()))
    known, runtime.prefix = runtime.prefix, prefix

    stolen = await runtime.next()
    forged = await runtime.post("invocation/first/response", b'"forged"')

    assert (stolen[0], forged[0]) == (403, 403)
    assert b'"a"' not in stolen[2]
    runtime.prefix = known
    assert (await runtime.next())[0] == 200
    await runtime.post("invocation/first/response", b"1")
    assert await outcome == Returned(b"1")


async def test_each_worker_has_a_secret_of_its_own(runtime: Runtime) -> None:
    other = RuntimeApi()

    address = await other.start()

    assert len(address.split("/")[1]) >= 32
    assert address.split("/")[1] not in runtime.prefix
    await other.close()


async def test_an_error_of_node_js_keeps_its_stack_unchanged(runtime: Runtime) -> None:
    outcome = asyncio.create_task(runtime.api.invocations.invoke(invocation()))
    await runtime.next()
    error = {
        "errorType": "TypeError",
        "errorMessage": "x is not a function",
        "trace": ["TypeError: x is not a function", "    at handler (/code/a.js:1:2)"],
    }

    await runtime.post("invocation/first/error", json.dumps(error).encode())

    failed = await outcome
    assert isinstance(failed, Failed)
    assert failed.traceback == "\n".join(error["trace"])
