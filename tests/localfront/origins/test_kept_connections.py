"""Which requests go out on a kept connection, and which objects go with it.

What viewers get of origins that fall out of step: `test_surplus`, `test_out_of_step`.
"""

from __future__ import annotations

import contextlib
import gc
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from localfront.cache.freshness import Lifetime
from localfront.cache.store import Absent, Cache
from localfront.http_messages.bodies import read_whole
from localfront.http_messages.messages import Response
from localfront.http_messages.origin_connection import OriginConnection
from localfront.origins.client import OriginClient
from localfront.origins.watched_transport import Watched
from localfront.server.certificates import server_context
from localfront.trust.authority import certify, make_authority
from localfront.trust.files import utc_now
from tests.localfront.cache.test_store import PAGE, a_key
from tests.localfront.edge_location import MISS, REFRESH_HIT, TAGGED, Edge, origins
from tests.localfront.emulated import READABLE, emulator, fetch, to_s3
from tests.localfront.factories import a_request, an_origin
from tests.localfront.origin_server import OriginServer, saying
from tests.localfront.real_sites import origin_at
from tests.trusting import trusting_only

QUICKACK = getattr(socket, "TCP_QUICKACK", None)  # of Linux
PATIENCE = 10  # seconds, before a test that hangs fails


async def test_a_kept_connection_closed_as_the_request_leaves_is_no_failure() -> None:
    async with (
        OriginServer(saying(b"one"), saying(b"two")) as origin,
        OriginClient() as client,
    ):
        for _ in range(2):  # the origin hangs up after each answer
            here = origin.origin(connection_attempts=1)
            response = await client.send(f"{origin.url}/", a_request(), b"", here)
            assert response.status == 200
            assert await read_whole(response.body) in (b"one", b"two")


async def test_a_request_with_a_body_uses_a_new_connection() -> None:
    async with (
        OriginServer(saying(b""), keeps_alive=True) as origin,
        OriginClient() as client,
    ):
        for method, body in (
            ("GET", b""),
            ("GET", b""),
            ("GET", b"x"),
            ("POST", b"x"),
            ("POST", b""),
            ("DELETE", b""),
        ):
            await client.send(f"{origin.url}/", a_request(method=method), body, origin.origin())

        assert origin.connections == 5


async def test_surplus_bytes_in_the_socket_buffer_are_detected_before_the_next_request(
    client: OriginClient,
) -> None:
    """The event loop has no turn between the surplus and the request, so it has not read it."""
    with unread([saying(b"for /alice"), saying(b"LEFTOVER")]) as (port, write):
        alice = await whole_response(client, port, "/alice")
        write()
        bob = await whole_response(client, port, "/bob")

    assert await read_whole(alice.body) == b"for /alice"
    assert await read_whole(bob.body) == b"for /bob"
    assert alice.came_over is not None
    assert alice.came_over.is_out_of_step


async def test_bytes_that_arrive_while_the_request_is_written_are_detected(
    client: OriginClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy system, the pool's check and the write are not immediate."""
    done = Watched.write
    with unread([saying(b"for /alice"), saying(b"LEFTOVER")]) as (port, write):
        alice = await whole_response(client, port, "/alice")

        def late(self: Watched, data: bytes) -> None:
            monkeypatch.undo()
            write()
            done(self, data)

        monkeypatch.setattr(Watched, "write", late)
        bob = await whole_response(client, port, "/bob")

    assert await read_whole(bob.body) == b"for /bob"
    assert alice.came_over is not None
    assert alice.came_over.is_out_of_step


async def test_an_unread_correct_response_reveals_that_the_previous_one_was_surplus(
    client: OriginClient,
) -> None:
    """bob received surplus bytes, and the connection must be checked before it is closed."""
    responses = [saying(b"for /alice"), saying(b"LEFTOVER"), saying(b"for /bob")]
    with unread(responses) as (port, write):
        await whole_response(client, port, "/alice")
        bob = await whole_response(client, port, "/bob")
        write()
        carol = await whole_response(client, port, "/carol")

    assert await read_whole(bob.body) == b"LEFTOVER"
    assert bob.came_over is not None
    assert bob.came_over.is_out_of_step
    assert await read_whole(carol.body) == b"for /carol"
    assert carol.came_over is not bob.came_over


async def test_over_tls_an_unread_correct_response_reveals_previous_surplus(
    client: OriginClient,
) -> None:
    authority = make_authority(now=utc_now())
    tls = server_context(certify(authority, ["127.0.0.1"], now=utc_now()))
    for connector in (client._kept, client._new):
        connector._ssl = trusting_only(authority)
    responses = [saying(b"for /alice"), saying(b"LEFTOVER"), saying(b"for /bob")]
    with unread(responses, tls) as (port, write):
        await whole_response(client, port, "/alice", "https")
        bob = await whole_response(client, port, "/bob", "https")
        write()
        carol = await whole_response(client, port, "/carol", "https")

    assert bob.came_over is not None
    assert bob.came_over.is_out_of_step
    assert await read_whole(carol.body) == b"for /carol"


async def whole_response(
    client: OriginClient, port: int, path: str, scheme: str = "http"
) -> Response:
    """The response, with its body read."""
    url = f"{scheme}://127.0.0.1:{port}{path}"
    response = await client.send(url, a_request(path), b"", origin_at(port))
    return replace(response, body=await read_whole(response.body))


@contextlib.contextmanager
def unread(
    responses: list[bytes], tls: ssl.SSLContext | None = None
) -> Iterator[tuple[int, Callable[[], object]]]:
    """An origin's port, and a function that sends its last response while the caller waits.

    The others are to one request each. Who asks on another connection is answered with its path.
    """
    go_on, written = threading.Event(), threading.Event()

    def accepted() -> socket.socket:
        talk, _ = listener.accept()
        return talk if tls is None else tls.wrap_socket(talk, server_side=True)

    def serve() -> None:
        with accepted() as first:
            # Else the last answer waits until the one before it is acknowledged.
            first.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for response in responses[:-1]:
                first.recv(4096)
                first.sendall(response)
            go_on.wait(PATIENCE)
            first.sendall(responses[-1])
            if QUICKACK is not None:  # the next request is acknowledged at once
                first.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)
            written.set()
            with accepted() as second:
                path = second.recv(4096).split(b" ")[1]
                second.sendall(saying(b"for " + path))

    def write() -> None:
        go_on.set()
        assert written.wait(PATIENCE)  # and the event loop waits with it

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        serving = threading.Thread(target=serve)
        serving.start()
        yield listener.getsockname()[1], write
        serving.join(PATIENCE)


async def test_a_403_for_a_missing_key_is_attributed_to_its_connection(
    client: OriginClient,
) -> None:
    """It is cached for a while, like any error; and the 404 may have been another request's."""
    missing = saying(b"<Code>NoSuchKey</Code>", status=b"404 Not Found")
    async with OriginServer(missing, keeps_alive=True) as server:
        response = await fetch(emulator(client, server, READABLE), to_s3(), an_origin())

    assert response.status == 403
    assert response.came_over is not None


async def test_a_revalidated_object_is_still_attributed_to_its_first_connection() -> None:
    first, second = OriginConnection(), OriginConnection()
    edge = Edge(origins=origins(a=replace(TAGGED, came_over=first)))
    await edge.get()
    edge.clock.advance(60)
    edge.origins.responses["/a"] = replace(TAGGED, came_over=second)
    assert (await edge.get()).x_cache == REFRESH_HIT

    first.fell_out_of_step()

    assert (await edge.get()).x_cache == MISS


def test_the_cache_drops_only_what_a_connection_delivered_or_confirmed() -> None:
    cache, lifetime = Cache(), Lifetime(fresh=60)
    first, second, third = OriginConnection(), OriginConnection(), OriginConnection()
    came_over = {
        "/body": (first,),
        "/confirmed": (second, first),
        "/other": (second,),
        "/made here": (),
    }
    for path, connections in came_over.items():
        cache.store(a_key(path), PAGE, lifetime=lifetime, now=0, came_over=connections)

    first.fell_out_of_step()
    third.fell_out_of_step()

    held = {p for p in came_over if cache.lookup(a_key(p), now=1) != Absent()}
    assert held == {"/other", "/made here"}
    assert not cache.store(a_key("/late"), PAGE, lifetime=lifetime, now=1, came_over=(first,))
    assert cache.lookup(a_key("/late"), now=1) == Absent()


def test_connections_keep_no_reference_to_what_they_delivered() -> None:
    """Otherwise evicted objects would stay in memory as long as their connection."""
    cache, connection = Cache(), OriginConnection()
    before = len(gc.get_referents(connection))
    for number in range(100):
        cache.store(
            a_key(f"/{number}"),
            PAGE,
            lifetime=Lifetime(fresh=60),
            now=0,
            came_over=(connection,),
        )

    (keepers,) = [r for r in gc.get_referents(connection) if isinstance(r, set)]
    assert len(keepers) == 1
    assert len(gc.get_referents(connection)) == before
