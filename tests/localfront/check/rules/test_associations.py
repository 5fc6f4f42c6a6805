from __future__ import annotations

from typing import Any

import pytest

from tests.localfront.check.checking import (
    api,
    at_edge,
    evidence,
    finding,
    findings,
    report,
    unchecked,
)
from tests.localfront.config.reading import a_function_association
from tests.localfront.factories import (
    DISTRIBUTION_ID,
    EDGE_ARN,
    HOST,
    a_behavior_description,
    listing,
)

FUNCTION = EDGE_ARN.rpartition(":")[0]


def arn(text: str) -> dict[str, Any]:
    behavior = a_behavior_description(**at_edge(LambdaFunctionARN=text))
    return {"DefaultCacheBehavior": behavior}


def test_a_correct_site_has_no_finding() -> None:
    assert report().findings == ()
    assert unchecked() == ""


@pytest.mark.proves("LA-001")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        (f"{FUNCTION}:$LATEST", "names '$LATEST'"),
        (f"{FUNCTION}:live", "names 'live'"),
        (FUNCTION, "names no version"),
        ("edge:3", "is not an ARN"),
    ],
)
def test_a_function_without_a_numbered_version_is_found(name: str, message: str) -> None:
    found = finding("LA-001", **arn(name))

    assert message in found.message
    assert found.resource.endswith("default behavior, viewer-request")


@pytest.mark.proves("LA-001")
def test_a_version_that_does_not_exist_is_found() -> None:
    missing = evidence(functions={EDGE_ARN: None})

    assert "does not exist" in finding("LA-001", missing).message


@pytest.mark.proves("LA-001", "LA-002")
def test_a_numbered_version_in_us_east_1_is_no_finding() -> None:
    assert findings("LA-001") == findings("LA-002") == ()


@pytest.mark.proves("LA-002")
def test_a_function_of_another_region_is_found() -> None:
    elsewhere = EDGE_ARN.replace("us-east-1", "eu-west-1")

    assert "is in eu-west-1" in finding("LA-002", **arn(elsewhere)).message


@pytest.mark.proves("LA-004")
def test_two_functions_at_one_event_are_found() -> None:
    twice = at_edge()["LambdaFunctionAssociations"]["Items"] * 2
    behavior = a_behavior_description(LambdaFunctionAssociations=listing(*twice))

    found = finding("LA-004", DefaultCacheBehavior=behavior)

    assert "two functions at viewer-request" in found.message


@pytest.mark.proves("LA-005")
def test_both_kinds_of_functions_at_the_viewer_events_are_found() -> None:
    behavior = a_behavior_description(
        **at_edge("viewer-response"),
        FunctionAssociations=listing(a_function_association()),
    )

    assert finding("LA-005", DefaultCacheBehavior=behavior).resource.endswith("default behavior")


@pytest.mark.proves("LA-004", "LA-005")
def test_one_kind_at_viewer_events_and_the_other_at_origin_events_is_no_finding() -> None:
    behavior = a_behavior_description(
        **at_edge("origin-request"),
        FunctionAssociations=listing(a_function_association()),
    )

    assert report(DefaultCacheBehavior=behavior).findings == ()


@pytest.mark.proves("LA-010")
def test_a_function_of_another_account_is_found() -> None:
    other = EDGE_ARN.replace("123456789012", "210987654321")

    assert "210987654321" in finding("LA-010", **arn(other)).message
    assert findings("LA-010") == ()


def test_a_placeholder_account_causes_no_finding() -> None:
    unknown = EDGE_ARN.replace("123456789012", "000000000000")

    assert findings("LA-010", **arn(unknown)) == ()
    assert "account of one of them is not known" in unchecked(**arn(unknown))


@pytest.mark.proves("LA-013")
def test_a_body_at_a_response_event_is_found() -> None:
    behavior = a_behavior_description(**at_edge("viewer-response", IncludeBody=True))
    right = a_behavior_description(**at_edge("origin-request", IncludeBody=True))

    assert finding("LA-013", DefaultCacheBehavior=behavior).remedy == "Leave it out."
    assert findings("LA-013", DefaultCacheBehavior=right) == ()


def test_one_wrong_association_does_not_hide_another() -> None:
    members = [
        *at_edge("viewer-response", IncludeBody=True)["LambdaFunctionAssociations"]["Items"],
        *at_edge(LambdaFunctionARN=FUNCTION)["LambdaFunctionAssociations"]["Items"],
    ]
    behavior = api(LambdaFunctionAssociations=listing(*members))

    found = {f.rule for f in report(CacheBehaviors=listing(behavior)).findings}

    assert found == {"LA-013", "LA-001"}


def test_names_in_the_report_are_those_of_the_description() -> None:
    assert DISTRIBUTION_ID in finding("LA-001", **arn(FUNCTION)).resource
    assert HOST not in finding("LA-001", **arn(FUNCTION)).resource
