"""Error pages as viewers get them: of a failing function, and of an unknown host."""

from __future__ import annotations

import http.client
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.localfront.command.log_lines import PATIENCE
from tests.localfront.command.test_serve_broken import with_function
from tests.localfront.command.test_serve_files import serving, site

__all__ = ["site"]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CODE = """\
import sys


def handler(event, context):
    request = event["Records"][0]["cf"]["request"]
    print("asked for", request["uri"], "</pre><script>alert(1)</script>")
    if request["uri"] == "/bad":
        return {"status": "no number", "headers": {"set-cookie": [{"value": "id=secret"}]}}
    return request["headers"]["x-nothing"]  # <fails> & more
"""


@pytest.fixture
def guarded(site: Path) -> list[str]:
    """Options that add a failing function to the site."""
    options = with_function(site, {}, ca=False)
    (site / "code" / "edge.py").write_text(CODE)
    return options


@pytest.fixture
def port(site: Path, guarded: list[str]) -> Iterator[int]:
    with serving(site, *guarded) as (port, _):
        yield port


def get(port: int, target: str, **headers: str) -> tuple[int, str | None, str]:
    """Status, Content-Type and body."""
    connection = http.client.HTTPConnection("localhost", port, timeout=PATIENCE)
    try:
        connection.request("GET", target, headers=headers)
        response = connection.getresponse()
        return response.status, response.headers["Content-Type"], response.read().decode()
    finally:
        connection.close()


def test_a_page_shows_where_a_function_failed_and_what_it_printed(port: int) -> None:
    status, media_type, page = get(port, "/<script>x", Accept=BROWSER, Cookie="id=hidden")

    assert (status, media_type) == (503, "text/html; charset=utf-8")
    assert "<h1>503 Service Unavailable</h1>" in page
    assert "raised KeyError" in page
    assert "<h2>edge.py, line 9</h2>" in page
    assert "<mark>    9      return request[&quot;headers&quot;]" in page
    assert "DeveloperGuide/http-503" in page
    assert "asked for /&lt;script&gt;x" in page
    assert "Cookie: id=…" in page
    assert "hidden" not in page
    assert "<script" not in page
    assert re.search(r"http://localhost:\d+/#request=[\w=-]+\"", page.rpartition("<footer>")[2])


def test_a_refused_result_is_shown_with_its_secrets_masked(port: int) -> None:
    details = json.loads(get(port, "/bad", Accept="application/json")[2])

    assert details["status"] == 502
    assert details["rule"]["documentation"].startswith("https://docs.aws.amazon.com/")
    assert details["returned"]["status"] == "no number"
    assert "secret" not in json.dumps(details)
    assert details["sent"][0] == "GET /bad HTTP/1.1"
    assert details["function"] == "viewer-request edge:3"


def test_a_script_of_another_site_gets_no_details_of_the_function(port: int) -> None:
    for target in ("/", "/bad"):
        details = json.loads(
            get(port, target, Accept="application/json", Origin="https://evil.example")[2]
        )

        assert details["rule"]["documentation"]
        assert "withheld from scripts of other sites" in details["message"]
        assert not {"source", "detail", "log", "returned", "inspector"} & details.keys()

    led_here = {"Origin": "https://log-in.example", "Sec-Fetch-Mode": "navigate"}
    assert "<h2>edge.py, line 9</h2>" in get(port, "/", Accept=BROWSER, **led_here)[2]


def test_curl_gets_a_plain_text_error(port: int) -> None:
    status, media_type, text = get(port, "/", Accept="*/*")

    assert (status, media_type) == (503, "text/plain; charset=utf-8")
    assert text.startswith("503 Service Unavailable\n\nFunction edge:3 raised KeyError")
    assert ">     9      return request" in text
    assert "</pre><script>" in text  # which no browser reads as HTML
    assert max(map(len, text.splitlines())) < 200


def test_with_plain_errors_the_body_is_cloudfronts(site: Path, guarded: list[str]) -> None:
    with serving(site, *guarded, "--plain-errors") as (port, _):
        status, media_type, page = get(port, "/", Accept=BROWSER)

    assert (status, media_type) == (503, "text/html")
    assert "<H1>503 ERROR</H1>" in page
    assert "is invalid or doesn't have the required permissions." in page
    assert "KeyError" not in page
    assert sys.executable not in page
