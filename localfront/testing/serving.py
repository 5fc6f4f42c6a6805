"""A served distribution for tests: localfront's whole pipeline on a free port."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import boto3

from localfront.cloudfront_functions.published_functions import CloudFrontFunctions
from localfront.cloudfront_functions.worker_process import EngineProcess
from localfront.command.service import Service
from localfront.config.distribution import Origin
from localfront.errors import ConfigError
from localfront.exchange.clock import MovableClock
from localfront.exchange.request_trace import Trace, log_line
from localfront.lambda_edge.function import EdgeFunction, parse_function_arn
from localfront.lambda_edge.functions import EdgeFunctions
from localfront.lambda_edge.workers.debugging import Debugged
from localfront.lambda_edge.workers.pool import WorkerPool
from localfront.origins.addresses import Endpoints
from localfront.origins.client import OriginClient
from localfront.origins.overrides import Override, parse_override
from localfront.server.certificates import Certificates
from localfront.server.http_server import HttpServer
from localfront.sources.configuration import Configuration
from localfront.sources.description import named
from localfront.sources.files import ConfigFiles
from localfront.sources.source import LambdaFunctions
from localfront.sources.terraform_folder.settings import TerraformSettings
from localfront.testing.background_loop import BackgroundLoop
from localfront.testing.clock import TestClock
from localfront.testing.fixture_types import Config
from localfront.testing.running_functions import RunningFunction
from localfront.testing.trusting_client import TrustingClient
from localfront.trust.files import CERTIFICATE, load_all

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class LocalDistributions:
    """The implementation of `ServeDistribution`; a context manager."""

    def __init__(
        self, loop: BackgroundLoop, folder: Path, debugged: Debugged | None = None
    ) -> None:
        self._debugged = debugged or {}
        self.ca_file = folder / CERTIFICATE
        self._authorities = load_all(folder)
        client = TrustingClient(self.ca_file)
        self.open, self.ssl_context = client.open, client.ssl_context
        self._folder = folder
        self._loop = loop
        self._stack = AsyncExitStack()
        self._written = 0
        self._clock = MovableClock()
        self.clock = TestClock(self._clock, loop)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.run(self._stack.aclose())

    def __call__(
        self,
        *config: Config,
        origins: Mapping[str, str | Path],
        functions: Iterable[RunningFunction] = (),
        stores: Mapping[str, Mapping[str, str]] | None = None,
        scheme: Literal["http", "https"] = "http",
    ) -> str:
        """See `ServeDistribution`."""
        running = {function.name: function for function in functions}
        controls = [_access_control(i) for i in sorted(_access_controls(config))]
        source = ConfigFiles(
            [self._file(each) for each in (*controls, *config)],
            Endpoints(aws=True),  # origins are not resolved while reading
            stand_ins=running,
            terraform=TerraformSettings(environment=dict(os.environ)),
            store_files={name: self._file(values) for name, values in (stores or {}).items()},
        )
        configuration = source.read()
        _check_origins(configuration, origins)
        _check_functions(configuration, running)
        server = self._loop.run(self._serve(configuration, source, _overrides(origins), running))
        port = server.http_port if scheme == "http" else server.https_port
        return f"{scheme}://localhost:{port}"

    async def _serve(
        self,
        configuration: Configuration,
        source: ConfigFiles,
        overrides: Mapping[str, Override],
        running: Mapping[str, RunningFunction],
    ) -> HttpServer:
        async with AsyncExitStack() as stack:
            pool = WorkerPool(
                access=_access(running),
                on_log=lambda name, line: running[name].log(line),
                wall_clock=self._clock,
                debugged={**self._debugged, **_debugged(running)},
            )
            session = boto3.Session(
                region_name="us-east-1",
                aws_access_key_id="test",
                aws_secret_access_key="test",  # noqa: S106 -- not a secret: nothing is called
            )
            service = Service(
                client=await stack.enter_async_context(OriginClient()),
                lambdas=EdgeFunctions(
                    _Described(running, source.lambda_functions),
                    await stack.enter_async_context(pool),
                    folder=self._folder,
                    directories={n: f.function.code for n, f in running.items()},
                ),
                functions=CloudFrontFunctions(
                    session,
                    await stack.enter_async_context(EngineProcess()),
                    api=source.cloudfront_functions,
                    stores=source.key_value_stores,
                    files={},
                    on_log=lambda _group, _line: None,
                    clock=self._clock,
                ),
                endpoints=Endpoints(overrides=overrides),
                clock=self._clock,
                log=_show,
            )
            stack.push_async_callback(service.close)
            await service.apply(configuration)
            server = await stack.enter_async_context(self._server(service))
            service.listens_on(http_port=server.http_port, https_port=server.https_port)
            self._stack.push_async_exit(stack.pop_all())
        return server

    def _server(self, service: Service) -> HttpServer:
        return HttpServer(
            service.handle,
            Certificates(
                self._authorities,
                has_name=service.has_name,
                offers_http2=service.offers_http2,
            ),
            http_port=0,
            https_port=0,
            refuse=service.refuse,
            at_once=service.respond_at_once,
            offers_http2=service.offers_http2,
            grace=0.0,  # no grace period at the end of a test
        )

    def _file(self, config: Config) -> Path:
        if not isinstance(config, Mapping):
            return Path(config)
        self._written += 1
        file = self._folder / f"config-{self._written}.json"
        file.write_text(json.dumps(config, default=str), "utf-8")
        return file


def _show(trace: Trace) -> None:
    """Print to standard error, which pytest shows for failed tests."""
    sys.stderr.write(f"{log_line(trace)}\n")


class _Described:
    """Functions from directories, described like GetFunction; others from `otherwise`."""

    def __init__(self, running: Mapping[str, RunningFunction], otherwise: LambdaFunctions) -> None:
        self._running = running
        self._otherwise = otherwise

    def get_function(
        self,
        *,
        FunctionName: str,  # noqa: N803 -- the API's name
        Qualifier: str,  # noqa: N803 - boto3's name for it
    ) -> Mapping[str, Any]:
        if FunctionName in self._running:
            return {"Configuration": _described(self._running[FunctionName].function)}
        return self._otherwise.get_function(FunctionName=FunctionName, Qualifier=Qualifier)


def _described(function: EdgeFunction) -> Mapping[str, Any]:
    return {
        "Handler": function.handler,
        "Runtime": function.runtime,
        "MemorySize": function.memory_mb,
        "Timeout": function.timeout,
        "CodeSha256": "",
    }


def _access_controls(config: Iterable[Config]) -> frozenset[str]:
    """The ids of access controls that no file describes."""
    return frozenset().union(*(named(each, "OriginAccessControlId") for each in config))


def _access_control(control_id: str) -> Config:
    """An access control that always signs, as nearly all do, unless described."""
    config = {"SigningBehavior": "always"}
    described = {"Id": control_id, "OriginAccessControlConfig": config}
    return {"OriginAccessControl": described}


def _debugged(running: Mapping[str, RunningFunction]) -> Debugged:
    return {name: how for f in running.values() for name, how in f.debugged.items()}


def _overrides(origins: Mapping[str, str | Path]) -> Mapping[str, Override]:
    return {name: parse_override(f"origin={where}")[1] for name, where in origins.items()}


def _access(running: Mapping[str, RunningFunction]) -> Mapping[str, str]:
    """The endpoints of all functions of a distribution, which share a pool."""
    kinds = [dict(function.access) for function in running.values()]
    if any(access != kinds[0] for access in kinds):
        raise ConfigError(
            "The functions of one distribution have different endpoints or credentials: pass "
            "the same `access` to each `edge_function`."
        )
    return kinds[0] if kinds else {}


def _check_origins(configuration: Configuration, origins: Mapping[str, str | Path]) -> None:
    """Check that a test connects to no remote origin by accident."""
    there = {o.id: o for d in configuration.distributions for o in d.origins}
    for name in origins.keys() - there.keys():
        raise ConfigError(f"There is no origin {name!r}. The distribution has: {', '.join(there)}.")
    homeless = [
        f"{origin.id!r} ({origin.domain_name})"
        for origin in there.values()
        if origin.id not in origins and not _is_here(origin)
    ]
    if homeless:
        raise ConfigError(
            f"Pass the addresses of these origins, as origins={{ID: URL or folder}}: "
            f"{', '.join(homeless)}."
        )


def _is_here(origin: Origin) -> bool:
    return origin.domain_name in LOOPBACK


def _check_functions(configuration: Configuration, running: Mapping[str, RunningFunction]) -> None:
    described = configuration.lambda_functions
    named = {parse_function_arn(arn).name: arn for arn in configuration.lambda_arns}
    for name in running.keys() - named.keys():
        raise ConfigError(
            f"No behavior has the function {name!r}. They have: {', '.join(named) or 'none'}. "
            "`edge_function` takes a `name`."
        )
    for name, arn in named.items():
        if name not in running and arn not in described:
            raise ConfigError(
                f"Pass the function {name!r}: functions=[edge_function(DIRECTORY, name={name!r})]."
            )
