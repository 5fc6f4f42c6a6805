"""Every sample of AWS's page "Lambda@Edge example functions", in both languages.

They run in real workers, written in our own words, and CloudFront's contract takes what they return.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from localfront.invoke.event_building import EXAMPLE_CONFIG, build_event
from localfront.lambda_edge.contract.limits import EventType
from localfront.testing import RunningFunction, StartFunction
from tests.localfront.real_workers import FUNCTIONS, NODE, PYTHON

pytestmark = pytest.mark.proves("LE-043")

VIEWER_REQUEST, ORIGIN_REQUEST, ORIGIN_RESPONSE, VIEWER_RESPONSE = (
    EventType.VIEWER_REQUEST,
    EventType.ORIGIN_REQUEST,
    EventType.ORIGIN_RESPONSE,
    EventType.VIEWER_RESPONSE,
)
GERMAN = {"CloudFront-Viewer-Country": "DE"}
META = {"X-Amz-Meta-Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}
FORM = "name=Ada&planet=Vulcan"

# The sample, its event, the event's content, and the checked part of the result.
SAMPLES: list[tuple[str, EventType, dict[str, Any], dict[str, Any]]] = [
    (
        "abTest",
        VIEWER_REQUEST,
        {"uri": "/pixel.jpg", "cookies": {"X-Experiment": "B"}},
        {"uri": "/experiment/treatment-pixel.jpg"},
    ),
    (
        "overrideAResponseHeader",
        ORIGIN_RESPONSE,
        {"response_headers": META},
        {"headers.last-modified.0.value": META["X-Amz-Meta-Last-Modified"]},
    ),
    (
        "overrideAResponseHeader",
        VIEWER_RESPONSE,
        {"response_headers": META},
        {"headers.last-modified.0.key": "X-Amz-Meta-Last-Modified"},
    ),
    ("serveStaticContent", VIEWER_REQUEST, {}, {"status": "200"}),
    (
        "redirect",
        ORIGIN_REQUEST,
        {},
        {"headers.location.0.value": "https://docs.example.com/"},
    ),
    (
        "addAHeaderByQueryString",
        ORIGIN_REQUEST,
        {"querystring": "auth=secret"},
        {"headers.auth-header.0.value": "secret"},
    ),
    (
        "normalizeTheQueryString",
        VIEWER_REQUEST,
        {"querystring": "B=2&a=1"},
        {"querystring": "a=1&b=2"},
    ),
    (
        "signIn",
        VIEWER_REQUEST,
        {"uri": "/logs", "querystring": "page=2"},
        {
            "status": "302",
            "headers.location.0.value": "https://www.example.com/signin?redirect_url="
            "%2Flogs%3Fpage%3D2",
        },
    ),
    ("signIn", VIEWER_REQUEST, {"cookies": {"session-id": "1"}}, {"uri": "/"}),
    (
        "redirectByCountry",
        ORIGIN_REQUEST,
        {"headers": {"CloudFront-Viewer-Country": "TW"}},
        {"headers.location.0.value": "https://tw.example.com/"},
    ),
    (
        "versionByDevice",
        ORIGIN_REQUEST,
        {"uri": "/a.html", "headers": {"CloudFront-Is-Mobile-Viewer": "true"}},
        {"uri": "/mobile/a.html"},
    ),
    (
        "fromACustomOriginToS3",
        ORIGIN_REQUEST,
        {"querystring": "useS3Origin=true", "origin_domain": "www.example.com"},
        {"origin.s3.domainName": "my-bucket.s3.eu-west-1.amazonaws.com"},
    ),
    (
        "toABucketInAnotherRegion",
        ORIGIN_REQUEST,
        {"headers": GERMAN},
        {"origin.s3.region": "eu-central-1"},
    ),
    (
        "fromS3ToACustomOrigin",
        ORIGIN_REQUEST,
        {"querystring": "useCustomOrigin=true"},
        {"origin.custom.domainName": "www.example.com"},
    ),
    (
        "slowlyToAnotherBucket",
        ORIGIN_REQUEST,
        {},
        {"origin.s3.domainName": "new-bucket.s3.amazonaws.com"},
    ),
    (
        "toAnotherDomainByCountry",
        ORIGIN_REQUEST,
        {"headers": GERMAN, "origin_domain": "www.example.com"},
        {"headers.host.0.value": "eu.example.com"},
    ),
    ("errorToAPage", ORIGIN_RESPONSE, {"status": 404}, {"status": 200}),
    (
        "errorToARedirect",
        ORIGIN_RESPONSE,
        {"status": 500, "querystring": "a=1"},
        {"headers.location.0.value": "https://example.com/plan-b/path?a=1"},
    ),
    ("readAForm", VIEWER_REQUEST, {"body": FORM}, {"method": "POST"}),
    (
        "changeAForm",
        ORIGIN_REQUEST,
        {"body": "name=Ada"},
        {"body.action": "replace", "body.encoding": "text"},
    ),
]


@pytest.fixture(scope="module", params=[NODE, PYTHON])
def samples(request: pytest.FixtureRequest, edge_function: StartFunction) -> RunningFunction:
    return edge_function(
        FUNCTIONS / "aws_samples", handler="index.handler", runtime=request.param, access={}
    )


@pytest.mark.parametrize(("name", "at", "fields", "expected"), SAMPLES)
def test_an_aws_sample_runs_and_its_result_is_accepted(
    samples: RunningFunction,
    name: str,
    at: EventType,
    fields: dict[str, Any],
    expected: dict[str, Any],
) -> None:
    config = replace(EXAMPLE_CONFIG, request_id=name)

    result = samples(build_event(at, {**fields, "config": config}))

    assert {path: looked_up(result, path) for path in expected} == expected


def test_a_form_is_read_from_the_body(samples: RunningFunction) -> None:
    config = replace(EXAMPLE_CONFIG, request_id="readAForm")

    samples(build_event(VIEWER_REQUEST, {"body": FORM, "config": config}))

    assert any('For "planet" the user submitted "Vulcan".' in line for line in samples.logs)


def looked_up(value: Any, path: str) -> Any:
    for part in path.split("."):
        value = value[int(part)] if part.isdecimal() else value[part]
    return value
