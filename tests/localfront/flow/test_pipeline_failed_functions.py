"""The response for a failed Lambda@Edge function: CloudFront's text and result type."""

from __future__ import annotations

import pytest

from localfront.errors import (
    EdgeExecutionError,
    EdgeFunctionError,
    EdgeThrottledError,
    EdgeValidationError,
)
from tests.localfront.recorded_events import a_site
from tests.localfront.sites import x_cache


@pytest.mark.parametrize(
    ("error", "result", "text"),
    [
        (EdgeValidationError("x", rule="LH-001"), "LambdaValidationError",
         b"tried to add a blacklisted header."),
        (EdgeValidationError("x", rule="LH-008"), "LambdaValidationError",
         b"or change a read-only header."),
        (EdgeExecutionError("x"), "LambdaExecutionError",
         b"doesn&#x27;t have the required permissions."),
        (EdgeThrottledError("x"), "LambdaLimitExceeded", b"distribution was throttled."),
    ],
)  # fmt: skip
@pytest.mark.proves("LX-005", "LX-006", "LX-007")
async def test_the_page_of_a_failed_function_has_cloudfronts_text(
    error: EdgeFunctionError, result: str, text: bytes
) -> None:
    def fails(_: object) -> object:
        raise error

    response = await a_site(runs=fails).get("/a")

    assert text in response.held
    assert x_cache(response) == f"{result} from cloudfront"
