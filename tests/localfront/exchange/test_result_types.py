from __future__ import annotations

import pytest

from localfront.exchange.result_types import (
    DETAILS,
    detail_of_refusal,
    detailed_result_type,
    response_result_type,
    result_type,
)

# LG-001, as the page lists them.
CLASSES = ("Hit", "RefreshHit", "Miss", "LimitExceeded", "CapacityExceeded", "Error", "Redirect",
           "LambdaExecutionError")  # fmt: skip


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.proves("LG-001", "LG-002")
def test_x_cache_and_the_log_have_the_same_result_type(name: str) -> None:
    x_cache = f"{name} from cloudfront"

    assert result_type(x_cache) == response_result_type(x_cache) == name
    assert detailed_result_type(x_cache) == name


@pytest.mark.proves("LG-001", "LX-005", "LX-009")
def test_three_kinds_of_function_errors_have_their_own_result_types() -> None:
    kinds = ("LambdaValidationError", "LambdaExecutionError", "LambdaLimitExceeded")

    found = [result_type(f"{kind} from cloudfront") for kind in kinds]

    assert found == ["Error", "LambdaExecutionError", "LimitExceeded"]


@pytest.mark.proves("LG-001")
def test_a_viewers_disconnection_makes_any_result_type_an_error() -> None:
    assert result_type("Hit from cloudfront", aborted=True) == "Error"
    assert response_result_type("Hit from cloudfront") == "Hit"
    assert detailed_result_type("Hit from cloudfront", aborted=True) == "ClientCommError"


@pytest.mark.parametrize(
    ("x_cache", "detail", "expected"),
    [
        ("Error from cloudfront", "OriginDnsError", "OriginDnsError"),
        ("Error from cloudfront", "", "Error"),
        ("Error from cloudfront", "no such thing", "Error"),
        ("Error from cloudfront", "MissGeneratedResponse", "Error"),
        ("Miss from cloudfront", "MissGeneratedResponse", "MissGeneratedResponse"),
        ("Miss from cloudfront", "OriginDnsError", "Miss"),
        ("Hit from cloudfront", "", "Hit"),
    ],
)
@pytest.mark.proves("LG-002")
def test_an_error_has_its_detailed_type_and_a_success_at_most_a_finer_one(
    x_cache: str, detail: str, expected: str
) -> None:
    assert detailed_result_type(x_cache, detail=detail) == expected


@pytest.mark.parametrize(
    ("rule", "detail"),
    [
        ("VP-005", "InvalidRequestMethod"),
        ("MI-004", "ClientGeoBlocked"),
        ("SG-001", "InvalidRequestBlocked"),
        ("VP-008", "InvalidRequest"),
    ],
)
@pytest.mark.proves("LG-002")
def test_a_refusal_has_its_detailed_type(rule: str, detail: str) -> None:
    assert detail_of_refusal(rule) == detail
    assert detail in DETAILS
