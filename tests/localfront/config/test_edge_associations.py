from __future__ import annotations

from typing import Any

import pytest

from localfront.config.distribution import (
    FunctionAssociation,
    LambdaFunctionAssociation,
)
from tests.localfront.config.reading import (
    FUNCTION_ARN,
    a_function_association,
    an_association,
    behavior_with,
    parsed_behavior,
    refused,
)
from tests.localfront.factories import EDGE_ARN, listing

EVENTS = ("viewer-request", "origin-request", "origin-response", "viewer-response")


def lambdas(*events: str, **changes: Any) -> dict[str, Any]:
    associations = [an_association(EventType=event, **changes) for event in events]
    return {"LambdaFunctionAssociations": listing(*associations)}


def functions(*events: str) -> dict[str, Any]:
    return {"FunctionAssociations": listing(*map(a_function_association, events))}


@pytest.mark.proves("LA-004")
def test_a_behavior_may_have_a_function_at_each_of_the_four_events() -> None:
    behavior = parsed_behavior(**lambdas(*EVENTS))

    assert [behavior.function_for(event) for event in EVENTS] == [
        LambdaFunctionAssociation(event_type=event, lambda_function_arn=EDGE_ARN)
        for event in EVENTS
    ]


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.proves("LA-004")
def test_two_functions_at_one_event_are_refused(event: str) -> None:
    message = refused(**behavior_with(**lambdas(event, event)))

    assert f"two functions at {event} (LA-004)" in message


@pytest.mark.parametrize("event", ["viewer-request", "origin-request"])
@pytest.mark.proves("LA-013")
def test_a_request_event_may_include_the_body(event: str) -> None:
    behavior = parsed_behavior(**lambdas(event, IncludeBody=True))

    assert behavior.lambda_function_associations[0].include_body


@pytest.mark.parametrize("event", ["origin-response", "viewer-response"])
@pytest.mark.proves("LA-013")
def test_a_response_event_has_no_body_to_include(event: str) -> None:
    message = refused(**behavior_with(**lambdas(event, IncludeBody=True)))

    assert "LambdaFunctionAssociations.Items[0].IncludeBody True" in message
    assert "LA-013" in message


@pytest.mark.proves("FN-001")
def test_a_behavior_may_have_cloudfront_functions_at_its_viewer_events() -> None:
    behavior = parsed_behavior(**functions("viewer-request", "viewer-response"))

    assert behavior.function_associations == (
        FunctionAssociation(event_type="viewer-request", function_arn=FUNCTION_ARN),
        FunctionAssociation(event_type="viewer-response", function_arn=FUNCTION_ARN),
    )


@pytest.mark.parametrize("event", ["origin-request", "origin-response"])
@pytest.mark.proves("FN-001")
def test_a_cloudfront_function_at_an_origin_event_is_refused(event: str) -> None:
    assert "(FN-001)" in refused(**behavior_with(**functions(event)))


@pytest.mark.parametrize("at_edge", ["viewer-request", "viewer-response"])
@pytest.mark.parametrize("function", ["viewer-request", "viewer-response"])
@pytest.mark.proves("LA-005")
def test_both_kinds_of_function_at_viewer_events_are_refused(at_edge: str, function: str) -> None:
    config = behavior_with(**lambdas(at_edge), **functions(function))

    assert f"Lambda@Edge function at {at_edge} (LA-005)" in refused(**config)


@pytest.mark.proves("LA-005")
def test_lambda_at_edge_at_origin_events_may_be_combined_with_cloudfront_functions() -> None:
    behavior = parsed_behavior(
        **lambdas("origin-request", "origin-response"), **functions("viewer-request")
    )

    assert len(behavior.lambda_function_associations) == 2
    assert len(behavior.function_associations) == 1


@pytest.mark.parametrize(
    "arn",
    [
        pytest.param("arn:aws:lambda:us-east-1:123456789012:function:f:1", id="lambda"),
        pytest.param("rewrite", id="name"),
        pytest.param(f"{FUNCTION_ARN}\n", id="line break"),
    ],
)
def test_an_arn_that_is_not_a_cloudfront_functions_is_refused(arn: str) -> None:
    wrong = {"FunctionARN": arn, "EventType": "viewer-request"}

    message = refused(**behavior_with(FunctionAssociations=listing(wrong)))

    assert "FunctionAssociations.Items[0].FunctionARN" in message


def test_an_event_that_does_not_exist_is_refused() -> None:
    message = refused(**behavior_with(**lambdas("viewer-requests")))

    assert "EventType 'viewer-requests' is none of viewer-request" in message
