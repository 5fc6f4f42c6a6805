"""What a worker is sent and what it answered, as JSON and as its values. `request_results.py` and `response_results.py` read them.

Source: CloudFront Developer Guide, "Test and debug Lambda@Edge functions".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from localfront.errors import EdgeValidationError
from localfront.lambda_edge.function import EdgeFunction


def written_event(event: Mapping[str, Any]) -> bytes:
    return _AS_JSON.encode(event).encode()


def parse_answer(payload: bytes, *, function: EdgeFunction) -> object:
    """Parse a worker's response. Raises EdgeValidationError if it is not JSON (LR-002)."""
    try:
        text = payload.decode(json.detect_encoding(payload), "surrogatepass")
        answer: object = _FROM_JSON.decode(text)
    except (ValueError, RecursionError) as error:
        raise EdgeValidationError(
            f"Function {function.name}:{function.version} returned what is not JSON: {error}. "
            "Return the request, or a response, made of dicts, lists, strings and numbers.",
            rule="LR-002",
        ) from error
    return answer


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"it has the number {name}")


_AS_JSON = json.JSONEncoder(separators=(",", ":"))
_FROM_JSON = json.JSONDecoder(parse_constant=_refuse_constant)
