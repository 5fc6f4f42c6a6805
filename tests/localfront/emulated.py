"""An origin server in the emulator's place, with a bucket policy."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from botocore.credentials import Credentials

from localfront.config.distribution import Origin
from localfront.http_messages.messages import Request, Response
from localfront.origins.addresses import Endpoints
from localfront.origins.client import OriginClient
from localfront.origins.fetch import Origins
from tests.localfront.factories import (
    API_DOMAIN,
    BUCKET_DOMAIN,
    DISTRIBUTION_ARN,
    a_request,
)
from tests.localfront.origin_server import OriginServer
from tests.localfront.streams import whole

CREDENTIALS = Credentials("AKIDEXAMPLE", "the-secret-key", "the-token")
KEYS = "arn:aws:s3:::pages/*"
BUCKET = "arn:aws:s3:::pages"
PATIENCE = 10  # seconds, before a test that hangs fails


def allowing(*actions: str, resource: str = KEYS) -> dict[str, Any]:
    """The statement of the guide: these actions, to CloudFront for this distribution."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": list(actions),
        "Resource": resource,
        "Condition": {"StringEquals": {"AWS:SourceArn": DISTRIBUTION_ARN}},
    }


def public(resource: str = KEYS) -> dict[str, Any]:
    """The statement that makes the bucket public."""
    return {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": resource}


PUBLIC = public()
READABLE = allowing("s3:GetObject")
LISTABLE = allowing("s3:ListBucket", resource=BUCKET)


def emulator(
    client: OriginClient,
    server: OriginServer,
    *statements: Mapping[str, Any],
    credentials: Credentials | None = CREDENTIALS,
) -> Origins:
    """Origins with an endpoint set; without statements the bucket has no policy."""
    policy = {"Statement": list(statements)} if statements else None
    return Origins(
        client=client,
        endpoints=Endpoints(s3=server.url, api_gateway=server.url),
        credentials=credentials,
        bucket_policies={"pages": policy},
    )


def to_s3(target: str = "/home.html", **changes: Any) -> Request:
    lines = [*changes.pop("headers", []), ("Host", BUCKET_DOMAIN)]
    return a_request(target, headers=lines, **changes)


def to_api(target: str = "/prod/api/logs", **changes: Any) -> Request:
    lines = [("X-Forwarded-For", "203.0.113.7"), *changes.pop("headers", [])]
    host = changes.pop("host", API_DOMAIN)
    return a_request(target, headers=[*lines, ("Host", host)], **changes)


async def fetch(origins: Origins, request: Request, origin: Origin, body: bytes = b"") -> Response:
    async with asyncio.timeout(PATIENCE):
        response = await origins.fetch(
            request, body, origin=origin, distribution_arn=DISTRIBUTION_ARN
        )
        return await whole(response)


def reason(response: Response) -> str:
    return response.headers.get("x-localfront-reason") or ""


def is_access_denied(response: Response) -> bool:
    return response.status == 403 and b"<Code>AccessDenied</Code>" in response.held
