"""One request from Terraform to its provider is replaced; everything else passes unchanged."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, ResponseReceived, StreamEnded

from harness.terraform.provider_shortcut import SHORT, SLOW, Frames, shortened

OTHER = b"/tfplugin5.Provider/ApplyResourceChange"
PATIENCE = 20  # seconds
Asked = list[tuple[bytes, bytes]]


def question(path: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b":method", b"POST"),
        (b":scheme", b"http"),
        (b":path", path),
        (b":authority", b"localhost"),
        (b"content-type", b"application/grpc"),
    ]


def requests_in(provider: H2Connection, piece: bytes) -> Asked:
    """Each request's path and body chunks, as the provider reads them."""
    requests: Asked = []
    for event in provider.receive_data(piece):
        if isinstance(event, RequestReceived):
            requests.append((dict(event.headers)[b":path"], b""))
        elif isinstance(event, DataReceived):
            requests.append((b"", event.data))
    return requests


@pytest.mark.parametrize("length", [1, 7, 100_000])
def test_only_the_slow_call_is_rewritten(length: int) -> None:
    terraform = H2Connection()
    provider = H2Connection(H2Configuration(client_side=False))
    terraform.initiate_connection()
    for stream, path in ((1, OTHER), (3, SLOW), (5, OTHER), (7, SLOW)):
        terraform.send_headers(stream, question(path))
        terraform.send_data(stream, SLOW, end_stream=True)
    sent, frames, requests = terraform.data_to_send(), Frames(), []

    for begin in range(0, len(sent), length):
        requests += requests_in(provider, frames.rewritten(sent[begin : begin + length]))

    assert [path for path, _ in requests if path] == [OTHER, SHORT, OTHER, SHORT]
    assert [body for path, body in requests if not path] == [SLOW] * 4


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Path]:
    """A provider's socket, which responds to each request with its path."""
    address = tmp_path / "plugin"
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind(str(address))
        listening.listen()
        threading.Thread(target=answer, args=(listening,), daemon=True).start()
        yield address


def answer(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    http = H2Connection(H2Configuration(client_side=False))
    http.initiate_connection()
    with connection:
        while piece := connection.recv(65_536):
            for event in http.receive_data(piece):
                if isinstance(event, RequestReceived):
                    http.send_headers(event.stream_id, [(":status", "200")])
                    path = dict(event.headers)[b":path"]
                    http.send_data(event.stream_id, path, end_stream=True)
            connection.sendall(http.data_to_send())


def reattached(address: Path, **more: Any) -> str:
    provider = {
        "Protocol": "grpc",
        "ProtocolVersion": 5,
        "Pid": 1,
        "Test": True,
        "Addr": {"Network": "unix", "String": str(address)},
    }
    return json.dumps({"registry.terraform.io/hashicorp/aws": {**provider, **more}})


def test_terraform_gets_the_providers_response(provider: Path, tmp_path: Path) -> None:
    with shortened(reattached(provider), tmp_path) as attached:
        (found,) = json.loads(attached).values()
        with socket.socket(socket.AF_UNIX) as terraform:
            terraform.settimeout(PATIENCE)
            terraform.connect(found["Addr"]["String"])
            assert response_body(terraform, SLOW) == SHORT
    assert found["Pid"] == 1
    assert not Path(found["Addr"]["String"]).exists()


def response_body(terraform: socket.socket, path: bytes) -> bytes:
    http = H2Connection()
    http.initiate_connection()
    http.send_headers(1, question(path), end_stream=True)
    body = b""
    while True:
        terraform.sendall(http.data_to_send())
        for event in http.receive_data(terraform.recv(65_536)):
            if isinstance(event, ResponseReceived):
                assert dict(event.headers)[b":status"] == b"200"
            elif isinstance(event, DataReceived):
                body += event.data
            elif isinstance(event, StreamEnded):
                return body


def test_a_providers_exit_is_detected(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    with shortened(reattached(gone), tmp_path) as attached:
        (found,) = json.loads(attached).values()
        with socket.socket(socket.AF_UNIX) as terraform:
            terraform.settimeout(PATIENCE)
            terraform.connect(found["Addr"]["String"])
            assert terraform.recv(1) == b""


@pytest.mark.parametrize(
    "attached",
    [
        "",
        '{"registry.terraform.io/hashicorp/aws":{"Pid":1}}',
        reattached(Path("/tmp/plugin"), ProtocolVersion=6),  # noqa: S108 -- never opened
        reattached(Path("/tmp/plugin"), Addr={"Network": "tcp", "String": "127.0.0.1:1"}),  # noqa: S108 -- never opened
    ],
    ids=["none", "without an address", "another protocol", "another network"],
)
def test_another_provider_is_attached_to_directly(attached: str, tmp_path: Path) -> None:
    with shortened(attached, tmp_path) as found:
        assert found == attached


def test_a_path_too_long_for_a_unix_socket_disables_the_shortcut(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    deep.mkdir()
    attached = reattached(tmp_path / "plugin")
    with shortened(attached, deep) as found:
        assert found == attached
