from __future__ import annotations

from typing import Any

import pytest

from localfront.check.findings import Severity
from tests.localfront.check.checking import (
    ALL_METHODS,
    at_edge,
    finding,
    findings,
    methods,
    report,
)
from tests.localfront.config.reading import a_function_association
from tests.localfront.factories import a_behavior_description, listing


def page(code: int, response_code: int = 200, path: str = "/index.html") -> dict[str, Any]:
    response = {
        "ErrorCode": code,
        "ResponsePagePath": path,
        "ResponseCode": str(response_code),
        "ErrorCachingMinTTL": 10,
    }
    return {"CustomErrorResponses": listing(response)}


def unguarded(**changes: Any) -> dict[str, Any]:
    return {"DefaultCacheBehavior": a_behavior_description(**changes)}


@pytest.mark.proves("ER-010")
@pytest.mark.parametrize("code", [403, 404])
def test_a_page_that_hides_the_errors_of_an_api_is_found(code: int) -> None:
    found = finding("ER-010", **page(code))

    assert "behavior '/api/*'" in found.message
    assert found.resource.endswith(f"error response {code}")


@pytest.mark.proves("ER-010")
def test_an_error_page_that_keeps_the_status_or_affects_no_api_is_no_finding() -> None:
    assert findings("ER-010", **page(404, response_code=404)) == ()
    assert findings("ER-010", **page(404), CacheBehaviors=listing()) == ()


@pytest.mark.proves("ER-013")
@pytest.mark.parametrize(
    "guard",
    [at_edge(), {"FunctionAssociations": listing(a_function_association())}],
    ids=["Lambda@Edge", "CloudFront Functions"],
)
def test_an_error_page_that_shows_a_guarded_page_for_a_refused_method_is_found(
    guard: dict[str, Any],
) -> None:
    found = finding("ER-013", **page(403), **unguarded(**guard))

    assert found.severity is Severity.WARNING
    assert "A DELETE request is refused with 403" in found.message
    assert "default behavior" in found.message


@pytest.mark.proves("ER-013")
@pytest.mark.parametrize("behavior", [unguarded(), unguarded(**at_edge(), **methods(*ALL_METHODS))])
def test_without_a_guard_or_a_refused_method_there_is_no_finding(
    behavior: dict[str, Any],
) -> None:
    assert findings("ER-013", **page(403), **behavior) == ()


@pytest.mark.proves("ER-012")
@pytest.mark.parametrize(
    ("response_code", "severity"), [(200, Severity.WARNING), (404, Severity.NOTE)]
)
def test_an_error_page_served_without_its_behaviors_function_is_reported(
    response_code: int, severity: Severity
) -> None:
    found = finding("ER-012", **page(404, response_code))

    assert found.severity is severity
    assert "logged in or not" in found.message


@pytest.mark.proves("ER-012", "ER-011")
def test_a_page_of_a_behavior_without_a_function_is_no_finding() -> None:
    open_pages = a_behavior_description(PathPattern="/errors/*")

    result = report(**page(404, 404, "/errors/404.html"), CacheBehaviors=listing(open_pages))

    assert result.findings == ()
