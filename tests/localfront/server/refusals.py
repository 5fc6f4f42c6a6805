"""The form of CloudFront's response to a refused request."""

from __future__ import annotations

from tests.localfront.factories import HOST
from tests.localfront.whole_service import Served
from tests.localfront.wire import Reply, exchange, parsed

AT = b"Host: " + HOST.encode()


def assert_is_cloudfronts(reply: Reply, status: int) -> None:
    assert reply.status == status
    assert reply.all(b"server") == [b"CloudFront"]
    assert reply.all(b"x-cache") == [b"Error from cloudfront"]
    assert reply.all(b"connection") == [b"close"]
    assert reply.all(b"content-type") == [b"text/html; charset=utf-8"]
    assert reply.all(b"content-length") == [b"%d" % len(reply.body)]
    for name in (b"via", b"x-amz-cf-pop", b"x-amz-cf-id", b"date"):
        assert len(reply.all(name)) == 1, name
    assert b"aiohttp" not in reply.body.lower()
    assert b"python" not in reply.body.lower()


async def refused(served: Served, wire: bytes) -> Reply:
    response = await exchange(served.port, wire)
    assert response.startswith(b"HTTP/1.1 ")
    return parsed(response)


HIDDEN = b"GET /hidden HTTP/1.1\r\n" + AT + b"\r\n\r\n"
