"""Fronts of functions in a plan: custom domains, policies and API Gateway's settings."""

from __future__ import annotations

import json

import pytest

from tests.localfront.command.log_lines import LogLines
from tests.localfront.command.test_serve_code_origins import json_from, project, send, served
from tests.localfront.command.test_serve_files import wait_until

__all__ = ["project", "served"]
UNSIGNED = "Origin 'shared' is a function URL that accepts only signed requests"


@pytest.fixture(scope="module")
def start(served: tuple[int, LogLines]) -> str:
    """The messages at the start, up to the last one that tests check."""
    return wait_until(served[1], UNSIGNED)


@pytest.mark.proves("AG-010")
def test_a_custom_domain_routes_to_its_mapped_stages(served: tuple[int, LogLines]) -> None:
    port = served[0]

    rest = json_from(port, "GET", "/v1/rest/7")["event"]
    http = json_from(port, "GET", "/v2/http/items/a")["event"]
    status, _, body = send(port, "GET", "/v3/rest/7")

    assert rest["path"] == rest["requestContext"]["path"] == "/v1/rest/7"
    assert rest["resource"] == "/rest/{id}"
    assert rest["requestContext"]["stage"] == "prod"
    assert rest["headers"]["Host"] == "api.example.com"
    assert http["rawPath"] == "/v2/http/items/a"
    assert http["routeKey"] == "GET /http/items/{id}"
    assert http["requestContext"]["domainName"] == "api.example.com"
    assert (status, json.loads(body)) == (403, {"message": "Forbidden"})


@pytest.mark.proves("AG-009")
def test_a_function_without_permission_to_invoke_is_refused(served: tuple[int, LogLines]) -> None:
    at_an_api = send(served[0], "GET", "/http/closed")
    at_its_url = send(served[0], "GET", "/closed")

    assert (at_an_api[0], json.loads(at_an_api[2])["message"]) == (500, "Internal Server Error")
    assert (at_its_url[0], json.loads(at_its_url[2])) == (403, {"Message": "Forbidden"})


def test_an_unsigned_request_to_a_signed_url_is_403_and_reported_at_the_start(
    served: tuple[int, LogLines], start: str
) -> None:
    assert UNSIGNED in start
    assert send(served[0], "GET", "/shared")[0] == 403


@pytest.mark.parametrize(
    "line",
    [
        "Function closed has no aws_lambda_permission for apigateway.amazonaws.com",
        "Function closed has no aws_lambda_permission of lambda:InvokeFunctionUrl",
        "Function ssr has no aws_lambda_permission of lambda:InvokeFunction for",
        "aws_apigatewayv2_route.signed: authorization 'AWS_IAM' makes API Gateway authorize",
        "aws_api_gateway_method.key: API key is required",
        "aws_lambda_function_url.shared: CORS is answered before the function",
    ],
)
def test_permissions_and_authorization_before_a_function_are_reported_at_the_start(
    start: str, line: str
) -> None:
    assert line in start
    assert "Function api has no aws_lambda_permission for apigateway" not in start
