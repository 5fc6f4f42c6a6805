"""The `body` of a response that a CloudFront Function returns (FN-007).

Source: CloudFront Developer Guide, "CloudFront Functions event structure".
"""

from __future__ import annotations

import base64
import binascii

from localfront.cloudfront_functions.named_fields import refuse
from localfront.http_messages.event_text import is_encodable
from localfront.lambda_edge.contract.result import named


def read_body(body: object) -> bytes:
    """A string, or `{encoding: "text" | "base64", data}`. Raises FunctionValidationError."""
    if isinstance(body, dict):
        return _decoded(body.get("data", ""), body.get("encoding", "text"))
    return _decoded(body, "text")


def _decoded(data: object, encoding: object) -> bytes:
    if not isinstance(data, str):
        refuse("FN-007", f"the data of `body` is {named(data)}", "Use a string.")
    if encoding == "text":
        if not is_encodable(data):
            refuse("FN-007", "`body` has half a surrogate pair", "Use base64.")
        return data.encode()
    if encoding != "base64":
        refuse("FN-007", f"`body.encoding` is {encoding!r}", 'It must be "text" or "base64".')
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        refuse("FN-007", "`body.data` is not valid base64", "Encode it, with padding.")
