"""Terraform's calls through the proxy: known answers are repeated, everything else passes unchanged."""

from __future__ import annotations

import gc
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from h2.events import DataReceived
from h2.settings import SettingCodes

from localfront.sources.terraform_provider.http2_side import INITIAL_WINDOW
from localfront.sources.terraform_provider.provider_proxy import SOCKET, proxied
from tests.localfront.sources.terraform_provider.attachments import named, reattached, socket_of
from tests.localfront.sources.terraform_provider.grpc_peers import (
    OK,
    READ_BYTES,
    Message,
    Peer,
    Respond,
    ask,
    echo,
    prefixed,
    provider,
    respond,
    response,
    terraform,
)
from tests.localfront.sources.terraform_provider.schema_messages import (
    BUCKET,
    BUCKET_DATA,
    FUNCTION,
    PROVIDER,
    SCHEMA,
)

GET_SCHEMA = b"/tfplugin5.Provider/GetSchema"
VALIDATE = b"/tfplugin5.Provider/PrepareProviderConfig"
APPLY = b"/tfplugin5.Provider/ApplyResourceChange"
LARGE = bytes(range(256)) * 10_000  # more than twice the largest window
REFUSED = [(b"grpc-status", b"13"), (b"grpc-message", b"it failed")]


@contextmanager
def attached_to(run: Path, respond: Respond) -> Iterator[tuple[str, list[bytes]]]:
    """A proxy's socket, and the methods that the provider behind it was called with."""
    address = run / "plugin"
    with (
        provider(address, respond) as methods,
        proxied(reattached(address), run.parent / "program", named, run) as attached,
    ):
        yield socket_of(attached), methods
    address.unlink()


def with_schema(peer: Peer, stream: int, message: Message) -> None:
    respond(peer, stream, prefixed(SCHEMA))


def test_messages_pass_unchanged_in_any_size(run: Path) -> None:
    with attached_to(run, echo) as (address, methods), terraform(address) as peer:
        for request in (b"", b"small", LARGE):
            received = response(peer, ask(peer, APPLY, request))

            assert received.body == prefixed(request)
            assert dict(received.headers)[b"content-type"] == b"application/grpc"
            assert received.trailers == OK
    assert methods == [APPLY] * 3


def test_a_window_that_settings_enlarge_is_used(run: Path) -> None:
    body = prefixed(LARGE[:100_000])
    received = b""
    with attached_to(run, echo) as (address, _), terraform(address) as peer:
        peer.http.increment_flow_control_window(len(LARGE))  # the connection's, not a stream's
        ask(peer, APPLY, LARGE[:100_000])
        while received != body:
            for event in peer.http.receive_data(peer.socket.recv(READ_BYTES)):
                received += event.data if isinstance(event, DataReceived) else b""
            if len(received) == INITIAL_WINDOW:
                peer.http.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: len(LARGE)})
            peer.flush()


def test_calls_at_the_same_time_get_their_own_responses(run: Path) -> None:
    waiting: list[tuple[int, bytes]] = []

    def in_reverse(peer: Peer, stream: int, message: Message) -> None:
        waiting.append((stream, message.body))
        if len(waiting) == 3:
            for stream, body in reversed(waiting):
                respond(peer, stream, body)

    with attached_to(run, in_reverse) as (address, _), terraform(address) as peer:
        requests = [LARGE, b"second", LARGE[::-1]]
        streams = [ask(peer, APPLY, request) for request in requests]

        bodies = [response(peer, stream).body for stream in streams]

    assert bodies == [prefixed(request) for request in requests]


def test_terraform_gets_the_types_of_its_configuration(run: Path) -> None:
    limited = prefixed(PROVIDER + BUCKET + BUCKET_DATA + FUNCTION)

    with attached_to(run, with_schema) as (address, methods):
        for _ in range(2):
            with terraform(address) as peer:
                received = response(peer, ask(peer, GET_SCHEMA))
                assert received.body == limited
                assert received.trailers == OK
        assert methods == [GET_SCHEMA]

    with attached_to(run, with_schema) as (address, methods), terraform(address) as peer:
        assert response(peer, ask(peer, GET_SCHEMA)).body == limited
        assert methods == []


def test_a_provider_configuration_is_valid_without_a_call_to_the_provider(run: Path) -> None:
    with attached_to(run, echo) as (address, methods), terraform(address) as peer:
        received = response(peer, ask(peer, VALIDATE, b"eu-west-1"))

        assert (received.body, received.trailers) == (prefixed(b""), OK)
        assert methods == []


@pytest.mark.parametrize("method", [APPLY, GET_SCHEMA])
@pytest.mark.parametrize("begun", [True, False], ids=["after a response", "at once"])
def test_an_error_is_passed_on_each_time(run: Path, method: bytes, begun: bool) -> None:
    def fail(peer: Peer, stream: int, message: Message) -> None:
        if begun:
            respond(peer, stream, b"", REFUSED)
        else:
            peer.http.send_headers(stream, [(b":status", b"200"), *REFUSED], end_stream=True)
            peer.flush()

    with attached_to(run, fail) as (address, methods), terraform(address) as peer:
        for _ in range(2):
            received = response(peer, ask(peer, method))
            assert set(REFUSED) <= set(received.trailers if begun else received.headers)
            assert received.ended_at_once is not begun
    assert methods == [method] * 2


@pytest.mark.parametrize(
    "body",
    [b"\1" + prefixed(SCHEMA)[1:], prefixed(SCHEMA) * 2, b""],
    ids=["compressed", "two messages", "none"],
)
def test_a_schema_in_another_form_is_passed_on(run: Path, body: bytes) -> None:
    with (
        attached_to(run, lambda peer, stream, _: respond(peer, stream, body)) as (address, methods),
        terraform(address) as peer,
    ):
        for _ in range(2):
            assert response(peer, ask(peer, GET_SCHEMA)).body == body
    assert methods == [GET_SCHEMA] * 2


@pytest.mark.parametrize("method", [APPLY, GET_SCHEMA])
def test_a_call_that_the_provider_resets_is_reset(run: Path, method: bytes) -> None:
    def reset(peer: Peer, stream: int, message: Message) -> None:
        peer.http.reset_stream(stream)
        peer.flush()

    with attached_to(run, reset) as (address, _), terraform(address) as peer:
        assert response(peer, ask(peer, method)).was_reset


def test_a_call_that_terraform_cancels_is_cancelled_at_the_provider(run: Path) -> None:
    given_up = threading.Event()

    def wait(peer: Peer, stream: int, message: Message) -> None:
        if message.was_reset:
            given_up.set()

    with attached_to(run, wait) as (address, _), terraform(address) as peer:
        stream = ask(peer, APPLY)
        peer.http.reset_stream(stream)
        peer.flush()
        assert given_up.wait(20)
        after = ask(peer, APPLY)
        assert after != stream  # the connection is still in use


def test_a_providers_end_is_noticed(run: Path) -> None:
    def end(peer: Peer, stream: int, message: Message) -> None:
        raise ConnectionError("it ends")

    with attached_to(run, end) as (address, _), terraform(address) as peer:
        stream = ask(peer, APPLY)
        with pytest.raises(ConnectionError):
            response(peer, stream)


def test_without_a_provider_a_connection_is_closed(run: Path) -> None:
    gone = reattached(run / "gone")
    with (
        proxied(gone, run.parent / "program", named, run) as attached,
        pytest.raises(ConnectionError),
        terraform(socket_of(attached)) as peer,
    ):
        response(peer, ask(peer, APPLY))


def test_a_protocol_violation_ends_the_connection(run: Path) -> None:
    with attached_to(run, echo) as (address, _), terraform(address) as peer:
        peer.socket.sendall(bytes(9))  # DATA on stream 0
        while peer.socket.recv(1_000):
            pass


def test_a_proxy_ends_with_its_block_and_all_connections(run: Path) -> None:
    with attached_to(run, echo) as (address, _):
        assert Path(address) == run / SOCKET
        with terraform(address) as peer:
            response(peer, ask(peer, APPLY))
            open_at_the_end = peer.socket.dup()
    open_at_the_end.settimeout(20)
    while open_at_the_end.recv(1_000):
        pass
    open_at_the_end.close()
    assert not Path(address).exists()
    assert not [t for t in threading.enumerate() if t.name == "provider-proxy"]


def test_connections_that_arrive_or_end_as_the_run_ends_are_closed(run: Path) -> None:
    for _ in range(10):  # each stops its loop at another moment
        with ExitStack() as connected, attached_to(run, echo) as (address, _):
            with terraform(address) as peer:
                response(peer, ask(peer, APPLY))
            for _ in range(20):
                each = connected.enter_context(socket.socket(socket.AF_UNIX))
                each.connect(address)
        gc.collect()  # an open connection would warn, which fails the test
