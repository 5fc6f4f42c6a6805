"""Which bodies localfront explains, and in which format."""

from __future__ import annotations

from dataclasses import replace

import pytest

from localfront.error_pages.facts import rule_of
from localfront.error_pages.forms import wanted_form
from localfront.error_pages.html_page import DIGEST, STYLE
from localfront.error_pages.other_sites import is_for_another_site
from localfront.error_pages.pages import ErrorPages
from localfront.exchange.refusal import Refusal
from localfront.exchange.request_trace import Trace
from localfront.http_messages.messages import Response
from localfront.responses.own_responses import refused_outright
from tests.localfront.factories import a_request, a_response

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
HOSTILE = "</p></main><img src=x onerror=alert(1)>\"'`\x1b[2J\x00"


def a_refusal(message: str = "No.", rule: str = "VP-005", status: int = 403) -> Response:
    return refused_outright(Refusal(status=status, rule=rule, message=message), now=0)


def page_for(response: Response, accept: str = BROWSER, *, plain: bool = False) -> Response:
    trace = Trace(request_id="id", method="GET", host="", target="/")
    request = a_request(f"/{HOSTILE}", headers=[("Accept", accept), (HOSTILE, HOSTILE)])
    return ErrorPages(plain=plain).shown(response, request, trace)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (BROWSER, "html"),
        (None, "html"),
        ("*/*", "text"),
        ("", "text"),
        ("image/avif,*/*;q=0.8", "text"),
        ("application/json, text/plain, */*", "json"),
        ("application/json;q=0.5, text/html;q=0.4", "json"),
        ("application/json;q=0.5, TEXT/HTML", "html"),
        ("application/json;q=0", "text"),
        ("application/json;q=nonsense", "text"),
        ("application/json;q=nan", "text"),
    ],
)
def test_the_format_follows_the_accept_header(accept: str | None, form: str) -> None:
    assert wanted_form(accept) == form


@pytest.mark.parametrize("accept", [BROWSER, "*/*", "application/json"])
def test_a_pages_size_does_not_depend_on_the_request_headers(accept: str) -> None:
    trace = Trace(request_id="id", method="GET", host="", target="/")
    lines = [("Accept", accept), *((f"X-{number}", "a" * 400) for number in range(80))]

    page = ErrorPages().shown(a_refusal(), a_request("/", headers=lines), trace)

    assert len(page.held) < 12_000


@pytest.mark.parametrize("accept", [BROWSER, "*/*", "application/json"])
def test_quoted_values_are_escaped(accept: str) -> None:
    page = page_for(a_refusal(HOSTILE, rule=HOSTILE), accept).held.decode()

    assert "\x1b" not in page
    assert "\x00" not in page
    if accept == BROWSER:
        assert "<img" not in page
        assert page.count("</main>") == 1
        assert f"style-src 'sha256-{DIGEST}'" in page
        assert f"<style>{STYLE}</style>" in page


def test_status_and_other_headers_are_cloudfronts() -> None:
    refusal = a_refusal()
    text = page_for(refusal, "*/*")

    assert text.status == refusal.status
    assert text.headers.without("Content-Type") == refusal.headers.without("Content-Type")
    assert page_for(refusal).headers == refusal.headers


def test_only_localfronts_own_error_bodies_are_replaced() -> None:
    origins = a_response(403, b"an origin's")
    replaced = replace(a_refusal(), body=b"a function's")

    assert page_for(origins) is origins
    assert page_for(replaced).body == b"a function's"


def test_a_changed_content_type_is_kept() -> None:
    refusal = a_refusal()
    typed = refusal.with_headers(refusal.headers.replacing("Content-Type", "text/x-own"))

    assert page_for(typed, "*/*").headers == typed.headers
    assert page_for(typed, "*/*").held.startswith(b"<!doctype html>")


@pytest.mark.parametrize(
    ("rule", "message", "words"),
    [
        ("PL-001", "a rule", "Request blocked."),
        ("OG-004", "refused", "wasn't able to connect to the origin."),
        ("SG-001", "Unknown Key. 'K' is none.", "<Code>InvalidKey</Code>"),
        ("SG-001", "Access denied. It has expired.", "<Message>Access denied</Message>"),
        ("", HOSTILE, "Bad request."),
    ],
)
def test_plain_errors_have_cloudfronts_body(rule: str, message: str, words: str) -> None:
    status = 502 if rule == "OG-004" else 403
    page = page_for(a_refusal(message, rule, status), plain=True)

    assert words in page.held.decode()
    assert b"onerror" not in page.held
    assert page.headers.get("content-type") == ("text/xml" if rule == "SG-001" else "text/html")


def test_a_rule_links_to_its_aws_page() -> None:
    rule = rule_of("LX-001")

    assert rule is not None
    assert rule.documentation.endswith("http-502-bad-gateway.html")


@pytest.mark.parametrize(
    ("headers", "is_anothers"),
    [
        ({"Origin": "https://evil.example"}, True),
        ({"Origin": "https://evil.example", "Sec-Fetch-Mode": "cors"}, True),
        ({"Origin": "https://localhost.evil.example:443"}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "http://["}, True),
        ({"Origin": ""}, True),
        ({"Origin": "https://evil.example", "Sec-Fetch-Mode": "navigate"}, False),
        ({"Origin": "http://localhost:5173"}, False),
        ({"Origin": "https://e1.cloudfront.localhost:8443"}, False),
        ({"Origin": "https://shop.example"}, False),
        ({}, False),
    ],
)
def test_a_script_of_another_site_is_recognized_by_its_origin_header(
    headers: dict[str, str], is_anothers: bool
) -> None:
    request = a_request("/", headers=[("Host", "shop.example:8443"), *headers.items()])

    assert is_for_another_site(request) is is_anothers
