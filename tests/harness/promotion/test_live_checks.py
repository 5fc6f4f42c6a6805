"""Checks from outside distinguish a working site from a broken one."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from harness.promotion import live_checks
from harness.promotion.live_checks import Site

ASSETS = frozenset({"assets/login.0123456789ab.js"})
SAFE = {
    "Content-Security-Policy": "default-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
PAGE = '<script type="module" src="/assets/login.0123456789ab.js"></script>'
WORKS = {
    "/login/": (200, SAFE, PAGE),
    "/assets/login.0123456789ab.js": (200, {}, ""),
    "/": (302, {"Location": "/login/"}, ""),
    "/api/session": (401, {}, '{"error": {"code": "not_signed_in", "message": ""}}'),
}


class Played(BaseHTTPRequestHandler):
    pages: ClassVar[dict[str, tuple[int, dict[str, str], str]]] = {}

    def do_GET(self) -> None:
        status, headers, body = self.pages.get(self.path, (404, {}, ""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Played) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        trust = ssl.create_default_context()
        yield Site(url=f"http://127.0.0.1:{server.server_port}", trust=trust)
        server.shutdown()


def faults(site: Site, **changed: tuple[int, dict[str, str], str]) -> dict[str, str]:
    Played.pages = WORKS | {path: changed[path] for path in changed}
    return {name: fault for name, fault in live_checks.look(site, ASSETS, patience=0) if fault}


def test_a_site_that_works_has_no_faults(site: Site) -> None:
    assert faults(site) == {}


@pytest.mark.parametrize(
    ("path", "response", "fault"),
    [
        ("/login/", (503, {}, ""), "returned 503"),
        ("/login/", (200, SAFE, "<p>parked</p>"), "refers to no asset"),
        ("/login/", (200, SAFE, PAGE.replace("0123", "ffff")), "belongs to another release"),
        ("/login/", (200, {}, PAGE), "lacks the header Content-Security-Policy"),
        ("/assets/login.0123456789ab.js", (403, {}, ""), "returned 403"),
        ("/", (200, {}, "the log of everybody"), "returned 200 without a session"),
        ("/", (302, {"Location": "https://elsewhere.example/"}, ""), "redirects to"),
        ("/api/session", (200, {}, "{}"), "returned 200 without a session"),
        ("/api/session", (401, {}, "<h1>"), "does not have the API's error format"),
    ],
)
def test_each_kind_of_failure_is_reported(
    site: Site, path: str, response: tuple[int, dict[str, str], str], fault: str
) -> None:
    assert any(fault in reasons for reasons in faults(site, **{path: response}).values())


def test_a_check_is_retried_until_its_timeout(site: Site) -> None:
    Played.pages = WORKS | {"/": (503, {}, "")}

    def mended(_seconds: float) -> None:
        Played.pages = WORKS

    looked = live_checks.look(site, ASSETS, patience=30, wait=mended)

    assert [fault for _name, fault in looked if fault] == []


def test_a_refused_connection_is_a_fault() -> None:
    nowhere = Site(url="https://127.0.0.1:9", trust=ssl.create_default_context())

    assert all(fault for _name, fault in live_checks.look(nowhere, ASSETS, patience=0))


def test_hsts_is_expected_except_for_local_names() -> None:
    assert "Strict-Transport-Security" in live_checks.expected_headers("https://logs.example.com")
    assert "Strict-Transport-Security" not in live_checks.expected_headers("https://localhost:1")
