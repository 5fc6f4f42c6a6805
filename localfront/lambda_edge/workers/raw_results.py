"""What a worker answered, as JSON values. `request_results.py` and `response_results.py` read them.

Source: CloudFront Developer Guide, "Test and debug Lambda@Edge functions".
"""

from __future__ import annotations

import json
from typing import NoReturn

from localfront.errors import EdgeValidationError
from localfront.lambda_edge.function import EdgeFunction


def parse_answer(payload: bytes, *, function: EdgeFunction) -> object:
    """Read what a worker answered. Raises EdgeValidationError when it is no JSON (LR-002)."""
    try:
        answer: object = json.loads(payload, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise EdgeValidationError(
            f"Function {function.name}:{function.version} returned what is not JSON: {error}. "
            "Return the request, or a response, made of dicts, lists, strings and numbers.",
            rule="LR-002",
        ) from error
    return answer


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"it has the number {name}")
