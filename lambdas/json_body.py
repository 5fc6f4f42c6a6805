"""Parse and validate a request's JSON body from an API Gateway proxy event."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from lambdas.errors import BadRequestError, NotJsonError, TooLargeError
from lambdas.request_headers import header


def json_object(event: Mapping[str, Any], *, max_bytes: int) -> dict[str, object]:
    """The JSON object in the body, which must be declared as JSON and be valid UTF-8.

    Stricter than json.loads where parsers differ: repeated names, NaN and Infinity are
    refused (RFC 8259, sections 4 and 6).

    Raises NotJsonError, TooLargeError, BadRequestError.
    """
    if _media_type(header(event, "content-type")) != "application/json":
        raise NotJsonError
    body = _body(event)
    if len(body) > max_bytes:
        raise TooLargeError(f"The body is longer than {max_bytes} bytes. Shorten it.")
    try:
        document = json.loads(
            body.decode(),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
        )
    except (ValueError, RecursionError):
        # `from None`: the cause may quote the body, and bodies contain passwords.
        raise BadRequestError("The body is not well-formed JSON.") from None
    if not isinstance(document, dict):
        raise BadRequestError("The body must be a JSON object, in braces.")
    return document


def text_field(document: Mapping[str, object], name: str) -> str:
    """The value of a text field. Raises BadRequestError if it is missing or not a string."""
    value = document.get(name)
    if not isinstance(value, str):
        raise BadRequestError(f'The body needs a field "{name}" with a string.')
    return value


def _media_type(content_type: str) -> str:
    """`Application/JSON; charset=utf-8` to `application/json`: RFC 9110, 8.3.1."""
    return content_type.partition(";")[0].strip().lower()


def _body(event: Mapping[str, Any]) -> bytes:
    body: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        # A lone surrogate can't come over HTTP; kept, it fails to decode: a 400.
        return body.encode(errors="surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise BadRequestError("The body is not valid base64.") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name appears twice")
    return dict(pairs)


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
