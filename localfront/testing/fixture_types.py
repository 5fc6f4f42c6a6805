"""The types of the pytest fixtures."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, Literal, Protocol, Unpack
from urllib.request import Request

from localfront.invoke.local_function import FunctionOptions
from localfront.testing.moving import TestClock
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
        """The function whose code lies in `directory`.

        The options are `handler` ("guard.handler"), by default the only one that is there;
        `runtime`, by default that of its file; `name`; `timeout` in seconds (5), and `memory_mb`
        (128). `access` are the AWS_ENDPOINT_URL variables and credentials that it has, by default
        those of the environment where an endpoint is set. Raises ConfigError.
        """


class ServeDistribution(Protocol):
    """The type of the fixture `served_distribution`.

    `ca_file` is what a client trusts to reach it by HTTPS. The way of each request goes to
    standard error, which pytest shows for a test that fails. All that was served ends with the test.
    `clock` is that of all distributions of the test and of their functions; the next test has its own.
    """

    @property
    def ca_file(self) -> Path: ...

    @property
    def ssl_context(self) -> ssl.SSLContext:
        """For an HTTP client of your own: it trusts what is served here."""

    def open(self, url: str | Request, *, follow_redirects: bool = True) -> HTTPResponse:
        """Ask for a URL, or a `urllib.request.Request`, also by HTTPS and over redirects to it.

        Returns the response whatever its status is.
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
        """Serve a distribution on a free port of this machine; return its base URL, without `/`.

        `config` is a DistributionConfig in the API's shape, or a file of `localfront serve --config`
        (of `aws cloudfront get-distribution`, or `terraform show -json`); more of them may describe
        policies. An origin access control that none describes signs always. `origins` are by the
        id of an origin: the URL where it is, or a folder in place of a bucket. `functions` are of
        the fixture `edge_function`, and found by their names. `stores` are the keys of key value stores
        and their values, by a store's name, id or ARN. Raises ConfigError for what can't be
        served, and for an origin that is nowhere on this machine.
        """
