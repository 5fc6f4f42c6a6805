"""Origins that violate HTTP, do not respond, or are down, over real sockets."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from localfront.config.distribution import Origin
from localfront.errors import OriginError
from localfront.origins.client import OriginClient
from localfront.server.certificates import Certificates
from localfront.trust.authority import make_authority
from localfront.trust.files import utc_now
from tests.localfront.factories import a_request, an_api_origin
from tests.localfront.origin_server import HANG_UP, SILENCE, OriginServer, saying
from tests.localfront.streams import whole

PATIENCE = 10  # seconds, before a test that hangs fails
SOON = 0.1  # seconds, for time-outs that have to pass


async def failure(
    client: OriginClient, url: str, origin: Origin, method: str = "GET"
) -> OriginError:
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(OriginError) as caught:
            await whole(await client.send(url, a_request(method=method), b"", origin))
    return caught.value


# Broken answers


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param(b"hello\r\n\r\n", id="no HTTP"),
        pytest.param(b"HTTP/1.1 abc OK\r\n\r\n", id="no status"),
        pytest.param(saying(status=b"600 Odd"), id="status above 599"),
        pytest.param(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", id="unasked 101"),
        pytest.param(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", id="no header"),
        pytest.param(saying(b"ab", b"Content-Length: 1"), id="two lengths"),
        pytest.param(saying(b"0\r\n\r\n", b"Transfer-Encoding: chunked"), id="length and chunks"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", id="negative length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", id="too short"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n",
            id="chunk without a size",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            id="chunk cut short",
        ),
    ],
)
async def test_invalid_framing_is_502_and_not_retried(client: OriginClient, wire: bytes) -> None:
    async with OriginServer(wire) as server:
        error = await failure(client, server.url, server.origin())

    assert error.status == 502
    assert "Origin 'here'" in str(error)
    assert "\n" not in str(error)
    assert len(server.received) == 1


# No answer


@pytest.mark.proves("OG-004")
async def test_a_refused_connection_is_502(client: OriginClient) -> None:
    async with OriginServer() as server:
        origin, url = server.origin(), server.url

    error = await failure(client, url, origin)

    assert error.status == 502
    assert "can't be connected to" in str(error)


@pytest.mark.proves("OG-006")
async def test_an_unknown_host_is_502(client: OriginClient) -> None:
    origin = an_api_origin(domain_name="nowhere.invalid")

    error = await failure(client, "http://nowhere.invalid/", origin)

    assert error.status == 502
    assert "nowhere.invalid" in str(error)


@contextmanager
def a_full_queue() -> Iterator[int]:
    """A port with a full backlog, which accepts no connection."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        with socket.create_connection(listener.getsockname()):
            yield listener.getsockname()[1]


@pytest.mark.proves("OG-001", "OG-004")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("attempts", [1, 3])
async def test_a_connection_timeout_in_every_attempt_is_504(
    client: OriginClient, method: str, attempts: int
) -> None:
    origin = an_api_origin(connection_timeout=SOON, connection_attempts=attempts)
    clock = asyncio.get_running_loop().time
    began = clock()

    with a_full_queue() as port:
        error = await failure(client, f"http://127.0.0.1:{port}/", origin, method)

    assert error.status == 504
    assert clock() - began > (attempts - 0.5) * SOON
    assert f"accepted no connection within {SOON} s" in str(error)


@pytest.mark.proves("OG-002", "OG-003", "OG-004")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("attempts", [1, 2, 3])
async def test_a_read_timeout_is_504_after_the_configured_attempts(
    client: OriginClient, method: str, attempts: int
) -> None:
    async with OriginServer(SILENCE) as server:
        origin = server.origin(read_timeout=SOON, connection_attempts=attempts)
        error = await failure(client, server.url, origin, method)

    assert error.status == 504
    assert f"did not respond for {SOON} s" in str(error)
    assert len(server.received) == attempts


@pytest.mark.proves("OG-003")
async def test_a_get_that_is_answered_at_the_last_attempt_succeeds(
    client: OriginClient,
) -> None:
    async with OriginServer(SILENCE, SILENCE, saying(b"at last")) as server:
        response = await client.send(server.url, a_request(), b"", server.origin(read_timeout=SOON))

        assert (await whole(response)).body == b"at last"


@pytest.mark.proves("OG-003", "OG-004")
@pytest.mark.parametrize("method", ["DELETE", "OPTIONS", "PATCH", "POST", "PUT"])
async def test_other_methods_are_not_retried_after_a_read_timeout(
    client: OriginClient, method: str
) -> None:
    async with OriginServer(SILENCE) as server:
        origin = server.origin(read_timeout=SOON)
        error = await failure(client, server.url, origin, method)

    assert error.status == 504
    assert len(server.received) == 1


@pytest.mark.proves("OG-002")
async def test_a_read_timeout_within_the_body_is_504(client: OriginClient) -> None:
    begun = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"

    async with OriginServer(begun, keeps_alive=True) as server:
        origin = server.origin(read_timeout=SOON, connection_attempts=1)
        error = await failure(client, server.url, origin)

    assert error.status == 504


@pytest.mark.parametrize(
    ("method", "attempts"),
    [("GET", 3), ("HEAD", 3), ("POST", 1), ("PUT", 1), ("DELETE", 1), ("OPTIONS", 1)],
)
async def test_a_closed_connection_is_502_and_retried_only_for_get(
    client: OriginClient, method: str, attempts: int
) -> None:
    async with OriginServer(HANG_UP) as server:
        error = await failure(client, server.url, server.origin(), method)

    assert error.status == 502
    assert len(server.received) == attempts


async def test_a_reset_is_distinguished_from_a_close(client: OriginClient) -> None:
    """A FIN is the origin's decision, a reset may be the network's: the message says which."""

    async def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        at_once = struct.pack("ii", 1, 0)  # linger for no time: close() sends a RST
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        writer.close()

    async with await asyncio.start_server(reset, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        resets = an_api_origin(domain_name="127.0.0.1", http_port=port)
        of_a_reset = await failure(client, f"http://127.0.0.1:{port}", resets, "POST")
    async with OriginServer(HANG_UP) as closing:
        of_a_close = await failure(client, closing.url, closing.origin(), "POST")

    assert "did not respond: the connection failed (Connection reset by peer)." in str(of_a_reset)
    assert "did not respond: it closed the connection." in str(of_a_close)


@pytest.mark.proves("OR-017")
async def test_an_untrusted_certificate_is_502(
    client: OriginClient,
) -> None:
    tls = Certificates([make_authority(now=utc_now())]).default

    async with OriginServer(tls=tls) as server:
        error = await failure(client, f"https://127.0.0.1:{server.port}/", server.origin())

    assert error.status == 502
    assert "certificate" in str(error)
    assert server.received == []
