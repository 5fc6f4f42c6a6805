"""The functions behind function URLs and APIs, invoked by ARN.

They are loaded when a configuration is applied; a local directory may replace the code (--lambda),
and then an edit is live at the next request.

Source: Lambda API Reference, GetFunction; Lambda Developer Guide, "Lambda runtimes", "Lambda quotas".
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from localfront.aws.daemon_threads import in_daemon_thread
from localfront.errors import ConfigError, EdgeExecutionError
from localfront.lambda_edge.function import FunctionArn, OrdinaryFunction
from localfront.lambda_edge.function_code import load_function, own_directory, with_local_code
from localfront.lambda_edge.function_rules import configuration_of
from localfront.lambda_edge.workers.pool import WorkerPool
from localfront.sources.source import LambdaFunctions

LOG = logging.getLogger("localfront")
RUNTIME = re.compile(r"python3\.\d+|nodejs\d+\.x")
LATEST = "$LATEST"
ARN = re.compile(
    r"arn:aws[a-z-]*:lambda:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):function:"
    r"(?P<name>[A-Za-z0-9_-]{1,64})(?::(?P<qualifier>[A-Za-z0-9$_-]+))?"
)


class OriginFunctions:
    """The functions. `folder` is where code is unpacked; `directories` are local code by name."""

    def __init__(
        self,
        source: LambdaFunctions,
        pool: WorkerPool,
        *,
        folder: Path,
        directories: Mapping[str, Path],
    ) -> None:
        self._source = source
        self._pool = pool
        self._folder = folder
        self._directories = directories
        self._loaded: dict[str, OrdinaryFunction] = {}
        self._described: dict[str, Path] = {}  # folders that the source itself names
        self._reported: set[str] = set()

    async def load(self, arns: Iterable[str]) -> None:
        """Load functions. Raises ConfigError naming each that cannot run here, with remedies."""
        reasons: list[str] = []
        for arn in sorted(arns):
            try:
                self._loaded[arn] = function = await in_daemon_thread(self._read, arn)
                await self._pool.prepare(function.runtime)
            except ConfigError as error:
                reasons += error.reasons
        if reasons:
            raise ConfigError(*reasons)

    def arns_in_use(self, arns: Iterable[str]) -> frozenset[str]:
        """The ARNs as in the pool of workers."""
        return frozenset(str(self._loaded[arn].arn) for arn in arns)

    def timeout(self, arn: str) -> float:
        return self._loaded[arn].timeout

    def account_of(self, arn: str) -> str:
        return self._loaded[arn].arn.account_id

    async def invoke(
        self, arn: str, event: Mapping[str, Any], *, request_id: str, time_limit: float
    ) -> object:
        """Invoke a function and return its result. Raises EdgeFunctionError if it failed."""
        function = self._loaded[arn]
        directory = self._directories.get(function.name) or self._described.get(function.name)
        if directory is not None:
            try:
                function = with_local_code(function, directory)
            except (ConfigError, OSError) as error:  # removed, or temporarily not readable
                raise EdgeExecutionError(
                    f"Function {function.name} did not start: {error}"
                ) from error
        return await self._pool.invoke(
            function, event, request_id=request_id, time_limit=time_limit
        )

    def _read(self, arn: str) -> OrdinaryFunction:
        match = ARN.fullmatch(arn)
        if match is None:
            raise ConfigError(f"{arn!r} is not the ARN of a Lambda function.")
        name, qualifier = match["name"], match["qualifier"] or LATEST
        description = self._source.get_function(FunctionName=name, Qualifier=qualifier)
        self._described.pop(name, None)
        own = own_directory(description)
        if own is not None:
            self._described[name] = own
        directory = self._directories.get(name) or own
        function = _function(
            description,
            arn=FunctionArn(
                region=match["region"],
                account_id=match["account"],
                name=name,
                version=qualifier,
            ),
            code=directory or self._folder,
        )
        self._notice(function, description)
        if directory is not None:
            return function
        return load_function(description, function=function, cache=self._folder)

    def _notice(self, function: OrdinaryFunction, description: Mapping[str, Any]) -> None:
        """Report, once, the settings that the function has on AWS but not here."""
        layers = configuration_of(description).get("Layers")
        if layers and function.name not in self._reported:
            self._reported.add(function.name)
            LOG.warning(
                "Function %s: on AWS, its layers are unpacked beside its code. They are ignored "
                "here: add --lambda %s=DIR with everything that it imports",
                function.name,
                function.name,
            )


def _function(description: Mapping[str, Any], *, arn: FunctionArn, code: Path) -> OrdinaryFunction:
    """Parse a function. Raises ConfigError if no worker can run it."""
    configuration = configuration_of(description, f"Function {arn.name}")
    runtime, handler = configuration["Runtime"], configuration["Handler"]
    if configuration["PackageType"] == "Image" or not RUNTIME.fullmatch(runtime):
        kind = "a container image" if configuration["PackageType"] == "Image" else repr(runtime)
        raise ConfigError(
            f"Function {arn.name}: its runtime is {kind}, and workers run only Python and "
            "Node.js. Start it yourself, and add --origin-override ORIGIN=http://localhost:PORT."
        )
    if not handler:
        raise ConfigError(f"Function {arn.name}: Handler is missing. Write FILE.FUNCTION.")
    variables = (configuration["Environment"] or {}).get("Variables") or {}
    return OrdinaryFunction(
        arn=arn,
        handler=handler,
        runtime=runtime,
        memory_mb=configuration["MemorySize"],
        timeout=float(configuration["Timeout"]),
        code=code,
        revision=configuration["CodeSha256"],
        variables=tuple(sorted((str(n), str(v)) for n, v in variables.items())),
    )
