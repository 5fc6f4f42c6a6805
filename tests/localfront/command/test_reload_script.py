"""The script of `--reload` at the end of a page."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import brotli
import pytest

from localfront.command.reload_script import forbidden_by, is_page, with_script
from localfront.http_messages.bodies import read_whole
from localfront.http_messages.messages import Headers, Request, Response
from tests.localfront.factories import a_request, a_response
from tests.localfront.streams import Pieces

TAG = b'<script type="module" src="/.localfront/reload.js"></script>\n'
PAGE = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("ETag", '"1"'),
    ("Cache-Control", "max-age=9"),
]


def a_visit(**headers: str) -> Request:
    named = {"Accept": "text/html,*/*;q=0.8", **headers}
    return a_request(headers=[(n.replace("_", "-"), v) for n, v in named.items()])


@pytest.mark.parametrize(
    ("coding", "encode"), [("", bytes), ("gzip", gzip.compress), ("br", brotli.compress)]
)
@pytest.mark.parametrize("streamed", [False, True])
async def test_a_page_gets_the_script_in_any_content_coding_and_is_not_cached(
    coding: str, encode: Callable[[bytes], bytes], streamed: bool
) -> None:
    lines = [*PAGE, *([("Content-Encoding", coding)] if coding else [])]
    body = encode(b"<p>page</p>\n" * 1000)
    held = body if not streamed else Pieces([body[:20], body[20:]])

    page = with_script(a_response(body=held, headers=lines))

    assert await read_whole(page.body) == b"<p>page</p>\n" * 1000 + TAG
    assert page.headers.get_all("cache-control") == ("no-store",)
    assert not page.headers.has_any(frozenset({"etag", "content-encoding", "content-length"}))


def test_an_undecodable_page_is_not_changed() -> None:
    broken = a_response(body=b"no gzip", headers=[*PAGE, ("Content-Encoding", "gzip")])

    assert with_script(broken) is broken


@pytest.mark.parametrize(
    ("request_", "response", "expected"),
    [
        (a_visit(), a_response(headers=PAGE), True),
        (a_visit(Sec_Fetch_Dest="document"), a_response(404, headers=PAGE), True),
        (a_visit(Sec_Fetch_Dest="empty"), a_response(headers=PAGE), False),
        (a_visit(Sec_Fetch_Dest="iframe"), a_response(headers=PAGE), False),
        (a_visit(Accept="*/*"), a_response(headers=PAGE), False),
        (a_visit(), a_response(304, headers=PAGE), False),
        (a_visit(), a_response(206, headers=[*PAGE, ("Content-Range", "bytes 0-1/2")]), False),
        (a_visit(), a_response(headers=[("Content-Type", "application/json")]), False),
        (a_visit(), a_response(headers=[*PAGE, ("Content-Encoding", "zstd")]), False),
    ],
)
def test_only_complete_pages_for_a_browser_get_the_script(
    request_: Request, response: Response, expected: bool
) -> None:
    assert is_page(request_, response) is expected


@pytest.mark.parametrize(
    ("policy", "directive"),
    [
        ("default-src 'self'", ""),
        ("default-src 'none'; script-src 'self'; connect-src 'self'", ""),
        ("script-src 'nonce-abc' 'strict-dynamic'", ""),
        ("img-src 'none'", ""),
        ("script-src https://cdn.example.com", "script-src https://cdn.example.com"),
        (
            "default-src 'self'; connect-src https://api.example.com",
            "connect-src https://api.example.com",
        ),
        ("default-src 'none'", "default-src 'none'"),
        ("script-src 'self' 'strict-dynamic'", "script-src 'self' 'strict-dynamic'"),
        ("script-src", "script-src 'none'"),
        ("sandbox allow-forms", "sandbox"),
    ],
)
def test_a_content_security_policy_that_forbids_the_script_is_detected(
    policy: str, directive: str
) -> None:
    assert forbidden_by(Headers.of([("Content-Security-Policy", policy)])) == directive


def test_the_script_uses_the_pages_nonce() -> None:
    policy = ("Content-Security-Policy", "script-src 'nonce-a\"b'")

    page = with_script(a_response(headers=[*PAGE, policy]))

    assert page.held.endswith(b'reload.js" nonce="a&quot;b"></script>\n')
