"""One request to an origin of either kind, answered as AWS's services would answer CloudFront.

Emulators are laxer than S3 and API Gateway; what they miss is decided here, so that a site which
works locally works on AWS: the bucket policy (S3-001..003), and Host (S3-004, AG-001).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from localfront.config.distribution import Origin
from localfront.messages import Headers, Request, Response
from localfront.origins.addresses import Address, Endpoints, Service, resolve
from localfront.origins.bucket_policy import ANONYMOUS, allows, cloudfront
from localfront.origins.client import OriginClient

EDGE_IP = "127.0.0.1"  # what API Gateway sees as its caller (AG-004)
S3_ACTIONS = {
    "GET": "s3:GetObject",
    "HEAD": "s3:GetObject",
    "PUT": "s3:PutObject",
    "DELETE": "s3:DeleteObject",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Fetches from origins. Bucket policies are by bucket name; None says that it has none."""

    client: OriginClient
    endpoints: Endpoints = field(default_factory=Endpoints)
    credentials: Credentials | None = None
    bucket_policies: Mapping[str, Mapping[str, Any] | None] = field(
        default_factory=dict
    )

    async def fetch(
        self, request: Request, body: bytes, *, origin: Origin, distribution_arn: str
    ) -> Response:
        """Raises OriginError when the origin gives no usable answer."""
        address = resolve(
            origin, viewer_scheme=request.scheme, endpoints=self.endpoints
        )
        match address.service:
            case Service.S3:
                return await self._from_s3(
                    request, body, origin, address, distribution_arn
                )
            case Service.API_GATEWAY:
                return await self._from_api_gateway(request, body, origin, address)
            case Service.CUSTOM:
                return await self.client.send(
                    address.base + request.target, request, body, origin
                )

    async def _from_api_gateway(
        self, request: Request, body: bytes, origin: Origin, address: Address
    ) -> Response:
        if request.headers.get("host") != origin.domain_name:
            return _forbidden_by_api_gateway()  # AG-001
        if address.emulated:
            forwarded = request.headers.get("x-forwarded-for")
            request = _to_emulator(request, address)
            request = request.with_headers(
                request.headers.replacing("X-Forwarded-For", f"{forwarded}, {EDGE_IP}")
            )
        return await self.client.send(
            address.base + request.target, request, body, origin
        )

    async def _from_s3(
        self,
        request: Request,
        body: bytes,
        origin: Origin,
        address: Address,
        distribution_arn: str,
    ) -> Response:
        if request.headers.get("host") != origin.domain_name:
            return access_denied(
                "The request's Host is not the bucket's name (S3-004)."
            )
        signs = _signs(origin, request)
        caller = cloudfront(distribution_arn) if signs else ANONYMOUS
        policy = self.bucket_policies.get(address.bucket)
        action, resource = _asked_of_s3(request, address.bucket)
        if address.emulated and not allows(
            policy, caller=caller, action=action, resource=resource
        ):
            return access_denied(
                f"The policy of bucket {address.bucket} does not allow {action} to CloudFront "
                f"for {distribution_arn} (S3-002)."
            )
        url = address.base + request.target
        signed = self._signed(request, url, address, signs)
        response = await self.client.send(url, signed, body, origin)
        if address.emulated:
            response = _less_of_the_emulator(response, request)
        if response.status == 404 and address.emulated:
            bucket = f"arn:aws:s3:::{address.bucket}"
            if not allows(
                policy, caller=caller, action="s3:ListBucket", resource=bucket
            ):
                return access_denied(
                    "There is no such key, and CloudFront may not list the bucket (S3-003)."
                )
        return response

    def _signed(
        self, request: Request, url: str, address: Address, signs: bool
    ) -> Request:
        """S3-001: signed for S3, in place of the viewer's Authorization."""
        if address.emulated:
            request = _to_emulator(request, address)
        if not signs or self.credentials is None:
            return request
        bare = request.headers.without("Authorization")
        signing = AWSRequest(
            method=request.method,
            url=url,
            headers={
                "Host": bare.get("host"),
                "X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD",
            },
        )
        S3SigV4Auth(self.credentials, "s3", address.region).add_auth(signing)
        for name, value in signing.headers.items():
            bare = bare.replacing(name, value)
        return replace(request, headers=bare)


def _to_emulator(request: Request, address: Address) -> Request:
    """The emulator finds bucket or API in the path; AWS's name as Host would say it twice."""
    host = address.base.split("/")[2]
    return request.with_headers(request.headers.replacing("Host", host))


def _less_of_the_emulator(response: Response, request: Request) -> Response:
    """S3 sends CORS headers to CORS requests alone, and no API Gateway request id."""
    extra = ["x-amzn-requestid"]
    if "origin" not in request.headers:
        extra += [
            n for n in response.headers.names() if n.startswith("access-control-")
        ]
    return response.with_headers(response.headers.without(*extra))


def _asked_of_s3(request: Request, bucket: str) -> tuple[str, str]:
    """The action and the resource's ARN; `GET /` lists the bucket (RT-015)."""
    arn = f"arn:aws:s3:::{bucket}"
    if request.uri == "/" or request.method not in S3_ACTIONS:
        return "s3:ListBucket", arn
    return S3_ACTIONS[request.method], f"{arn}/{unquote(request.uri[1:])}"


def _signs(origin: Origin, request: Request) -> bool:
    match origin.origin_access_control:
        case "always":
            return True
        case "no-override":
            return "authorization" not in request.headers
        case _:
            return False


def access_denied(why: str) -> Response:
    """S3's answer to a caller that may not; the reason is for the developer's log."""
    return Response(
        status=403,
        reason="Forbidden",
        headers=Headers.of(
            [
                ("Content-Type", "application/xml"),
                ("Server", "AmazonS3"),
                ("X-Localfront-Reason", why),
            ]
        ),
        body=b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
    )


def _forbidden_by_api_gateway() -> Response:
    return Response(
        status=403,
        reason="Forbidden",
        headers=Headers.of(
            [
                ("Content-Type", "application/json"),
                ("x-amzn-ErrorType", "ForbiddenException"),
                (
                    "X-Localfront-Reason",
                    "API Gateway knows no API by this Host: use AllViewerExceptHostHeader (AG-001).",
                ),
            ]
        ),
        body=b'{"message":"Forbidden"}',
    )
