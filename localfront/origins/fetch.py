"""Fetch from an origin, with the checks of S3 and API Gateway that emulators lack.

A site that works locally has to work on AWS, so the bucket policy (S3-001..003) and Host (S3-004,
AG-001) are checked here. Never sent to emulators are dot segments, which could lead to another
bucket or an administrative path, and headers that would route an S3 request to another service.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote

from localfront.config.distribution import Origin
from localfront.config.website import Website
from localfront.errors import ConfigError
from localfront.http_messages.bodies import Body, close
from localfront.http_messages.event_text import shown
from localfront.http_messages.messages import Headers, Request, Response
from localfront.origins.addresses import BUCKETS, Address, Endpoints, OriginService, resolve
from localfront.origins.bucket_policy import (
    allows,
    is_understood,
    readable,
)
from localfront.origins.client import OriginClient
from localfront.origins.credentials import Credentials
from localfront.origins.failures import NO_CONNECTION, NOT_SENDABLE
from localfront.origins.folder import object_in_folder
from localfront.origins.origin_dates import in_our_time
from localfront.origins.refusals import (
    access_denied,
    no_such_key,
    unknown_host,
    unknown_resource,
)
from localfront.origins.s3_requests import (
    anonymous_caller,
    s3_action,
    signing_caller,
    signs_request,
)
from localfront.origins.website import WebsiteEndpoint

SCHEMES = {"http-only": "http", "https-only": "https"}
ADDRESSES = 1024  # cached destinations; functions may create more
EDGE_IP = "127.0.0.1"  # the caller that API Gateway sees (AG-004)
NOT_FOR_AN_EMULATOR = "A path with `.` or `..` segments is not sent to an emulator."


class CodeOrigins(Protocol):
    """Function URLs and APIs whose functions run on this machine."""

    async def respond(self, request: Request, body: Body, origin: Origin) -> Response: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Fetches from origins. Bucket policies are keyed by bucket name; None means no policy.

    `shift` returns how far localfront's clock is ahead of the origins', in seconds.
    """

    client: OriginClient
    endpoints: Endpoints = field(default_factory=Endpoints)
    credentials: Credentials | None = None
    bucket_policies: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    websites: Mapping[str, Website] = field(default_factory=dict)
    code: CodeOrigins | None = None
    shift: Callable[[], float] = float
    _resolved: Callable[[Origin, str], Address] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        def resolved(origin: Origin, scheme: str) -> Address:
            return resolve(origin, viewer_scheme=scheme, endpoints=self.endpoints)

        object.__setattr__(self, "_resolved", lru_cache(maxsize=ADDRESSES)(resolved))

    async def fetch(
        self, request: Request, body: Body, *, origin: Origin, distribution_arn: str
    ) -> Response:
        """Send a request to an origin. Raises OriginError if it gives no usable response."""
        request = request.with_headers(_as_utf8(request.headers))
        address = self._address(origin, request.scheme)
        if address.service is OriginService.LAMBDA and self.code is not None:
            return await self.code.respond(request, body, origin)
        response = await self._dialled(request, body, origin, address, distribution_arn)
        return in_our_time(response, self.shift())

    async def _dialled(
        self, request: Request, body: Body, origin: Origin, address: Address, distribution_arn: str
    ) -> Response:
        match address.service:
            case OriginService.S3:
                return await self._from_s3(request, body, origin, address, distribution_arn)
            case OriginService.S3_WEBSITE:
                return await self._from_website(request, origin, address)
            case OriginService.API_GATEWAY:
                return await self._from_api_gateway(request, body, origin, address)
            case _:
                request = _with_host(request, address)
                return await self.client.send(address.base + request.target, request, body, origin)

    def _address(self, origin: Origin, scheme: str) -> Address:
        """The address. Raises OriginError: a function may have chosen a forbidden one."""
        try:
            return self._resolved(origin, scheme)
        except ConfigError as error:
            problem = f"is not sent the request: {error}".rstrip(".")
            raise NOT_SENDABLE.error(f"Origin {origin.id!r}", problem) from error

    async def _from_api_gateway(
        self, request: Request, body: Body, origin: Origin, address: Address
    ) -> Response:
        if request.headers.get("host") != origin.domain_name:
            return unknown_host(
                "API Gateway has no API with this Host: use AllViewerExceptHostHeader (AG-001)."
            )
        if address.emulated:
            if _has_dot_segment(request.uri):
                return unknown_resource(NOT_FOR_AN_EMULATOR)
            request = _to_emulator(request, address)
            came_by = (*request.headers.get_all("x-forwarded-for"), EDGE_IP)
            request = request.with_headers(
                request.headers.replacing("X-Forwarded-For", ", ".join(came_by))
            )
        request = _with_host(request, address)
        return await self.client.send(address.base + request.target, request, body, origin)

    async def _from_s3(
        self,
        request: Request,
        body: Body,
        origin: Origin,
        address: Address,
        distribution_arn: str,
    ) -> Response:
        if request.headers.get("host") != origin.domain_name:
            return access_denied("The request's Host is not the bucket's name (S3-004).")
        request = replace(request, uri=request.uri.replace("+", "%20"))  # S3-018
        signs = signs_request(origin, request)
        if not address.emulated and address.folder is None:
            return await self._ask_s3(request, body, origin, address, signs)
        policy = self._policy(address)
        caller = signing_caller(origin, distribution_arn) if signs else anonymous_caller(request)
        action, resource = s3_action(request, address.bucket)
        if not allows(policy, caller=caller, action=action, resource=resource):
            caller_name = (
                caller.user_arn or f"CloudFront for {distribution_arn}"
                if signs
                else "unsigned requests"
            )
            return access_denied(
                f"The policy of bucket {address.bucket} does not allow {action} to {caller_name} (S3-002)."
            )
        if address.folder is not None:
            response = await _in_folder(address.folder, request, address.beside)
        elif _has_dot_segment(request.uri):
            response = no_such_key(NOT_FOR_AN_EMULATOR)
        else:
            sent = _to_emulator(request, address)
            listing = await self._ask_s3(sent, body, origin, address, signs)
            response = _without_emulator_headers(listing, request)
        bucket = f"arn:aws:s3:::{address.bucket}"
        if response.status == 404 and not allows(
            policy, caller=caller, action="s3:ListBucket", resource=bucket
        ):
            await close(response.body)
            reason = "There is no such key, and CloudFront may not list the bucket (S3-003)."
            return replace(access_denied(reason), came_over=response.came_over)
        return response

    async def _from_website(self, request: Request, origin: Origin, address: Address) -> Response:
        """The response of a website endpoint, from a folder or an emulator (S3-005)."""
        scheme = SCHEMES.get(origin.protocol_policy, request.scheme)
        if scheme == "https":
            problem = "is a website endpoint, which accepts only HTTP: set http-only (S3-005)"
            raise NO_CONNECTION.error(f"Origin {origin.id!r}", problem)

        async def get(wanted: Request) -> Response:
            if address.folder is not None:
                return await _in_folder(address.folder, wanted, address.beside)
            if _has_dot_segment(wanted.uri):
                return no_such_key(NOT_FOR_AN_EMULATOR)
            sent = _to_emulator(wanted, address)
            response = await self._ask_s3(sent, b"", origin, address, signs=False)
            return _without_emulator_headers(response, wanted)

        policy = self.bucket_policies.get(address.bucket)
        caller = anonymous_caller(request)

        def is_readable(key: str) -> bool:
            # Without a policy, or with one that only AWS can evaluate, an ACL or an address may
            # allow it.
            return (
                policy is None
                or not is_understood(policy)
                or allows(
                    policy,
                    caller=caller,
                    action="s3:GetObject",
                    resource=f"arn:aws:s3:::{address.bucket}/{key}",
                )
            )

        endpoint = WebsiteEndpoint(
            website=self.websites.get(address.bucket, Website()),
            host=origin.domain_name,
            get=get,
            readable=is_readable,
        )
        return await endpoint.respond(request)

    def _policy(self, address: Address) -> Mapping[str, Any] | None:
        """The bucket's policy; for a folder without one, reading is allowed, listing is not."""
        if address.folder is not None and address.bucket not in self.bucket_policies:
            return readable(address.bucket)
        return self.bucket_policies.get(address.bucket)

    async def _ask_s3(
        self,
        request: Request,
        body: Body,
        origin: Origin,
        address: Address,
        signs: bool,
    ) -> Response:
        url = address.base + request.target
        # Whether S3 needs a signature was decided above; an emulator's guard may always need one.
        signs = signs or (address.emulated and "authorization" not in request.headers)
        if signs and self.credentials is not None:
            from localfront.origins.signing import signed_for_s3  # imports botocore

            request = signed_for_s3(
                request,
                body,
                url,
                credentials=self.credentials,
                region=address.region,
            )
        return await self.client.send(url, request, body, origin)


async def _in_folder(
    folder: Path, request: Request, beside: tuple[tuple[str, Path], ...]
) -> Response:
    if request.method not in ("GET", "HEAD"):
        return access_denied("A folder in place of a bucket is read-only.")
    return await asyncio.to_thread(object_in_folder, folder, request, beside)


def _with_host(request: Request, address: Address) -> Request:
    if address.host is None:
        return request
    return request.with_headers(request.headers.replacing("Host", address.host))


def _as_utf8(headers: Headers) -> Headers:
    """Header values that can be sent: surrogate escapes become ISO-8859-1 (LE-018)."""
    if "".join([value for _, value in headers.lines]).isascii():
        return headers
    return Headers.of((name, shown(value)) for name, value in headers)


def _to_emulator(request: Request, address: Address) -> Request:
    """The headers for an emulator, which finds bucket or API in the path, not in Host.

    X-Amz-Target has no meaning for S3, but an emulator might route it to DynamoDB, for example.
    """
    headers = request.headers.replacing("Host", address.base.split("/")[2])
    if address.service in BUCKETS:
        headers = headers.without("X-Amz-Target")
    return request.with_headers(headers)


def _has_dot_segment(uri: str) -> bool:
    """Whether resolving `.` and `..`, in any encoding, would change the path.

    On AWS they are just characters of a key, or of an undefined API path.
    """
    return not {".", ".."}.isdisjoint(re.split(r"[/\\]", unquote(uri)))


def _without_emulator_headers(response: Response, request: Request) -> Response:
    """The headers without an emulator's extra ones.

    S3 sends CORS headers only for CORS requests, tag counts only to callers that may read tags, and
    no API Gateway request id.
    """
    extra = ["x-amzn-requestid", "x-amz-tagging-count"]
    if "origin" not in request.headers:
        extra += [n for n in response.headers.names() if n.startswith("access-control-")]
    return response.with_headers(response.headers.without(*extra))
