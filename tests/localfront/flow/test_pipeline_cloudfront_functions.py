"""CloudFront Functions at viewer events in the pipeline."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.config.distribution import FunctionAssociation
from localfront.errors import FunctionExecutionError
from localfront.http_messages.messages import Response
from tests.localfront.factories import (
    a_behavior,
    a_cache_policy,
    a_response,
    an_error_page,
)
from tests.localfront.sites import Edge, site, x_cache
from tests.localfront.streams import Pieces

PAGE = a_response(headers=[("Cache-Control", "max-age=60"), ("ETag", '"1"')])


def with_functions(*events: str, response: Response = PAGE, runs: Any, **more: Any) -> Edge:
    attached = tuple(
        FunctionAssociation(event_type=event, function_arn="arn:aws:cloudfront::1:function/f")
        for event in events
    )
    return site(
        default=a_behavior(
            function_associations=attached,
            cache_policy=a_cache_policy(default_ttl=60),
        ),
        responses={"/a": response},
        returns=runs,
        **more,
    )


@pytest.mark.proves("FN-002", "RT-010")
async def test_a_cloudfront_function_rewrites_the_request() -> None:
    edge = with_functions("viewer-request", runs=lambda event: {**event["request"], "uri": "/a"})

    response = await edge.get("/asked")

    assert response.body == b"a page"


@pytest.mark.proves("FN-014", "FN-010", "LR-019")
async def test_a_cloudfront_functions_response_reaches_the_viewer_unchanged() -> None:
    edge = with_functions(
        "viewer-request",
        runs=lambda _: {"statusCode": 403, "body": "no"},
        error_pages=(an_error_page(403),),
    )

    response = await edge.get("/a")

    assert (response.status, response.body) == (403, b"no")
    assert x_cache(response) == "FunctionGeneratedResponse from cloudfront"
    assert response.headers.get("server") == "CloudFront"
    assert {"via", "x-amz-cf-pop", "x-amz-cf-id"} <= response.headers.names()


@pytest.mark.proves("FN-009")
async def test_a_cloudfront_function_may_change_status_and_body_of_a_response() -> None:
    source = Pieces([b"as it came"])
    edge = with_functions(
        "viewer-response",
        response=a_response(body=source),
        runs=lambda event: {**event["response"], "statusCode": 410, "body": "gone"},
    )

    response = await edge.get("/a")

    assert (response.status, response.body) == (410, b"gone")
    await edge.settled()
    assert source.closed


@pytest.mark.proves("FN-011")
async def test_cloudfront_functions_do_not_run_for_errors_of_the_origin() -> None:
    edge = with_functions(
        "viewer-response",
        response=a_response(404),
        runs=lambda event: event["response"],
    )

    response = await edge.get("/a")

    assert response.status == 404
    assert edge.functions.events == []


@pytest.mark.proves("FN-012")
async def test_a_wrong_result_of_a_cloudfront_function_is_502() -> None:
    edge = with_functions("viewer-request", runs=lambda _: {"statusCode": "200"})

    response = await edge.get("/a")

    assert response.status == 502
    assert x_cache(response) == "FunctionValidationError from cloudfront"
    assert edge.origins.received == []


@pytest.mark.proves("FN-013")
async def test_the_page_of_a_failed_function_has_cloudfronts_text() -> None:
    def raises(_: object) -> object:
        raise FunctionExecutionError("Function f failed: f.js:2: Error: no.", rule="FN-013")

    response = await with_functions("viewer-request", runs=raises).get("/a")

    assert response.status == 503
    assert isinstance(response.body, bytes)
    assert (
        b"The CloudFront function associated with the CloudFront distribution is invalid or could "
        b"not run." in response.body
    )
    assert b"f.js:2" in response.body
