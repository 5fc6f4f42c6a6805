"""The Lambda Runtime API's client in the standard library alone: `import runtime_client` for
awslambdaric where its native client, which builds on Linux only, is missing.

Workers load this file as a module of their own, so it imports nothing of localfront. It has
the four functions of the native module, and their types.

Source: AWS Lambda Developer Guide, "Using the Lambda runtime API".
"""

from __future__ import annotations

import http.client
import os

_INVOCATION = "/2018-06-01/runtime/invocation"

_connection: http.client.HTTPConnection
_secret = ""
_headers: dict[str, str | bytes] = {}


def initialize_client(user_agent: str) -> None:
    """Take the address from the environment; `user_agent` names the client in requests.

    As for the native client, a path may follow the port: here it is the worker's secret.
    """
    global _connection, _secret
    address, _, _secret = os.environ["AWS_LAMBDA_RUNTIME_API"].partition("/")
    _connection = http.client.HTTPConnection(address)
    _headers["User-Agent"] = user_agent


def next() -> tuple[bytes, dict[str, str | int | None]]:  # noqa: A001 - the native module's name
    """Wait for an invocation: its event, and the headers that describe it."""
    status, headers, body = _exchange("GET", f"{_INVOCATION}/next")
    if status != 200:
        raise RuntimeError(f"Failed to get next invocation: HTTP status {status}.")
    return body, {
        "Lambda-Runtime-Aws-Request-Id": headers["Lambda-Runtime-Aws-Request-Id"],
        "Lambda-Runtime-Trace-Id": headers["Lambda-Runtime-Trace-Id"],
        "Lambda-Runtime-Invoked-Function-Arn": headers["Lambda-Runtime-Invoked-Function-Arn"],
        "Lambda-Runtime-Deadline-Ms": int(headers["Lambda-Runtime-Deadline-Ms"] or 0),
        "Lambda-Runtime-Client-Context": headers["Lambda-Runtime-Client-Context"],
        "Lambda-Runtime-Cognito-Identity": headers["Lambda-Runtime-Cognito-Identity"],
        "Lambda-Runtime-Aws-Tenant-Id": headers["Lambda-Runtime-Aws-Tenant-Id"],
        "Lambda-Runtime-Invocation-Id": headers["Lambda-Runtime-Invocation-Id"],
        "Content-Type": headers["Content-Type"],
    }


def post_invocation_result(
    invoke_id: str,
    data: bytes,
    content_type: str,
    invocation_id: str | None = None,
) -> None:
    """Hand in what the handler returned. Raises RuntimeError when it is refused."""
    sent = _named(invocation_id) | {"Content-Type": content_type}
    status, _, _ = _exchange("POST", f"{_INVOCATION}/{invoke_id}/response", data, sent)
    if not 200 <= status < 300:
        raise RuntimeError("Failed to post invocation response")


def post_error(
    invoke_id: str,
    error: str,
    xray_fault: str,
    invocation_id: str | None = None,
) -> None:
    """Hand in what the handler raised. Raises RuntimeError when it is refused."""
    sent = _named(invocation_id) | {
        "Content-Type": "application/json",
        "Lambda-Runtime-Function-XRay-Error-Cause": xray_fault.encode(),
    }
    status, _, _ = _exchange("POST", f"{_INVOCATION}/{invoke_id}/error", error.encode(), sent)
    if not 200 <= status < 300:
        raise RuntimeError("Failed to post invocation error")


def _named(invocation_id: str | None) -> dict[str, str | bytes]:
    return {"Lambda-Runtime-Invocation-Id": invocation_id} if invocation_id else {}


def _exchange(
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str | bytes] | None = None,
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """One request on the connection, which stays open for the next one."""
    path = f"/{_secret}{path}"
    _connection.request(method, path, body, _headers | (headers or {}))
    response = _connection.getresponse()
    return response.status, response.headers, response.read()
