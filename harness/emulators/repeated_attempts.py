"""Make AWS SDK retries idempotent: a retry gets the response of the first attempt.

When the response headers arrive, the AWS SDK for Go, and so Terraform's provider, closes the request's
body. If another goroutine has sent that body but not yet read its end, as happens on a busy machine, it
takes this for a failed write and closes the connection: the response is lost, and the SDK retries. The
resource would be created twice, or refused because it exists, and the apply would fail. All attempts of one
call have the same `amz-sdk-invocation-id`, a random UUID, so MiniStack's response is kept for a while.

Errors are not kept: the SDK retries to get another response.

Source: AWS SDKs and Tools Reference Guide, "Retry behavior"; smithy-go 1.22.3,
`transport/http/internal/io/safe.go`: WriteTo fails with io.EOF after Close; `transferWriter.writeBody` and
`persistConn.writeLoop` of Go's net/http.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from harness.emulators.ministack_saving import Application, Receive, Scope, Send

INVOCATION = b"amz-sdk-invocation-id"
TARGET = b"x-amz-target"  # names the action of the JSON protocols
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
MOST_KEPT = 100  # responses; a retry arrives within seconds
LARGEST_KEPT = 1 << 20  # bytes

Message = dict[str, Any]
KeptResponse = list[Message]


@dataclass(frozen=True)
class Call:
    """The identity of a call, the same for all its attempts."""

    invocation: bytes
    method: str
    path: str
    query: bytes
    target: bytes


def answering_once(application: Application) -> Application:
    responses: OrderedDict[Call, asyncio.Future[KeptResponse]] = OrderedDict()

    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        call = call_of(scope)
        if call is None:
            await application(scope, receive, send)
            return
        if (first := responses.get(call)) and (response := await asyncio.shield(first)):
            await replay(response, receive, send)
            return
        sent: KeptResponse = []

        async def record(message: Message) -> None:
            sent.append(dict(message))
            await send(message)

        first = responses[call] = asyncio.get_running_loop().create_future()
        while len(responses) > MOST_KEPT:
            responses.popitem(last=False)
        try:
            await application(scope, receive, record)
        finally:
            first.set_result(sent if is_kept(sent) else [])

    return respond


def call_of(scope: Scope) -> Call | None:
    """The SDK's call; None for other clients' requests and for read-only calls."""
    if scope["type"] != "http" or scope["method"] not in WRITING:
        return None
    headers = dict(scope["headers"])
    if not headers.get(INVOCATION):
        return None
    return Call(
        invocation=headers[INVOCATION],
        method=scope["method"],
        path=scope["path"],
        query=scope.get("query_string", b""),
        target=headers.get(TARGET, b""),
    )


def is_kept(sent: Sequence[Message]) -> bool:
    """Whether it is a complete, small, successful response."""
    if not sent or sent[-1]["type"] != "http.response.body" or sent[-1].get("more_body"):
        return False
    size = sum(len(message.get("body", b"")) for message in sent)
    return 200 <= sent[0]["status"] < 300 and size <= LARGEST_KEPT


async def replay(messages: Sequence[Message], receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass  # an unread body would close the connection
    for message in messages:
        await send(dict(message))
