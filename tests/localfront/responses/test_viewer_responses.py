from __future__ import annotations

import re
from html import escape

import pytest

from localfront.errors import (
    EdgeExecutionError,
    EdgeFunctionError,
    EdgeLimitError,
    EdgeThrottledError,
    EdgeValidationError,
)
from localfront.http_messages.messages import Headers
from localfront.responses.viewer_responses import (
    error_page,
    failed_function_text,
    from_origin,
    new_request_id,
    reason_phrase,
    redirect_to_https,
    to_viewer,
    with_connection,
    without_hsts_on_localhost,
)
from tests.localfront.factories import a_request, a_response


@pytest.mark.proves("LE-005")
def test_request_ids_are_opaque_and_unique() -> None:
    ids = {new_request_id() for _ in range(100)}

    assert len(ids) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{54}==", request_id) for request_id in ids)


@pytest.mark.proves("RV-001", "RV-002", "RV-003")
def test_every_response_carries_cloudfronts_headers() -> None:
    sent = to_viewer(
        a_response(), x_cache="Miss from cloudfront", request_id="request-id=="
    ).headers

    assert re.fullmatch(r"1\.1 \S+\.cloudfront\.net \(CloudFront\)", sent.get("Via") or "")
    assert sent.get("X-Cache") == "Miss from cloudfront"
    assert re.fullmatch(r"[A-Z]{3}\d+-[A-Z]\d", sent.get("X-Amz-Cf-Pop") or "")
    assert sent.get("X-Amz-Cf-Id") == "request-id=="


@pytest.mark.proves("RV-001", "RV-002")
def test_cloudfront_headers_from_an_origin_are_replaced() -> None:
    forged = a_response(
        headers=[
            ("via", "1.1 proxy"),
            ("X-CACHE", "Hit from elsewhere"),
            ("x-amz-cf-pop", "XXX1-C1"),
            ("x-amz-cf-id", "forged"),
            ("x-amz-cf-id", "forged again"),
        ]
    )

    sent = to_viewer(forged, x_cache="Miss from cloudfront", request_id="id==").headers

    for name in ("Via", "X-Cache", "X-Amz-Cf-Pop", "X-Amz-Cf-Id"):
        assert len(sent.get_all(name)) == 1
    assert sent.get("X-Amz-Cf-Id") == "id=="


@pytest.mark.proves("RV-011")
def test_a_response_without_server_gets_cloudfronts() -> None:
    def server(*lines: tuple[str, str]) -> tuple[str, ...]:
        response = a_response(headers=lines)
        return to_viewer(response, x_cache="", request_id="").headers.get_all("server")

    assert server() == ("CloudFront",)
    assert server(("server", "AmazonS3")) == ("AmazonS3",)


@pytest.mark.parametrize(
    "name",
    [
        "X-Amz-Id-2",
        "x-amz-request-id",
        "Trailer",
        "Upgrade",
        "Connection",
        "X-Localfront-Reason",
    ],
)
@pytest.mark.proves("S3-006", "RV-008")
def test_some_headers_of_an_origin_never_reach_a_viewer(name: str) -> None:
    response = a_response(headers=[(name, "value"), ("ETag", '"1"')])

    kept = from_origin(response, cookies_forwarded=True)

    assert kept.headers == Headers.of([("ETag", '"1"')])


@pytest.mark.proves("CA-024", "RV-007")
def test_set_cookie_is_dropped_unless_cookies_are_forwarded() -> None:
    response = a_response(headers=[("Set-Cookie", "a=1"), ("set-cookie", "b=2")])

    assert "set-cookie" not in from_origin(response, cookies_forwarded=False).headers
    assert from_origin(response, cookies_forwarded=True).headers.get_all("Set-Cookie") == (
        "a=1",
        "b=2",
    )


@pytest.mark.proves("RV-010")
def test_an_origins_redirect_reaches_the_viewer_with_its_location() -> None:
    response = a_response(302, headers=[("Location", "https://elsewhere.test/")])

    sent = to_viewer(from_origin(response, cookies_forwarded=False), x_cache="", request_id="")

    assert (sent.status, sent.headers.get("location")) == (
        302,
        "https://elsewhere.test/",
    )


def location(host: str, target: str = "/a?b=1", https_port: int = 443) -> str | None:
    request = a_request(target, headers=[("Host", host)])
    response = redirect_to_https(request, 301, https_port=https_port, now=0)
    return response.headers.get("location")


@pytest.mark.proves("VP-001")
def test_a_redirect_leads_to_the_same_url_over_https() -> None:
    assert location("logs.example.com") == "https://logs.example.com/a?b=1"


@pytest.mark.parametrize(
    ("host", "redirected"),
    [
        ("logs.example.com:8080", "https://logs.example.com:8443/"),
        ("localhost", "https://localhost:8443/"),
        ("127.0.0.1:8080", "https://127.0.0.1:8443/"),
        ("[::1]:8080", "https://[::1]:8443/"),
        ("[::1]", "https://[::1]:8443/"),
    ],
)
def test_a_redirect_leads_to_localfronts_own_port(host: str, redirected: str) -> None:
    assert location(host, "/", https_port=8443) == redirected


@pytest.mark.parametrize(
    ("host", "target", "redirected"),
    [
        pytest.param("a.test", "//evil.test/", "https://a.test//evil.test/", id="//"),
        pytest.param("a.test", "/\\evil.test", "https://a.test/\\evil.test", id="\\"),
        pytest.param("a.test", "/@evil.test", "https://a.test/@evil.test", id="@"),
        pytest.param("a.test:80@evil.test", "/", "https://a.test/", id="user name"),
        pytest.param("[::1]evil.test", "/", "https://[::1]/", id="after an address"),
        pytest.param("[::1", "/", "https://[::1]/", id="half an address"),
    ],
)
@pytest.mark.proves("VP-001")
def test_a_redirect_never_leads_to_another_host(host: str, target: str, redirected: str) -> None:
    assert location(host, target) == redirected


def test_a_redirect_has_a_readable_body() -> None:
    response = redirect_to_https(a_request(), 307, https_port=443, now=0)

    assert response.status == 307
    assert b"HTTPS" in response.held


def page(**changes: str) -> str:
    fields = {"rule": "VP-005", "request_id": "id==", "detail": "", **changes}
    message = fields.pop("message", "POST is not allowed.")
    return error_page(403, message, now=0, **fields).held.decode()


def test_an_error_page_names_the_rule_and_the_request() -> None:
    response = page()

    assert "403 Forbidden" in response
    assert "POST is not allowed." in response
    assert "VP-005" in response
    assert "id==" in response


@pytest.mark.parametrize("field", ["message", "rule", "request_id", "detail", "aws_text"])
def test_an_error_page_runs_no_script_from_a_viewer(field: str) -> None:
    response = page(**{field: "<script>alert(1)</script>"})

    assert "<script>" not in response
    assert "&lt;script&gt;" in response


@pytest.mark.parametrize(
    ("status", "phrase"),
    [(404, "Not Found"), (494, "Request Header Too Large"), (599, "")],
)
@pytest.mark.proves("VP-010")
def test_a_status_has_its_usual_phrase(status: int, phrase: str) -> None:
    assert reason_phrase(status) == phrase


@pytest.mark.parametrize(
    ("host", "kept"),
    [
        ("localhost:8443", False),
        ("LOCALHOST", False),
        ("logs.starfleet.localhost", True),
    ],
)
def test_hsts_is_not_sent_for_localhost_itself(host: str, kept: bool) -> None:
    response = a_response(headers=[("strict-transport-security", "max-age=31536000")])

    headers = without_hsts_on_localhost(response, host).headers

    assert ("Strict-Transport-Security" in headers) is kept


@pytest.mark.parametrize(
    ("status", "text"),
    [(status, "close") for status in (400, 405, 414, 416, 500, 501)]
    + [(status, "keep-alive") for status in (403, 404, 502, 503, 504)],
)
@pytest.mark.proves("RV-013")
def test_an_error_page_says_whether_the_connection_closes(status: int, text: str) -> None:
    page = a_response(headers=[("connection", "upgrade")])

    assert with_connection(page, status).headers.get_all("Connection") == (text,)


def test_other_statuses_do_not_mention_the_connection() -> None:
    page = a_response()

    assert with_connection(page, 200) is page


@pytest.mark.proves("RV-011")
def test_cloudfront_adds_a_missing_date() -> None:
    now = 1_800_000_000.0

    added = to_viewer(a_response(), x_cache="x", request_id="id==", now=now)
    kept = to_viewer(
        a_response(headers=[("DATE", "then")]), x_cache="x", request_id="id==", now=now
    )

    assert added.headers.get_all("Date") == ("Fri, 15 Jan 2027 08:00:00 GMT",)
    assert kept.headers.get_all("Date") == ("then",)


@pytest.mark.parametrize(
    ("error", "cloudfronts_text"),
    [
        (EdgeValidationError("x", rule="LH-001"), "tried to add a blacklisted header."),
        (EdgeValidationError("x", rule="LH-008"), "or change a read-only header."),
        (EdgeValidationError("x", rule="LR-002"), "result failed validation."),
        (EdgeExecutionError("x"), "doesn't have the required permissions."),
        (EdgeLimitError("x", rule="LX-003"), "doesn't have the required permissions."),
        (EdgeThrottledError("x"), "distribution was throttled."),
    ],
)
@pytest.mark.proves("LX-006", "LX-007")
def test_a_failed_functions_page_has_cloudfronts_text_too(
    error: EdgeFunctionError, cloudfronts_text: str
) -> None:
    text = failed_function_text(error)

    assert text.startswith("The Lambda function ")
    assert text.endswith(cloudfronts_text)
    assert escape(text) in page(aws_text=text)
