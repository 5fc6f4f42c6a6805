"""Events from files, and invalid ones."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.errors import ConfigError
from localfront.invoke.event_building import (
    EXAMPLE_CONFIG,
    build_event,
    origin_response_event,
    viewer_request_event,
)
from localfront.invoke.event_reading import read_event
from localfront.lambda_edge.contract import events
from localfront.lambda_edge.contract.limits import EventType

FIXTURES = Path(__file__).parents[2] / "fixtures" / "cloudfront"
VALUES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")))
HEADERS = st.dictionaries(
    st.from_regex(r"[A-Za-z][a-z-]{0,8}", fullmatch=True).filter(
        lambda name: name.lower() not in ("connection", "expect", "trailer", "upgrade")
    ),
    VALUES,
    max_size=3,
)


@given(
    event_type=st.sampled_from(EventType),
    uri=st.from_regex(r"/[!-\"$->@-~]{0,20}", fullmatch=True),
    querystring=st.from_regex(r"([!-\"$->@-~][!-\"$-~]{0,20})?", fullmatch=True),
    headers=HEADERS,
)
def test_a_parsed_event_builds_the_same_event(
    event_type: EventType, uri: str, querystring: str, headers: dict[str, str]
) -> None:
    built = build_event(event_type, {"uri": uri, "querystring": querystring, "headers": headers})

    read = read_event(built)
    request, response = read.request, read.response

    assert read.event_type is event_type
    if read.origin is None:
        made = (
            events.viewer_request_event(request, config=EXAMPLE_CONFIG)
            if response is None
            else events.viewer_response_event(request, response, config=EXAMPLE_CONFIG)
        )
        assert made == built
    else:
        origin = built["Records"][0]["cf"]["request"].pop("origin")
        assert origin["s3"]["domainName"] == read.origin.domain_name
        assert (read.response is None) == (event_type is EventType.ORIGIN_REQUEST)


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.json")), ids=lambda f: f.stem)
def test_an_event_as_cloudfront_sends_it_is_read(file: Path) -> None:
    event = json.loads(file.read_text("utf-8"))

    read = read_event(event)

    assert read.event_type is EventType.VIEWER_REQUEST
    assert read.request.uri == event["Records"][0]["cf"]["request"]["uri"]


MISSING = object()
CF = ("Records", 0, "cf")


def changed(event: dict[str, Any], path: tuple[Any, ...], value: object) -> Any:
    """A copy of the event with a value at a path replaced or removed."""
    event = copy.deepcopy(event)
    inner: Any = event
    for step in path[:-1]:
        inner = inner[step]
    if value is MISSING:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return event


WRONG: list[tuple[tuple[Any, ...], object, str]] = [
    (("Records",), MISSING, "Records is a list with one record"),
    (("Records",), [], "Records is a list with one record"),
    (("Records", 0), "x", "Records[0] is an object"),
    (CF, 1, "Records[0].cf is an object"),
    ((*CF, "config"), MISSING, "cf.config is an object"),
    ((*CF, "config", "eventType"), MISSING, "cf.config.eventType is a string"),
    ((*CF, "config", "eventType"), "viewer", "cf.config.eventType is one of viewer-req"),
    ((*CF, "config", "requestId"), 7, "cf.config.requestId is a string"),
    ((*CF, "request"), [], "cf.request is an object"),
    ((*CF, "request", "querystring"), MISSING, "cf.request.querystring is a string"),
    ((*CF, "request", "uri"), "a", "cf.request.uri starts with `/`"),
    ((*CF, "request", "body"), {}, "cf.request.body.inputTruncated is true or false"),
    ((*CF, "request", "headers"), [], "cf.request.headers is an object"),
    ((*CF, "request", "headers", "Host"), [], "is in lower case as 'host'"),
    ((*CF, "request", "headers", "x"), "y", 'is a list of {"key": ..., "value": ...}'),
    ((*CF, "request", "headers", "x"), ["y"], "cf.request.headers['x'] is an object"),
    ((*CF, "request", "headers", "x"), [{"value": "y"}], "['x'].key is a string"),
    (
        (*CF, "request", "headers", "x"),
        [{"key": "y", "value": ""}],
        "['x'].key is the same name",
    ),
    ((*CF, "request", "origin"), MISSING, "cf.request.origin is an object"),
    ((*CF, "request", "origin"), {}, "has one of `custom` and `s3`"),
    ((*CF, "request", "origin", "custom"), {}, "has one of `custom` and `s3`"),
    (
        (*CF, "request", "origin"),
        {"custom": {"domainName": "a", "path": ""}},
        "cf.request.origin.custom.keepaliveTimeout is a number",
    ),
    ((*CF, "request", "origin", "s3", "path"), 1, "cf.request.origin.s3.path is a string"),
    ((*CF, "response"), MISSING, "cf.response is an object"),
    ((*CF, "response", "status"), 200, "cf.response.status is a string"),
    ((*CF, "response", "status"), "٢٠٠", 'is a string of three digits such as "200"'),
    ((*CF, "response", "statusDescription"), MISSING, "statusDescription is a string"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "message"), WRONG)
def test_an_invalid_event_is_refused_with_its_field(
    path: tuple[Any, ...], value: object, message: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        read_event(changed(origin_response_event(), path, value))

    assert message in str(refused.value)


@pytest.mark.parametrize("event", [None, [], "x", {"Records": {}}])
def test_other_json_is_refused(event: Any) -> None:
    with pytest.raises(ConfigError):
        read_event(event)


def test_an_event_with_unknown_fields_is_read() -> None:
    event = changed(viewer_request_event(uri="/a"), (*CF, "request", "new"), "field")

    assert read_event(event).request.uri == "/a"
