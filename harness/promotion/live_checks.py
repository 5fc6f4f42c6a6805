"""Check a deployed site from outside with a few HTTPS requests.

The certificate is verified. The checks are read-only and need no user.
"""

import json
import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

from harness.promotion.account import is_loopback

PATIENCE, PAUSE = 60, 3  # seconds: DNS and CloudFront's cache lag behind
TIMEOUT = 20
ASSET = re.compile(r"""(?:src|href)=["'](/?assets/[^"']+)["']""")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteResponse:
    status: int
    headers: Message
    body: str


class FailedCheckError(Exception):
    """A check failed; the message has the request and the response."""


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A deployed site. `url` has no trailing slash."""

    url: str
    trust: ssl.SSLContext

    def get(self, path: str) -> SiteResponse:
        """Fetch a page. Raises FailedCheckError without a response or a valid certificate."""
        opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=self.trust), NoRedirects()
        )
        try:
            with opener.open(f"{self.url}{path}", timeout=TIMEOUT) as response:
                return SiteResponse(
                    status=response.status,
                    headers=response.headers,
                    body=response.read().decode("utf-8"),
                )
        except urllib.error.HTTPError as error:
            with error:
                return SiteResponse(
                    status=error.code, headers=error.headers, body=error.read().decode("utf-8")
                )
        except OSError as error:
            raise FailedCheckError(f"{self.url}{path}: {error}") from None


def login_page_of(site: Site, assets: frozenset[str]) -> None:
    """Check that the login page is this release's, and that its assets exist."""
    page = site.get("/login/")
    require(page.status == 200, f"/login/ returned {page.status}")
    named = {path.lstrip("/") for path in ASSET.findall(page.body)}
    require(bool(named), "/login/ refers to no assets")
    require(
        named <= assets, f"/login/ belongs to another release: {', '.join(sorted(named - assets))}"
    )
    for path in sorted(named):
        response = site.get(f"/{path}")
        require(response.status == 200, f"/{path} returned {response.status}")


def home_is_guarded(site: Site, _assets: frozenset[str]) -> None:
    """Check that visitors without a session are redirected to the login page."""
    response = site.get("/")
    to = response.headers.get("Location", "")
    require(response.status in (302, 303, 307), f"/ returned {response.status} without a session")
    require("/login" in to, f"/ redirects to {to!r}")


def api_responds(site: Site, _assets: frozenset[str]) -> None:
    response = site.get("/api/session")
    require(response.status == 401, f"/api/session returned {response.status} without a session")
    try:
        code = json.loads(response.body)["error"]["code"]
    except (ValueError, KeyError, TypeError):
        raise FailedCheckError("/api/session does not have the API's error format") from None
    require(isinstance(code, str), "/api/session does not have the API's error format")


def pages_are_protected(site: Site, _assets: frozenset[str]) -> None:
    headers = site.get("/login/").headers
    for name in expected_headers(site.url):
        require(name in headers, f"/login/ lacks the header {name}")


def expected_headers(url: str) -> tuple[str, ...]:
    """The headers to expect. localfront omits HSTS, which would apply to all of localhost."""
    always = ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options")
    here = is_loopback(urlsplit(url).hostname or "")
    return always if here else (*always, "Strict-Transport-Security")


Check = Callable[[Site, frozenset[str]], None]
CHECKS: dict[str, Check] = {
    "the login page and its assets": login_page_of,
    "the home page requires a session": home_is_guarded,
    "the API responds": api_responds,
    "pages have their security headers": pages_are_protected,
}


def require(fact: bool, otherwise: str) -> None:
    if not fact:
        raise FailedCheckError(otherwise)


def look(
    site: Site,
    assets: frozenset[str],
    *,
    patience: float = PATIENCE,
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[tuple[str, str]]:
    """Run the checks; yields each with its error, "" for success.

    Failed checks are repeated until `patience` seconds have passed, for all together.
    """
    deadline = time.monotonic() + patience
    for name, check in CHECKS.items():
        while True:
            try:
                check(site, assets)
            except FailedCheckError as error:
                if time.monotonic() >= deadline:
                    yield name, str(error)
                    break
                wait(PAUSE)
            else:
                yield name, ""
                break
