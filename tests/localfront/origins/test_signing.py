"""The signature of requests to a bucket, checked on the wire with botocore's signer."""

from __future__ import annotations

import hashlib

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest

from localfront.origins.client import OriginClient
from tests.localfront.emulated import (
    CREDENTIALS,
    PUBLIC,
    READABLE,
    allowing,
    emulator,
    fetch,
    is_access_denied,
    reason,
    to_s3,
)
from tests.localfront.factories import (
    an_origin,
)
from tests.localfront.origin_server import OriginServer, Received


def signature_by_botocore(received: Received, server: OriginServer, signed: list[str]) -> str:
    """botocore's signature of the received request."""
    again = AWSRequest(method=received.method, url=server.url + received.target)
    for name in signed:
        for value in received.headers.get_all(name):
            again.headers.add_header(name, value)
    again.context["timestamp"] = received.headers.get("x-amz-date")
    signer = S3SigV4Auth(CREDENTIALS, "s3", "us-east-1")
    to_sign = signer.string_to_sign(again, signer.canonical_request(again))
    signature: str = signer.signature(to_sign, again)
    return signature


def assert_signed(received: Received, server: OriginServer) -> None:
    (authorization,) = received.headers.get_all("authorization")
    algorithm, _, rest = authorization.partition(" ")
    fields = dict(field.strip().split("=", 1) for field in rest.split(","))
    signed = fields["SignedHeaders"].split(";")
    day = (received.headers.get("x-amz-date") or "")[:8]
    assert algorithm == "AWS4-HMAC-SHA256"
    assert fields["Credential"] == f"AKIDEXAMPLE/{day}/us-east-1/s3/aws4_request"
    assert fields["Signature"] == signature_by_botocore(received, server, signed)
    assert set(signed) >= {"host"} | {n for n in received.headers.names() if n.startswith("x-amz-")}
    body_hash = hashlib.sha256(received.body).hexdigest()
    assert received.headers.get_all("x-amz-content-sha256") == (body_hash,)


@pytest.mark.proves("S3-001")
@pytest.mark.parametrize(
    "target",
    [
        "/home.html",
        "/assets//a%2Fb.css",
        "/a+b%20c",
        "/x?versionId=1&b=%20&a=",
        "/p?flag",
    ],
)
async def test_always_signs_every_request_to_the_bucket(client: OriginClient, target: str) -> None:
    async with OriginServer() as server:
        response = await fetch(emulator(client, server, READABLE), to_s3(target), an_origin())

    (received,) = server.received
    assert response.status == 200
    assert received.target == "/pages" + target.replace("+", "%20")
    assert received.headers.get_all("host") == (server.url.removeprefix("http://"),)
    assert_signed(received, server)


@pytest.mark.proves("S3-001", "S3-008")
async def test_the_body_is_part_of_what_is_signed(client: OriginClient) -> None:
    writable = allowing("s3:PutObject")

    async with OriginServer() as server:
        await fetch(
            emulator(client, server, writable),
            to_s3(method="PUT"),
            an_origin(),
            b"new text",
        )

    assert server.received[0].body == b"new text"
    assert_signed(server.received[0], server)


@pytest.mark.proves("S3-001")
async def test_every_amazon_header_is_signed_repeated_ones_too(
    client: OriginClient,
) -> None:
    lines = [
        ("X-Amz-Cf-Id", "id=="),
        ("X-Amz-Meta-A", "1"),
        ("x-amz-meta-a", "2"),
        ("Accept", "text/html"),
    ]

    async with OriginServer() as server:
        await fetch(emulator(client, server, READABLE), to_s3(headers=lines), an_origin())

    assert server.received[0].headers.get_all("x-amz-meta-a") == ("1", "2")
    assert server.received[0].headers.get("accept") == "text/html"
    assert_signed(server.received[0], server)


@pytest.mark.proves("S3-001")
async def test_a_viewers_signature_is_replaced(client: OriginClient) -> None:
    forged = [
        ("Authorization", "AWS4-HMAC-SHA256 forged"),
        ("authorization", "Basic forged"),
        ("X-Amz-Date", "20000101T000000Z"),
        ("X-Amz-Security-Token", "forged"),
        ("X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD"),
    ]

    async with OriginServer() as server:
        await fetch(emulator(client, server, READABLE), to_s3(headers=forged), an_origin())

    sent = server.received[0].headers
    assert "forged" not in str(sent)
    assert sent.get_all("x-amz-security-token") == ("the-token",)
    assert_signed(server.received[0], server)


@pytest.mark.proves("S3-001")
@pytest.mark.parametrize("control", ["never", None])
async def test_without_signing_only_a_public_bucket_can_be_read(
    client: OriginClient, control: str | None
) -> None:
    unsigned = an_origin(origin_access_control=control)

    async with OriginServer() as server:
        private = await fetch(emulator(client, server, READABLE), to_s3(), unsigned)
        count = len(server.received)
        public = await fetch(emulator(client, server, PUBLIC), to_s3(), unsigned)

    assert is_access_denied(private)
    assert "does not allow s3:GetObject to unsigned requests" in reason(private)
    assert count == 0
    assert public.status == 200
    # S3 would take it as it is; an emulator's guard takes no call without a signature.
    assert_signed(server.received[0], server)


@pytest.mark.proves("S3-001")
async def test_no_override_signs_only_requests_that_the_viewer_did_not_sign(
    client: OriginClient,
) -> None:
    origin = an_origin(origin_access_control="no-override")
    viewers = to_s3(headers=[("Authorization", "the viewer's")])

    async with OriginServer() as server:
        origins = emulator(client, server, READABLE, PUBLIC)
        await fetch(origins, to_s3(), origin)
        await fetch(origins, viewers, origin)

    ours, theirs = server.received
    assert_signed(ours, server)
    assert theirs.headers.get_all("authorization") == ("the viewer's",)


async def test_without_credentials_requests_to_an_emulator_are_unsigned(
    client: OriginClient,
) -> None:
    async with OriginServer() as server:
        origins = emulator(client, server, READABLE, credentials=None)
        response = await fetch(origins, to_s3(), an_origin())

    assert response.status == 200
    assert "authorization" not in server.received[0].headers
