"""Answer requests to function URLs and APIs, as Lambda and API Gateway do.

Source: the pages cited in the neighbouring modules; CloudFront Developer Guide, "Restrict access to
an AWS Lambda function URL origin".
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from localfront.config.distribution import Origin
from localfront.config.lambda_origins import Api, ApiRoute, CustomDomain, FunctionUrl, LambdaOrigin
from localfront.errors import EdgeFunctionError
from localfront.exchange.clock import Clock
from localfront.http_messages.bodies import Body, read_whole
from localfront.http_messages.messages import Headers, Request, Response
from localfront.lambda_origins import errors
from localfront.lambda_origins.incoming_request import EDGE_IP, IncomingRequest, is_text
from localfront.lambda_origins.payload_formats import format_1, format_2
from localfront.lambda_origins.results import (
    MalformedResultError,
    response_of_format_1,
    response_of_format_2,
)
from localfront.lambda_origins.routing import find_route, reached
from localfront.origins.aws_names import code_name

PAYLOAD_HASH = "x-amz-content-sha256"
URL_CONTENT_TYPE = "application/json"
API_CONTENT_TYPE = "text/plain; charset=utf-8"


class InvocableFunctions(Protocol):
    def timeout(self, arn: str) -> float: ...

    def account_of(self, arn: str) -> str: ...

    async def invoke(
        self, arn: str, event: Mapping[str, Any], *, request_id: str, time_limit: float
    ) -> object:
        """Invoke a function. Raises EdgeFunctionError if it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaOrigins:
    """Answers for origins, by `code_name`."""

    functions: InvocableFunctions
    origins: Mapping[str, LambdaOrigin]
    clock: Clock = time.time

    async def respond(self, request: Request, body: Body, origin: Origin) -> Response:
        """`request` as CloudFront sends it to the origin."""
        found = self.origins[code_name(origin.domain_name)]
        whole = await read_whole(body)
        if len(whole) > errors.MAX_BODY["url" if isinstance(found, FunctionUrl) else "rest"]:
            return errors.TOO_LARGE.because(f"The request's body has {len(whole)} bytes.")
        if request.headers.get("host") != origin.domain_name:
            return errors.FORBIDDEN.because(
                f"The API only responds to the Host {origin.domain_name}: use "
                "AllViewerExceptHostHeader (AG-001)."
            )
        incoming = IncomingRequest(
            request=_through_cloudfront(request),
            body=whole,
            request_id=str(uuid.uuid4()),
            api_id=origin.domain_name.partition(".")[0],
            domain_name=origin.domain_name,
            path=request.uri,
            full_path=request.uri,
            now=self.clock(),
        )
        if isinstance(found, FunctionUrl):
            return await self._from_url(incoming, found, origin)
        return await self._from_api(incoming, found)

    async def _from_url(
        self, incoming: IncomingRequest, url: FunctionUrl, origin: Origin
    ) -> Response:
        refusal = _unsigned(incoming, url, origin)
        if refusal is not None:
            return refusal
        if not url.permitted:
            principal = "cloudfront.amazonaws.com" if url.signed_only else "everybody"
            reason = f"The function has no permission for {principal} to invoke its URL (AG-009)."
            return errors.URL_FORBIDDEN.because(reason, key="Message")
        return await self._run(incoming, url.function_arn, "url", "2.0")

    async def _from_api(self, incoming: IncomingRequest, origin: Api | CustomDomain) -> Response:
        at = reached(origin, incoming.request.uri)
        if at is None:
            return _no_stage(origin)
        api, kind = at.api, "http" if at.api.is_http else "rest"
        match = find_route(api.routes, incoming.request.method, at.path)
        if match is None:
            reason = f"The API has no route for {incoming.request.method} {at.path}."
            return (errors.NO_SUCH_ROUTE if api.is_http else errors.NO_SUCH_RESOURCE).because(
                reason
            )
        route = match.route
        if route.function_arn is None:
            return errors.NOT_A_FUNCTION.because(
                f"The integration of {match.key} is not a function that localfront knows."
            )
        if not route.permitted:
            return errors.NOT_PERMITTED[kind].because(
                f"The function behind {match.key} has no permission for apigateway.amazonaws.com "
                "(AG-009)."
            )
        incoming = replace(
            incoming,
            api_id=api.id,
            path=at.request_path,
            stage=at.stage,
            route=match.key,
            resource=route.path or match.key,
            account_id=self.functions.account_of(route.function_arn),
            path_parameters=match.parameters,
            stage_variables=dict(api.stages.get(at.stage) or {}),
        )
        return await self._run(incoming, route.function_arn, kind, route.payload_format, api, route)

    async def _run(
        self,
        incoming: IncomingRequest,
        arn: str,
        kind: str,
        payload_format: str,
        api: Api | None = None,
        route: ApiRoute | None = None,
    ) -> Response:
        own, most = self.functions.timeout(arn), errors.PATIENCE[kind]
        try:
            result = await self.functions.invoke(
                arn,
                _event(incoming, kind, payload_format, api),
                request_id=incoming.request_id,
                time_limit=min(own, most),
            )
            response = _response(incoming, result, kind, payload_format, api)
        except EdgeFunctionError as error:
            return errors.failure_of(error, kind, of_the_api=own > most)
        except MalformedResultError as error:
            name = arn.rpartition(":function:")[2]
            return errors.FAILED[kind].because(f"Function {name}: {error}.")
        header = {"rest": "x-amzn-RequestId", "http": "Apigw-Requestid", "url": "x-amzn-RequestId"}
        return response.with_headers(response.headers.adding(header[kind], incoming.request_id))


def _no_stage(origin: Api | CustomDomain) -> Response:
    if isinstance(origin, CustomDomain):
        return errors.FORBIDDEN.because("The custom domain name has no mapping for the path.")
    reason = "The path names no stage of the API: the origin's path is the stage."
    return (errors.NO_SUCH_ROUTE if origin.is_http else errors.FORBIDDEN).because(reason)


def _through_cloudfront(request: Request) -> Request:
    """The request with the address that AWS appends to X-Forwarded-For (AG-004)."""
    came_by = (*request.headers.get_all("x-forwarded-for"), EDGE_IP)
    lines = [
        ("X-Forwarded-For", ", ".join(came_by)),
        ("X-Forwarded-Port", "443"),
        ("X-Forwarded-Proto", "https"),
    ]
    bare = request.headers.without(*(name for name, _ in lines))
    return request.with_headers(Headers.of((*bare, *lines)))


def _event(
    incoming: IncomingRequest, kind: str, payload_format: str, api: Api | None
) -> dict[str, Any]:
    if payload_format == "2.0":
        return format_2(incoming)
    content_type = incoming.request.headers.get("content-type")
    if kind == "http":
        return format_1(incoming, of_http_api=True, as_text=is_text(content_type))
    binary = api is not None and _is_binary(content_type, api)
    return format_1(incoming, of_http_api=False, as_text=not binary)


def _response(
    incoming: IncomingRequest, result: object, kind: str, payload_format: str, api: Api | None
) -> Response:
    if payload_format == "2.0":
        content_type = URL_CONTENT_TYPE if kind == "url" else API_CONTENT_TYPE
        return response_of_format_2(result, content_type=content_type)
    accept = (incoming.request.headers.get("accept") or "").partition(",")[0]
    decodes = kind == "http" or (api is not None and _is_binary(accept or "*/*", api))
    return response_of_format_1(result, decodes=decodes)


def _is_binary(content_type: str | None, api: Api) -> bool:
    """Whether a REST API's response is binary, by its media types and the first type in Accept."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    return "*/*" in api.binary_media_types or kind in api.binary_media_types


def _unsigned(incoming: IncomingRequest, url: FunctionUrl, origin: Origin) -> Response | None:
    """Lambda's response if the signature is missing, or lacks the body's hash (AG-007)."""
    has_own = "authorization" in incoming.request.headers
    signs = origin.origin_access_control == "always" or (
        origin.origin_access_control == "no-override" and not has_own
    )
    if not signs:
        if url.signed_only and not has_own:
            return errors.URL_FORBIDDEN.because(
                "The function URL's auth type is AWS_IAM, and the request is not signed: add an "
                "origin access control of type lambda to the origin.",
                key="Message",
            )
        return None
    if not incoming.body:
        return None
    sent = incoming.request.headers.get(PAYLOAD_HASH)
    if sent == hashlib.sha256(incoming.body).hexdigest():
        return None
    reason = "does not match the body" if sent else "is missing"
    return errors.NOT_SIGNED_RIGHT.because(
        f"CloudFront signs for the function URL, and the viewer's {PAYLOAD_HASH} {reason}: it must "
        "be the SHA-256 of the body, in hexadecimal, for each request with a body."
    )
