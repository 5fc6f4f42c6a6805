"""Convert a function's result to the response of a function URL or an API.

Sources: Lambda Developer Guide, "Invoking Lambda function URLs" (response payload format); API Gateway
Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs" and "Lambda proxy integrations in
API Gateway" (output format).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping

from localfront.http_messages.messages import Headers, Response
from localfront.http_messages.tokens import TOKEN
from localfront.lambda_edge.contract.limits import MB

MAX_BODY = 6 * MB  # Lambda quotas: response payload of a synchronous invocation
STATUS = re.compile(r"[2-5][0-9]{2}")
# RFC 9110, 5.5: no control characters except tab; lone surrogates cannot be encoded.
NOT_IN_A_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")


class MalformedResultError(Exception):
    """The function's result is not a valid response; the message says why."""


def response_of_format_2(result: object, *, content_type: str) -> Response:
    """The response of format 2.0. Raises MalformedResultError.

    Without a `statusCode`, the result itself is the JSON body of a 200. `content_type` is the
    default.
    """
    if not isinstance(result, Mapping) or "statusCode" not in result:
        # A string is JSON too, including its quotes.
        text = json.dumps(result, separators=(",", ":"), ensure_ascii=False)
        lines = Headers.of([("Content-Type", "application/json")])
        return Response(status=200, headers=lines, body=_limited(text.encode("utf-8", "replace")))
    cookies = result.get("cookies") or []
    if not isinstance(cookies, list):
        raise MalformedResultError("`cookies` is not a list")
    headers = Headers.of(
        (*_lines(result.get("headers")), *(("Set-Cookie", _text(c)) for c in cookies))
    )
    return _response(result, headers, decodes=True, content_type=content_type)


def response_of_format_1(result: object, *, decodes: bool) -> Response:
    """The response of format 1.0. Raises MalformedResultError.

    A REST API without a matching binary media type does not decode base64: `decodes` is False then.
    """
    if not isinstance(result, Mapping) or "statusCode" not in result:
        raise MalformedResultError("it did not return an object with a `statusCode`")
    several = result.get("multiValueHeaders") or {}
    if not isinstance(several, Mapping) or not all(isinstance(v, list) for v in several.values()):
        raise MalformedResultError("`multiValueHeaders` contains a value that is not a list")
    listed = [(_name(name), _text(v)) for name, values in several.items() for v in values]
    names = {name.lower() for name, _ in listed}
    single = [line for line in _lines(result.get("headers")) if line[0].lower() not in names]
    return _response(
        result,
        Headers.of((*single, *listed)),
        decodes=decodes,
        content_type="application/json",
    )


def _response(
    result: Mapping[str, object], headers: Headers, *, decodes: bool, content_type: str
) -> Response:
    body = _limited(_body(result, decodes=decodes))
    if "content-type" not in headers:
        headers = headers.adding("Content-Type", content_type)
    # Recomputed for the connection.
    remaining = headers.without("content-length", "transfer-encoding", "connection")
    return Response(status=_status(result["statusCode"]), headers=remaining, body=body)


def _status(value: object) -> int:
    text = str(value)
    if not STATUS.fullmatch(text):
        raise MalformedResultError(f"`statusCode` is {text[:20]!r}")
    return int(text)


def _limited(body: bytes) -> bytes:
    if len(body) > MAX_BODY:
        raise MalformedResultError(f"its body has {len(body)} bytes, and Lambda accepts {MAX_BODY}")
    return body


def _body(result: Mapping[str, object], *, decodes: bool) -> bytes:
    body = result.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise MalformedResultError("`body` is not a string: use json.dumps or JSON.stringify")
    if not (decodes and result.get("isBase64Encoded") is True):
        return body.encode("utf-8", "replace")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedResultError(f"`body` is not base64: {error}") from error


def _lines(headers: object) -> Iterator[tuple[str, str]]:
    if headers is None:
        return
    if not isinstance(headers, Mapping):
        raise MalformedResultError("`headers` is not an object")
    for name, value in headers.items():
        yield _name(name), _text(value)


def _name(name: object) -> str:
    """A valid header name: `Transfer-Encoding ` and the like would evade filters by name."""
    text = str(name)
    if not TOKEN.fullmatch(text):
        raise MalformedResultError(f"{text[:100]!r} is not a valid header name")
    return text


def _text(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else value
    if not isinstance(text, str | int | float):
        raise MalformedResultError("a header's value is not a string")
    line = str(text)
    if NOT_IN_A_VALUE.search(line):
        raise MalformedResultError(
            "a header's value has a line break, or another control character"
        )
    return line
