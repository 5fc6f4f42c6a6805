from __future__ import annotations

from typing import Any

import pytest

from localfront.config.distribution import CustomErrorResponse
from tests.localfront.config.reading import an_error_response, parsed, refused
from tests.localfront.factories import listing


@pytest.mark.proves("ER-003", "ER-008")
def test_a_custom_error_response_is_read_from_the_api() -> None:
    distribution = parsed(CustomErrorResponses=listing(an_error_response()))

    assert distribution.error_response(403) == CustomErrorResponse(
        error_code=403,
        response_page_path="/error.html",
        response_code=403,
        error_caching_min_ttl=30,
    )
    assert distribution.error_response(404) is None


@pytest.mark.proves("ER-003")
def test_errors_are_cached_for_ten_seconds_by_default() -> None:
    silent = {"ErrorCode": 404, "ResponsePagePath": "", "ResponseCode": ""}

    response = parsed(CustomErrorResponses=listing(silent)).error_response(404)

    assert response == CustomErrorResponse(error_code=404, error_caching_min_ttl=10)


@pytest.mark.parametrize("code", [401, 410, 412, 415, 429, 200])
@pytest.mark.proves("ER-008")
def test_a_code_that_can_have_no_custom_page_is_refused(code: int) -> None:
    wrong = an_error_response(ErrorCode=code)

    message = refused(CustomErrorResponses=listing(wrong))

    assert f"CustomErrorResponses.Items[0].ErrorCode {code}" in message
    assert "ER-008" in message


@pytest.mark.parametrize("response_code", ["200", "404", "504"])
@pytest.mark.proves("ER-009")
def test_an_error_may_be_shown_as_200_or_another_error(response_code: str) -> None:
    response = an_error_response(ResponseCode=response_code)

    read = parsed(CustomErrorResponses=listing(response)).error_response(403)

    assert read is not None
    assert read.response_code == int(response_code)


@pytest.mark.parametrize("response_code", ["301", "401", "201", "999", "two hundred", "٢٠٠"])
@pytest.mark.proves("ER-009")
def test_an_error_cannot_be_shown_as_any_other_code(response_code: str) -> None:
    wrong = an_error_response(ResponseCode=response_code)

    assert f"ResponseCode {response_code!r}" in refused(CustomErrorResponses=listing(wrong))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"ResponseCode": ""}, "ResponsePagePath", id="a page alone"),
        pytest.param({"ResponsePagePath": ""}, "ResponseCode", id="a code alone"),
        pytest.param({"ResponsePagePath": "e.html"}, "Start it with `/`", id="no path"),
        pytest.param({"ErrorCachingMinTTL": -1}, "ErrorCachingMinTTL -1", id="time"),
    ],
)
@pytest.mark.proves("ER-009")
def test_a_custom_error_response_that_cloudfront_refuses_is_refused(
    changes: dict[str, Any], named: str
) -> None:
    wrong = an_error_response(**changes)

    assert named in refused(CustomErrorResponses=listing(wrong))


def test_two_responses_for_one_code_are_refused() -> None:
    twice = listing(an_error_response(), an_error_response())

    assert "duplicate codes: 403, 403" in refused(CustomErrorResponses=twice)
