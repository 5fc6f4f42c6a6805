"""The types of the pytest fixtures."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, Literal, Protocol, Unpack
from urllib.request import Request

from localfront.invoke.local_function import FunctionOptions
from localfront.testing.clock import TestClock
from localfront.testing.running_functions import RunningFunction

Config = Mapping[str, Any] | str | Path


class StartFunction(Protocol):
    """The type of the fixture `edge_function`."""

    def __call__(
        self,
        directory: str | Path,
        *,
        access: Mapping[str, str] | None = None,
        **options: Unpack[FunctionOptions],
    ) -> RunningFunction:
        """Start the function with its code in `directory`.

        The options are `handler` ("guard.handler"), by default the only one in the directory;
        `runtime`, by default by file type; `name`; `timeout` in seconds (5), and `memory_mb`
        (128). `access` are its AWS_ENDPOINT_URL variables and credentials, by default those of the
        environment if an endpoint is set. Raises ConfigError.
        """


class ServeDistribution(Protocol):
    """The type of the fixture `served_distribution`.

    `ca_file` is the certificate authority for HTTPS clients. Each request's trace goes to standard
    error, which pytest shows for failed tests. Serving ends with the test. `clock` is shared by the
    test's distributions and their functions; each test has its own.
    """

    @property
    def ca_file(self) -> Path: ...

    @property
    def ssl_context(self) -> ssl.SSLContext:
        """An SSL context for your own HTTP client that trusts these distributions."""

    def open(self, url: str | Request, *, follow_redirects: bool = True) -> HTTPResponse:
        """Request a URL, or a `urllib.request.Request`, over HTTP or HTTPS; follows redirects.

        Returns the response with any status.
        """

    @property
    def clock(self) -> TestClock: ...

    def __call__(
        self,
        *config: Config,
        origins: Mapping[str, str | Path],
        functions: Iterable[RunningFunction] = (),
        stores: Mapping[str, Mapping[str, str]] | None = None,
        scheme: Literal["http", "https"] = "http",
    ) -> str:
        """Serve a distribution on a free local port; return its base URL, without `/`.

        `config` is a DistributionConfig in the API's shape, or a file of `localfront serve
        --config` (of `aws cloudfront get-distribution`, or `terraform show -json`); more of them
        may describe policies. An origin access control that no file describes always signs.
        `origins` maps an origin's id to its URL, or to a folder in place of a bucket. `functions`
        are those of the fixture `edge_function`, found by their names. `stores` maps a key value
        store's name, id or ARN to its keys and values. Raises ConfigError for what can't be served,
        and for an origin without an address on this machine.
        """
