"""HTTPS with a certificate for each name, and the ports."""

from __future__ import annotations

import pytest

from localfront.server.http_server import HttpServer, PortTakenError
from tests.localfront.wire import (
    CERTIFICATES,
    Recorder,
    exchange,
    handler_of,
    over_tls,
    parsed,
    request_bytes,
    serving,
    through_the_pipeline,
)


@pytest.mark.parametrize("name", ["logs.example.com", "shop.example.com", "d1.cloudfront.net"])
async def test_https_answers_each_server_name_with_a_certificate_of_its_own(
    name: str,
) -> None:
    recorder = Recorder()

    async with serving(recorder) as server:
        response, names = await over_tls(server.https_port, name, request_bytes())

    assert parsed(response).status == 200
    assert names == {name}
    assert recorder.requests[0].scheme == "https"


@pytest.mark.parametrize("name", ["localhost", None])
async def test_https_without_a_server_name_gets_the_localhost_certificate(name: str | None) -> None:
    async with serving(Recorder()) as server:
        _, names = await over_tls(server.https_port, name, request_bytes())

    assert {"localhost", "127.0.0.1", "*.cloudfront.localhost"} <= names


@pytest.mark.proves("HO-001")
async def test_the_host_header_selects_the_distribution_and_not_the_server_name() -> None:
    async with serving(through_the_pipeline()) as server:
        response, _ = await over_tls(server.https_port, "other.example.com", request_bytes())
        refused, _ = await over_tls(
            server.https_port,
            "logs.example.com",
            b"GET / HTTP/1.1\r\nHost: other.example.com\r\nConnection: close\r\n\r\n",
        )

    assert parsed(response).status == 200
    assert parsed(refused).status == 403


async def test_plain_http_on_the_https_port_does_not_affect_other_connections() -> None:
    async with serving(Recorder()) as server:
        await exchange(server.https_port, request_bytes())
        response, _ = await over_tls(server.https_port, "localhost", request_bytes())

    assert parsed(response).status == 200


@pytest.mark.parametrize("option", ["--http-port", "--https-port"])
async def test_a_port_in_use_is_an_error_that_names_the_option(
    option: str,
) -> None:
    async with serving(Recorder()) as server:
        taken = server.http_port
        refused = HttpServer(
            handler_of(Recorder()),
            CERTIFICATES,
            http_port=taken if option == "--http-port" else 0,
            https_port=taken if option == "--https-port" else 0,
        )

        with pytest.raises(PortTakenError, match=f"{taken}.*{option}"):
            async with refused:
                pass


async def test_if_the_second_port_is_in_use_the_first_is_released() -> None:
    async with serving(Recorder()) as server:
        refused = HttpServer(
            handler_of(Recorder()),
            CERTIFICATES,
            http_port=0,
            https_port=server.http_port,
        )
        with pytest.raises(PortTakenError):
            async with refused:
                pass

        with pytest.raises(ConnectionRefusedError):
            await exchange(refused.http_port, request_bytes())
