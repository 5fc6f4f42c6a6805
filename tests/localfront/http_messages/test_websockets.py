"""WebSocket pass-through over real sockets, from a viewer to an origin and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import WSMsgType, web

from localfront.config.distribution import CacheBehavior
from localfront.config.managed_policies import ALL_VIEWER, CACHING_DISABLED
from localfront.config.policies import OriginRequestPolicy
from localfront.http_messages.messages import Response
from localfront.http_messages.websockets import OriginSocket
from tests.localfront.factories import (
    a_behavior,
    listed,
)
from tests.localfront.real_sites import a_site, origin_at
from tests.localfront.wire import exchange, parsed, request_bytes, serving

TO_ORIGIN = a_behavior(
    target_origin_id="here",
    cache_policy=CACHING_DISABLED,
    origin_request_policy=ALL_VIEWER,
)
HANDSHAKE_ONLY = OriginRequestPolicy(
    id="handshake", headers=listed("sec-websocket-key", "sec-websocket-version")
)


@dataclass(slots=True)
class ChatServer:
    """An origin that answers each message, and refuses /private."""

    seen: list[web.BaseRequest] = field(default_factory=list)

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        self.seen.append(request)
        if request.path == "/private":
            headers = {"X-Why": "no session", "Connection": "close, X-Inside"}
            return web.Response(
                status=401,
                headers={**headers, "X-Inside": "10.0.0.1", "Proxy-Authenticate": "Basic"},
            )
        chat = web.WebSocketResponse(protocols=("chat.v2",))
        if not chat.can_prepare(request).ok:
            return web.Response(status=426)
        await chat.prepare(request)
        async for message in chat:
            match message.type:
                case WSMsgType.TEXT if message.data == "bye":
                    await chat.close(code=4001, message=b"so long")
                case WSMsgType.TEXT:
                    await chat.send_str(f"you said {message.data}")
                case WSMsgType.BINARY:
                    await chat.send_bytes(message.data[::-1])
        return chat


@asynccontextmanager
async def site(chat: ChatServer, behavior: CacheBehavior = TO_ORIGIN) -> AsyncIterator[str]:
    """The address of a site whose origin is the chat server."""
    runner = web.ServerRunner(web.Server(chat))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with a_site(origin_at(runner.addresses[0][1]), behavior) as served:
        yield served.url
    await runner.cleanup()


@pytest.mark.proves("MI-001", "OR-006")
@pytest.mark.parametrize("policy", [ALL_VIEWER, HANDSHAKE_ONLY])
async def test_websocket_messages_pass_in_both_directions(policy: OriginRequestPolicy) -> None:
    behavior = a_behavior(
        target_origin_id="here",
        cache_policy=CACHING_DISABLED,
        origin_request_policy=policy,
    )
    async with (
        site(ChatServer(), behavior) as url,
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{url}/chat") as viewer,
    ):
        await viewer.send_str("hello")
        text = await viewer.receive_str()
        await viewer.send_bytes(b"abc" * 100_000)
        data = await viewer.receive_bytes()

    assert text == "you said hello"
    assert data == b"cba" * 100_000


@pytest.mark.proves("MI-001")
async def test_a_default_cache_policy_with_all_viewer_headers_is_enough() -> None:
    behavior = a_behavior(target_origin_id="here", origin_request_policy=ALL_VIEWER)
    async with (
        site(ChatServer(), behavior) as url,
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{url}/chat") as viewer,
    ):
        await viewer.send_str("hello")

        assert await viewer.receive_str() == "you said hello"


@pytest.mark.proves("MI-001")
async def test_without_the_handshakes_headers_the_origin_sees_a_plain_get() -> None:
    chat = ChatServer()
    behavior = a_behavior(target_origin_id="here", cache_policy=CACHING_DISABLED)
    async with site(chat, behavior) as url, aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"{url}/chat")

    assert refused.value.status == 426
    assert "Upgrade" not in chat.seen[0].headers


@pytest.mark.proves("MI-001", "OR-021")
async def test_a_handshakes_connection_specific_headers_are_not_forwarded() -> None:
    chat = ChatServer()
    lines = {
        "Connection": "keep-alive, Upgrade, X-Secret",
        "X-Secret": "1",
        "X-Kept": "2",
    }
    async with (
        site(chat) as url,
        aiohttp.ClientSession() as session,
        session.ws_connect(
            f"{url}/chat", headers={**lines, "Proxy-Authorization": "Basic eDp5"}
        ) as viewer,
    ):
        await viewer.send_str("hello")
        assert await viewer.receive_str() == "you said hello"

    [handshake] = chat.seen
    assert "X-Secret" not in handshake.headers
    assert "Proxy-Authorization" not in handshake.headers
    assert handshake.headers["X-Kept"] == "2"


WHOLE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param({"Sec-WebSocket-Version": "99"}, id="version"),
        pytest.param({"Sec-WebSocket-Key": "!!"}, id="key"),
        pytest.param({"Sec-WebSocket-Key": "YWJj"}, id="short key"),
        pytest.param({"Connection": "keep-alive"}, id="connection"),
        pytest.param({"Connection": "Upgrade, Sec-WebSocket-Key"}, id="named"),
    ],
)
async def test_an_incomplete_handshake_is_a_plain_request(
    lines: dict[str, str],
) -> None:
    """Otherwise the origin would open a WebSocket for a viewer that cannot use it."""
    chat = ChatServer()
    async with (
        site(chat) as url,
        aiohttp.ClientSession() as session,
        session.get(f"{url}/chat", headers={**WHOLE, **lines}) as response,
    ):
        assert response.status == 426

    assert ["Upgrade" in request.headers for request in chat.seen] == [False]


async def test_a_complete_handshake_is_recognized() -> None:
    """Otherwise the test above would prove nothing."""
    async with (
        site(ChatServer()) as url,
        aiohttp.ClientSession() as session,
        session.get(f"{url}/chat", headers=WHOLE) as response,
    ):
        assert response.status == 101


async def test_an_unrequested_websocket_is_closed_and_logged() -> None:
    """As when a function generates the handshake."""
    origin = Silent()

    async def handle(*_: object) -> Response:
        return Response(status=101, websocket=OriginSocket(origin, None))

    async with serving(handle) as server:
        reply = parsed(await exchange(server.http_port, request_bytes()))

    assert reply.status == 502
    assert reply.all(b"x-amz-cf-id")
    assert len(origin.codes) == 1


async def test_the_subprotocol_is_the_origins_choice() -> None:
    async with (
        site(ChatServer()) as url,
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{url}/chat", protocols=["chat.v9", "chat.v2"]) as viewer,
    ):
        assert viewer.protocol == "chat.v2"


async def test_the_origins_close_code_and_reason_reach_the_viewer() -> None:
    async with (
        site(ChatServer()) as url,
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{url}/chat") as viewer,
    ):
        await viewer.send_str("bye")
        last = await viewer.receive()

    assert (last.type, last.data, last.extra) == (WSMsgType.CLOSE, 4001, "so long")


async def test_the_origins_refusal_reaches_the_viewer() -> None:
    async with site(ChatServer()) as url, aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"{url}/private")

    assert refused.value.status == 401
    assert refused.value.headers is not None
    assert refused.value.headers["X-Why"] == "no session"
    assert refused.value.headers["X-Cache"] == "Error from cloudfront"
    for name in ("X-Inside", "Proxy-Authenticate"):  # of the origin's connection: RV-014
        assert name not in refused.value.headers


class Silent:
    """A socket that waits, and ends where a wait is bounded."""

    closed = False

    def __init__(self) -> None:
        self.waits: list[float | None] = []
        self.codes: list[int] = []

    async def receive(self, timeout: float | None = None) -> aiohttp.WSMessage:  # noqa: ASYNC109 - aiohttp's parameter
        self.waits.append(timeout)
        if timeout is not None:
            raise TimeoutError
        await asyncio.Event().wait()
        raise AssertionError("never")

    async def send_str(self, data: str) -> None: ...
    async def send_bytes(self, data: bytes) -> None: ...
    async def ping(self, message: bytes = b"") -> None: ...
    async def pong(self, message: bytes = b"") -> None: ...

    async def close(self, *, code: int = 1000, message: bytes = b"") -> bool:
        self.codes.append(code)
        return True


@pytest.mark.proves("MI-002")
async def test_an_origin_silent_for_ten_minutes_closes_the_websocket() -> None:
    origin, viewer = Silent(), Silent()

    await OriginSocket(origin, None).relay(viewer)

    assert (origin.waits, viewer.waits) == ([600.0], [None])
    assert viewer.codes == [1000]
