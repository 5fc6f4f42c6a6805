"""Which checks apply to the results of each event; the rules have their own tests."""

from collections.abc import Callable
from typing import Any

import pytest

from localfront.errors import ConfigError, EdgeValidationError
from localfront.invoke.event_building import (
    Event,
    origin_request_event,
    origin_response_event,
    viewer_request_event,
    viewer_response_event,
)
from localfront.invoke.result_checking import check_result
from localfront.profiles import CLASSIC

Build = Callable[..., Event]
REQUEST_EVENTS: list[Build] = [viewer_request_event, origin_request_event]
RESPONSE_EVENTS: list[Build] = [origin_response_event, viewer_response_event]


def handed_back(event: Event, **changes: Any) -> dict[str, Any]:
    cf = event["Records"][0]["cf"]
    return {**cf.get("response", cf["request"]), **changes}


@pytest.mark.parametrize("build", REQUEST_EVENTS + RESPONSE_EVENTS)
def test_an_unchanged_request_is_a_valid_result(build: Build) -> None:
    event = build(headers={"X-A": ["1", "2"]})

    assert check_result(event, handed_back(event)) == handed_back(event)


@pytest.mark.parametrize("build", REQUEST_EVENTS)
def test_a_response_is_a_result_of_a_request_event(build: Build) -> None:
    made = {"status": "302", "headers": {"location": [{"value": "/login/"}]}}

    assert check_result(build(), made) == made


@pytest.mark.parametrize("domain", ["api.example.com", "a-b.s3.amazonaws.com"])
def test_an_origin_may_be_changed_at_origin_request(domain: str) -> None:
    event = origin_request_event(origin_domain=domain)
    result = handed_back(event)
    (kind,) = result["origin"]
    result["origin"] = {kind: {**result["origin"][kind], "path": "/v2"}}

    assert check_result(event, result)["origin"][kind]["path"] == "/v2"


REFUSED: list[tuple[Event, dict[str, Any] | None, str]] = [
    (viewer_request_event(), None, "LR-001"),
    (viewer_request_event(), {"uri": "no-slash"}, "LE-008"),
    (viewer_request_event(), {"headers": {}}, "LH-008"),
    (viewer_request_event(), {"method": "PUT"}, "LR-014"),
    (viewer_request_event(), {"origin": {}}, "LE-012"),
    (origin_request_event(), {"origin": {}}, "LE-031"),
    (origin_request_event(), {"headers": {}}, "LH-008"),
    (origin_response_event(), {"status": "20"}, "LR-005"),
    (viewer_response_event(), {"status": "404"}, "LR-013"),
    (viewer_response_event(), {"body": "x"}, "LR-013"),
    (viewer_response_event(), {"headers": {"via": [{"value": "x"}]}}, "LH-003"),
]


@pytest.mark.parametrize(("event", "changes", "rule"), REFUSED)
def test_a_result_that_cloudfront_refuses_has_the_rule_that_it_breaks(
    event: Event, changes: dict[str, Any] | None, rule: str
) -> None:
    returned = None if changes is None else handed_back(event, **changes)

    with pytest.raises(EdgeValidationError) as refused:
        check_result(event, returned)

    assert refused.value.rule == rule


def test_the_profile_decides_where_aws_pages_contradict_each_other() -> None:
    event = viewer_request_event(body="x", method="PUT")
    body = {"action": "replace", "encoding": "text", "data": "x" * 50_000}
    returned = handed_back(event, body=body)

    with pytest.raises(EdgeValidationError):
        check_result(event, returned)
    assert check_result(event, returned, profile=CLASSIC) == returned


def test_an_invalid_event_is_refused_before_its_result_is_read() -> None:
    with pytest.raises(ConfigError, match=r"Records is a list"):
        check_result({}, {})
