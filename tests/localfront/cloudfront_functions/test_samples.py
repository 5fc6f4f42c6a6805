"""AWS's documented use cases, each from event to result."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode

import pytest

from localfront.cloudfront_functions.function_results import (
    read_viewer_response_result,
)
from localfront.http_messages.messages import Request, Response
from tests.localfront.cloudfront_functions.fake_cloudfront import (
    ARN,
    STORE_ARN,
    FakeCloudFront,
)
from tests.localfront.cloudfront_functions.loading import (
    LOG_GROUP,
    Make,
    request_result,
)
from tests.localfront.cloudfront_functions.running import response_event, sample
from tests.localfront.factories import a_request, a_response

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_path_without_a_file_name_is_the_index_page(make: Make) -> None:
    functions = make(FakeCloudFront(sample("index_pages")))

    responses = [
        await request_result(functions, a_request(target))
        for target in ("/", "/blog/", "/blog", "/a.css?b=1")
    ]

    assert [response.target for response in responses if isinstance(response, Request)] == [
        "/index.html", "/blog/index.html", "/blog/index.html", "/a.css?b=1",
    ]  # fmt: skip


@pytest.mark.proves("FN-007", "FN-024")
async def test_a_visitor_is_redirected_by_country(make: Make) -> None:
    functions = make(FakeCloudFront(sample("redirect_by_country")))
    german = a_request("/a", headers=[("CloudFront-Viewer-Country", "DE")])

    response = await request_result(functions, german)
    other = await request_result(functions, a_request("/a"))

    assert isinstance(response, Response)
    assert (response.status, response.headers.get("location")) == (302, "/de/a")
    assert other == a_request("/a")


@pytest.mark.proves("FN-005", "FN-008")
async def test_headers_and_a_cookie_are_added_to_a_response(make: Make) -> None:
    functions = make(FakeCloudFront(sample("security_headers")))
    await functions.load([ARN])
    response = a_response(headers=[("Set-Cookie", "a=1; HttpOnly"), ("ETag", '"e"')])
    event = response_event(response)

    result = read_viewer_response_result(event, await functions.invoke(ARN, event), response)

    assert result.headers.lines == (
        ("ETag", '"e"'),
        ("Strict-Transport-Security", "max-age=63072000"),
        ("Set-Cookie", "a=1; HttpOnly"),
        ("Set-Cookie", "seen=yes; Path=/; Secure"),
    )


@pytest.mark.proves("FN-006", "FN-017")
async def test_query_parameters_are_sorted(make: Make) -> None:
    functions = make(FakeCloudFront(sample("sorted_query")))

    response = await request_result(functions, a_request("/?c=3&a=1&b=2&a=0"))

    assert isinstance(response, Request)
    assert response.querystring == "a=1&a=0&b=2&c=3"


@pytest.mark.proves("FN-017", "FN-020", "FN-019")
async def test_a_signed_token_lets_a_request_pass(make: Make, logs: list[tuple[str, str]]) -> None:
    secret = {"secret": "of the ship"}
    functions = make(FakeCloudFront(sample("signed_token"), stores=(STORE_ARN,), values=secret))
    digest = hmac.new(b"of the ship", b"picard", hashlib.sha256).digest()
    signature = urlsafe_b64encode(digest).decode().rstrip("=")

    passed = await request_result(functions, a_request(f"/?token=picard.{signature}"))
    refused = await request_result(functions, a_request(f"/?token=kirk.{signature}"))
    nothing_logged = list(logs)
    missing = await request_result(functions, a_request("/"))

    assert isinstance(passed, Request)
    assert isinstance(refused, Response)
    assert isinstance(missing, Response)
    assert (refused.status, missing.status) == (401, 401)
    assert nothing_logged == []
    assert [group for group, _ in logs] == [LOG_GROUP] * 4
    assert [line for _, line in logs if "utilization" not in line] == [
        "request-id== START DistributionID: EDFDVBD6EXAMPLE",
        "request-id== there is no token",
        "request-id== END",
    ]
