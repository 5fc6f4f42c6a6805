import pytest

from localfront.edge.error_texts import error_text
from localfront.errors import (
    EdgeExecutionError,
    EdgeFunctionError,
    EdgeLimitError,
    EdgeValidationError,
)

READ_ONLY = (
    "The Lambda function result failed validation: The function tried to add, delete, or "
    "change a read-only header."
)


@pytest.mark.proves("LX-006", "LX-007", "LX-009")
@pytest.mark.parametrize(
    ("error", "text"),
    [
        (EdgeValidationError("", rule="LH-003"), READ_ONLY),
        (EdgeValidationError("", rule="LH-008"), READ_ONLY),
        (
            EdgeValidationError("", rule="LH-001"),
            "The Lambda function result failed validation: The function tried to add a "
            "blacklisted header.",
        ),
        (
            EdgeValidationError("", rule="LR-007"),
            "The Lambda function result failed validation.",
        ),
        (
            EdgeExecutionError(""),
            "The Lambda function associated with the CloudFront distribution is invalid or "
            "doesn't have the required permissions.",
        ),
        (
            EdgeLimitError("", rule="LX-003"),
            "The Lambda function associated with the CloudFront distribution was throttled.",
        ),
    ],
)
def test_viewers_are_told_in_cloudfront_s_words(
    error: EdgeFunctionError, text: str
) -> None:
    assert error_text(error) == text
