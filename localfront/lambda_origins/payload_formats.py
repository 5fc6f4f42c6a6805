"""Build events: payload format 2.0 of function URLs and HTTP APIs, 1.0 of APIs.

Sources: Lambda Developer Guide, "Invoking Lambda function URLs"; API Gateway Developer Guide, "Create
AWS Lambda proxy integrations for HTTP APIs", "Lambda proxy integrations in API Gateway" (input format).
"""

from __future__ import annotations

from typing import Any

from localfront.cache.selections import parse_cookies
from localfront.http_messages.messages import Headers
from localfront.lambda_origins.incoming_request import EDGE_IP, IncomingRequest, body_of, is_text


def format_2(incoming: IncomingRequest) -> dict[str, Any]:
    """Format 2.0: header names in lower case, repeated ones joined by commas, separate cookies."""
    request = incoming.request
    body, is_base64 = body_of(incoming.body, as_text=is_text(request.headers.get("content-type")))
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": incoming.route,
        "rawPath": incoming.full_path,
        "rawQueryString": request.querystring,
        "headers": {
            name: ",".join(request.headers.get_all(name))
            for name in sorted(request.headers.names() - {"cookie"})
        },
        "requestContext": {
            "accountId": incoming.account_id,
            "apiId": incoming.api_id,
            "domainName": incoming.domain_name,
            "domainPrefix": incoming.domain_name.partition(".")[0],
            "http": {
                "method": request.method,
                "path": incoming.full_path,
                "protocol": "HTTP/1.1",
                "sourceIp": EDGE_IP,
                "userAgent": incoming.agent,
            },
            "requestId": incoming.request_id,
            "routeKey": incoming.route,
            "stage": incoming.stage,
            "time": incoming.time,
            "timeEpoch": int(incoming.now * 1000),
        },
        "isBase64Encoded": is_base64,
    }
    cookies = [f"{name}={value}" for name, value in parse_cookies(request.headers)]
    optional = {
        "cookies": cookies,
        "queryStringParameters": {n: ",".join(v) for n, v in incoming.parameters().items()},
        "pathParameters": incoming.path_parameters,
        "stageVariables": incoming.stage_variables,
        "body": body,
    }
    return event | {name: value for name, value in optional.items() if value}


def format_1(incoming: IncomingRequest, *, of_http_api: bool, as_text: bool) -> dict[str, Any]:
    """Format 1.0: single values, and lists of all values; absent ones are null."""
    headers = incoming.request.headers
    if of_http_api:
        headers = Headers.of((name.lower(), value) for name, value in headers)
    body, is_base64 = body_of(incoming.body, as_text=as_text)
    parameters = incoming.parameters()
    several: dict[str, list[str]] = {}
    for name, value in headers:
        several.setdefault(name, []).append(value)
    return {
        **({"version": "1.0"} if of_http_api else {}),
        "resource": incoming.resource,
        "path": incoming.path,
        "httpMethod": incoming.request.method,
        "headers": {name: values[-1] for name, values in several.items()} or None,
        "multiValueHeaders": several or None,
        "queryStringParameters": {n: v[-1] for n, v in parameters.items()} or None,
        "multiValueQueryStringParameters": parameters or None,
        "pathParameters": incoming.path_parameters or None,
        "stageVariables": incoming.stage_variables or None,
        "requestContext": _context_1(incoming),
        "body": body,
        "isBase64Encoded": is_base64,
    }


def _context_1(incoming: IncomingRequest) -> dict[str, Any]:
    return {
        "accountId": incoming.account_id,
        "apiId": incoming.api_id,
        "authorizer": {},
        "domainName": incoming.domain_name,
        "domainPrefix": incoming.domain_name.partition(".")[0],
        "extendedRequestId": incoming.request_id,
        "httpMethod": incoming.request.method,
        "identity": {"sourceIp": EDGE_IP, "userAgent": incoming.agent},
        "path": incoming.full_path,
        "protocol": "HTTP/1.1",
        "requestId": incoming.request_id,
        "requestTime": incoming.time,
        "requestTimeEpoch": int(incoming.now * 1000),
        "resourcePath": incoming.resource,
        "stage": incoming.stage,
    }
