"""API Gateway REST proxy events from plain arguments.

Source: API Gateway Developer Guide, "Input format of a Lambda function for proxy
integration": every field of the page's example is here.
"""

import base64
from collections.abc import Mapping
from typing import Any


def proxy_event(
    method: str,
    path: str,
    *,
    body: str | bytes | None = None,
    content_type: str | None = "application/json",
    cookie: str | None = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """An event; bytes become base64, as API Gateway encodes binary media types."""
    lines = {"Host": "abc123.execute-api.us-east-1.amazonaws.com", **(headers or {})}
    if body is not None and content_type is not None:
        lines["Content-Type"] = content_type
    if cookie is not None:
        lines["Cookie"] = cookie
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": lines,
        "multiValueHeaders": {name: [line] for name, line in lines.items()},
        "queryStringParameters": dict(query) if query else None,
        "multiValueQueryStringParameters": (
            {name: [value] for name, value in query.items()} if query else None
        ),
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": _request_context(method, path),
        "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
        "isBase64Encoded": isinstance(body, bytes),
    }


def _request_context(method: str, path: str) -> dict[str, Any]:
    return {
        "accountId": "123456789012",
        "apiId": "abc123",
        "domainName": "abc123.execute-api.us-east-1.amazonaws.com",
        "domainPrefix": "abc123",
        "extendedRequestId": "request-id",
        "httpMethod": method,
        "identity": {
            "accessKey": None,
            "accountId": None,
            "caller": None,
            "cognitoAuthenticationProvider": None,
            "cognitoAuthenticationType": None,
            "cognitoIdentityId": None,
            "cognitoIdentityPoolId": None,
            "principalOrgId": None,
            "sourceIp": "192.0.2.1",
            "user": None,
            "userAgent": "Mozilla/5.0",
            "userArn": None,
        },
        "path": f"/prod{path}",
        "protocol": "HTTP/1.1",
        "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
        "requestTime": "23/Nov/2026:12:00:00 +0000",
        "requestTimeEpoch": 1795435200000,
        "resourceId": "123456",
        "resourcePath": path,
        "stage": "prod",
    }
