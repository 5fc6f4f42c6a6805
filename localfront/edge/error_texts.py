"""The words with which CloudFront's own page tells a viewer that a function failed.

Not in AWS's guide: observed by users (LX-006, LX-007).
"""

from __future__ import annotations

from localfront.errors import EdgeFunctionError, EdgeLimitError, EdgeValidationError

_FAILED_VALIDATION = "The Lambda function result failed validation"
_READ_ONLY = "The function tried to add, delete, or change a read-only header."
_BY_RULE = {
    "LH-001": "The function tried to add a blacklisted header.",
    "LH-003": _READ_ONLY,
    "LH-008": _READ_ONLY,
}
_FUNCTION = "The Lambda function associated with the CloudFront distribution"


def error_text(error: EdgeFunctionError) -> str:
    """AWS's sentence, which names neither the header nor the function."""
    if isinstance(error, EdgeValidationError):
        detail = _BY_RULE.get(error.rule)
        return f"{_FAILED_VALIDATION}: {detail}" if detail else f"{_FAILED_VALIDATION}."
    if isinstance(error, EdgeLimitError):
        return f"{_FUNCTION} was throttled."
    return f"{_FUNCTION} is invalid or doesn't have the required permissions."
