"""The Host of a request, or of its absolute target: which is used, and which are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.localfront.factories import HOST
from tests.localfront.server.refusals import AT, assert_is_cloudfronts, refused
from tests.localfront.whole_service import a_service
from tests.localfront.wire import exchange, parsed

HOSTS = [
    f"{HOST}:21443@evil", f"{HOST}:abc", f"{HOST}:99999", f"{HOST}:-1", f"{HOST}, evil.test",
    f"{HOST}:80, evil.test", f"{HOST} evil.test", f"{HOST}/evil", f"{HOST}?a", f"user@{HOST}",
    f"{HOST}#a", f"http://{HOST}", f"{HOST};a", f"{HOST}%00", "[::1", "[::1]x", "[zz]", ":80", "ü.de",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.proves("HO-014")
async def test_an_invalid_host_gets_400(host: str, tmp_path: Path) -> None:
    wire = f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()

    async with a_service(tmp_path) as served:
        reply = await refused(served, wire)

    assert_is_cloudfronts(reply, 400)
    assert served.origin.received == []


@pytest.mark.parametrize("host", [HOST, HOST.upper(), f"{HOST}:8443", f"{HOST}:"])
@pytest.mark.proves("HO-014")
async def test_a_host_may_have_a_port(host: str, tmp_path: Path) -> None:
    wire = f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()

    async with a_service(tmp_path) as served:
        reply = parsed(await exchange(served.port, wire))

    assert reply.status == 200


@pytest.mark.parametrize(
    ("target", "host", "status"),
    [
        (f"http://{HOST}/a", "other.test", 200),
        (f"http://{HOST}:8080/a", "not a host", 200),
        (f"https://{HOST}", "other.test", 200),
        ("http://other.test/a", HOST, 403),
        ("http://xn--a/", HOST, 403),
        ("http://xn--a.xn--b/", HOST, 403),
        (f"http://user@{HOST}/", HOST, 400),
        (f"http://{HOST}:99999/", HOST, 400),
        (f"ftp://{HOST}/", HOST, 400),
        (f"HTTP://{HOST}/a", "other.test", 200),
        ("http:///a", HOST, 400),
    ],
)
@pytest.mark.proves("HO-015")
async def test_the_host_of_an_absolute_target_takes_precedence(
    target: str, host: str, status: int, tmp_path: Path
) -> None:
    wire = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()

    async with a_service(tmp_path) as served:
        reply = parsed(await exchange(served.port, wire))

    assert reply.status == status
    assert reply.all(b"x-amz-cf-id")


async def test_a_target_of_connect_that_cannot_be_decoded_is_answered(
    tmp_path: Path,
) -> None:
    wire = b"CONNECT xn--a:443 HTTP/1.1\r\n" + AT + b"\r\n\r\n"

    async with a_service(tmp_path) as served:
        reply = parsed(await exchange(served.port, wire))

    assert reply.status == 403
    assert reply.all(b"connection") == [b"close"]
