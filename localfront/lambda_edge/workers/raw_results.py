"""Events and results of a worker, as JSON and as parsed values.

Source: CloudFront Developer Guide, "Test and debug Lambda@Edge functions".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn

from localfront.errors import EdgeValidationError
from localfront.lambda_edge.contract.events import WrittenEvent, written_json
from localfront.lambda_edge.function import EdgeFunction

MOST_REMEMBERED = 4096  # bytes of a result


def written_event(event: Mapping[str, Any]) -> bytes:
    return (event.written if isinstance(event, WrittenEvent) else written_json(event)).encode()


def parse_result(payload: bytes, *, function: EdgeFunction) -> object:
    """Parse a worker's response. Raises EdgeValidationError if it is not JSON (LR-002)."""
    try:
        return _remembered(payload) if len(payload) <= MOST_REMEMBERED else _values(payload)
    except (ValueError, RecursionError) as error:
        raise EdgeValidationError(
            f"Function {function.name}:{function.version} returned a result that is not JSON: "
            f"{error}. Return the request, or a response, made of dicts, lists, strings and "
            "numbers.",
            rule="LR-002",
        ) from error


def _values(payload: bytes) -> object:
    text = payload.decode(json.detect_encoding(payload), "surrogatepass")
    values: object = _FROM_JSON.decode(text)
    return values


# A function often returns the same bytes again, and parsed results are never changed.
_remembered = lru_cache(maxsize=64)(_values)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"it has the number {name}")


_FROM_JSON = json.JSONDecoder(parse_constant=_refuse_constant)
