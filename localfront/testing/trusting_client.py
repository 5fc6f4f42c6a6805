"""An HTTP client for tests: it trusts the served certificates, and returns any status."""

from __future__ import annotations

import ssl
import urllib.request
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

REDIRECTS = range(300, 400)
PATIENCE = 60.0  # seconds without data


class TrustingClient:
    """Opens URLs like `urllib.request`, without proxies, and returns responses of any status."""

    def __init__(self, ca_file: Path) -> None:
        self.ssl_context = ssl.create_default_context(cafile=str(ca_file))

    def open(
        self, url: str | urllib.request.Request, *, follow_redirects: bool = True
    ) -> HTTPResponse:
        """The response to a URL, or to a `Request` with a method and headers of its own."""
        statuses = _AnyStatus() if follow_redirects else _NoRedirects()
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=self.ssl_context),
            statuses,
        )
        response = opener.open(url, timeout=PATIENCE)
        assert isinstance(response, HTTPResponse)  # noqa: S101 -- only http and https
        return response


class _AnyStatus(urllib.request.HTTPErrorProcessor):
    """Follows redirects, and returns errors like other responses."""

    def http_response(self, request: urllib.request.Request, response: Any) -> Any:
        if response.status in REDIRECTS and "Location" in response.headers:
            return super().http_response(request, response)
        return response

    https_response = http_response


class _NoRedirects(urllib.request.HTTPErrorProcessor):
    def http_response(self, request: urllib.request.Request, response: Any) -> Any:
        return response

    https_response = http_response
