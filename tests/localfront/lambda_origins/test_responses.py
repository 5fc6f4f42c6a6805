"""Origins that are functions, with a fake in the worker's place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from localfront.config.distribution import Origin
from localfront.config.lambda_origins import Api, ApiRoute, FunctionUrl, LambdaOrigin
from localfront.errors import (
    ConfigError,
    EdgeExecutionError,
    EdgeFunctionError,
    EdgeLimitError,
    EdgeThrottledError,
)
from localfront.http_messages.messages import Response
from localfront.lambda_edge.function import FunctionArn, OrdinaryFunction
from localfront.lambda_edge.workers.environment import worker_environment
from localfront.lambda_origins.responses import LambdaOrigins
from localfront.origins.addresses import Endpoints, OriginService, resolve
from tests.localfront.factories import a_request, an_api_origin
from tests.localfront.real_workers import a_function

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST"
API = "abc123.execute-api.us-east-1.amazonaws.com"
URL = "abc123.lambda-url.us-east-1.on.aws"
TEXTS = {"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}


@dataclass(slots=True)
class Functions:
    """Functions that run `does` with the event, for at most `seconds`."""

    does: Callable[[Mapping[str, Any]], object]
    seconds: float = 3
    limits: list[float] = field(default_factory=list)

    def timeout(self, arn: str) -> float:
        return self.seconds

    def account_of(self, arn: str) -> str:
        return arn.split(":")[4]

    async def invoke(
        self, arn: str, event: Mapping[str, Any], *, request_id: str, time_limit: float
    ) -> object:
        self.limits.append(time_limit)
        return self.does(json.loads(json.dumps(event)))


def an_api(*, is_http: bool, payload_format: str = "1.0", **changes: Any) -> Api:
    route = ApiRoute(method="ANY", path="/a", function_arn=ARN, payload_format=payload_format)
    stages: dict[str, dict[str, str]] = {"$default" if is_http else "prod": {}}
    return Api(id="abc123", is_http=is_http, routes=(route,), stages=stages, **changes)


async def ask(
    origin: LambdaOrigin,
    does: Callable[[Mapping[str, Any]], object] = lambda event: {"statusCode": 200},
    *headers: tuple[str, str],
    seconds: float = 3,
    target: str = "/a",
    body: bytes = b"",
    **of_the_origin: Any,
) -> Response:
    domain = URL if isinstance(origin, FunctionUrl) else API
    functions = Functions(does, seconds)
    origins = LambdaOrigins(functions=functions, origins={"abc123": origin})
    request = a_request(target, headers=[("Host", domain), *headers], method="GET")
    found: Origin = an_api_origin(domain_name=domain, **of_the_origin)
    return await origins.respond(request, body, found)


def failing(error: EdgeFunctionError) -> Callable[[Mapping[str, Any]], object]:
    def fail(_: Mapping[str, Any]) -> object:
        raise error

    return fail


RAISED = EdgeExecutionError("it raised")
SLOW = EdgeLimitError("it was slow", rule="LX-003")
THROTTLED = EdgeThrottledError("too many")


@pytest.mark.parametrize(
    ("kind", "error", "seconds", "status"),
    [
        ("rest", RAISED, 3, 502),
        ("rest", SLOW, 3, 502),
        ("rest", SLOW, 60, 504),
        ("rest", THROTTLED, 3, 500),
        ("http", RAISED, 3, 500),
        ("http", SLOW, 3, 500),
        ("http", SLOW, 60, 503),
        ("http", THROTTLED, 3, 503),
        ("url", RAISED, 3, 502),
        ("url", SLOW, 3, 504),
        ("url", THROTTLED, 3, 429),
    ],
)
async def test_a_failed_function_gets_the_error_response_of_its_api_or_url(
    kind: str, error: EdgeFunctionError, seconds: float, status: int
) -> None:
    origin = FunctionUrl(function_arn=ARN) if kind == "url" else an_api(is_http=kind == "http")
    target = "/prod/a" if kind == "rest" else "/a"

    response = await ask(origin, failing(error), seconds=seconds, target=target)

    assert response.status == status
    assert json.loads(response.held).keys() == {"message"}
    assert response.headers.get("x-localfront-reason") == str(error)


@pytest.mark.proves("AG-007")
async def test_a_signed_url_without_a_signature_is_403() -> None:
    origin = FunctionUrl(function_arn=ARN, signed_only=True)

    assert (await ask(origin)).status == 403
    assert (await ask(origin, origin_access_control="never")).status == 403
    assert (await ask(origin, origin_access_control="always")).status == 200


@pytest.mark.proves("AG-002")
async def test_a_rest_api_without_its_stage_is_403_and_an_http_api_404() -> None:
    assert (await ask(an_api(is_http=False))).status == 403
    assert (await ask(an_api(is_http=True), target="/b")).status == 404


async def test_a_rest_api_decodes_base64_only_for_its_binary_media_types() -> None:
    plain, binary = an_api(is_http=False), an_api(is_http=False, binary_media_types=("image/gif",))
    gif = ("Accept", "image/gif,*/*")
    sent = ("Content-Type", "image/gif")

    async def held(api: Api, *headers: tuple[str, str]) -> bytes:
        return (await ask(api, lambda _: TEXTS, *headers, target="/prod/a")).held

    assert await held(plain, gif) == b"aGk="
    assert await held(binary) == b"aGk="
    assert await held(binary, gif) == b"hi"

    def echo(event: Mapping[str, Any]) -> object:
        return {"statusCode": 200, "body": str(event["isBase64Encoded"])}

    for api, expected in ((plain, b"False"), (binary, b"True")):
        response = await ask(api, echo, sent, target="/prod/a", body=b"GIF")
        assert response.held == expected


async def test_a_body_too_large_for_lambda_is_413() -> None:
    origin = FunctionUrl(function_arn=ARN)

    assert (await ask(origin, body=b"x" * (6 * 1024 * 1024 + 1))).status == 413


def test_an_emulators_api_is_called_unless_an_override_replaces_it() -> None:
    here = frozenset({"abc123"})
    emulator = Endpoints(s3="http://e", api_gateway="http://e", functions=here)
    api, url = an_api_origin(domain_name=API), an_api_origin(domain_name=URL)

    def service(origin: Origin, endpoints: Endpoints) -> OriginService:
        return resolve(origin, viewer_scheme="https", endpoints=endpoints).service

    assert service(api, Endpoints(functions=here)) is OriginService.LAMBDA
    assert service(api, emulator) is OriginService.API_GATEWAY
    assert service(url, emulator) is OriginService.LAMBDA
    assert service(url, Endpoints(functions=here, aws=True)) is OriginService.CUSTOM
    with pytest.raises(ConfigError):
        service(url, Endpoints())


def test_a_functions_variables_do_not_replace_reserved_ones() -> None:
    edge = a_function("f.g")
    function = OrdinaryFunction(
        arn=FunctionArn(region="eu-west-1", account_id="1" * 12, name="f", version="$LATEST"),
        handler="f.g",
        runtime=edge.runtime,
        memory_mb=128,
        timeout=3,
        code=edge.code,
        revision="1",
        variables=(("AWS_REGION", "mars"), ("COLOUR", "blue"), ("TZ", "Europe/Berlin")),
    )

    found = worker_environment(
        function,
        access={"AWS_ENDPOINT_URL": "http://e"},
        runtime_api="127.0.0.1:1",
        runtime_directory=edge.code,
        temporary_directory=edge.code,
        log_stream="s",
    )

    assert found["COLOUR"] == "blue"
    assert found["TZ"] == "Europe/Berlin"
    assert found["AWS_REGION"] == "eu-west-1"
    assert found["AWS_LAMBDA_FUNCTION_NAME"] == "f"
    assert found["AWS_ENDPOINT_URL"] == "http://e"
    assert "AWS_ACCESS_KEY_ID" not in found
