"""The functions that behaviors name, ready to be invoked by their ARN.

They are fetched when a configuration is applied, never for a request. A local directory may stand
in for a function's code; then an edit is live at the next request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from localfront.edge.function import (
    HOME_REGION,
    EdgeFunction,
    parse_function,
    parse_function_arn,
)
from localfront.edge.function_code import load_function, with_local_code
from localfront.edge.workers import WorkerPool
from localfront.errors import ConfigError, EdgeExecutionError


class EdgeFunctions:
    """Loads functions from the Lambda API and runs them in a pool of workers.

    `folder` is where code is unpacked; `directories` are the stand-ins by function name.
    """

    def __init__(
        self,
        session: boto3.Session,
        pool: WorkerPool,
        *,
        folder: Path,
        directories: Mapping[str, Path],
    ) -> None:
        self._lambda = session.client("lambda", region_name=HOME_REGION)
        self._pool = pool
        self._folder = folder
        self._directories = directories
        self._loaded: dict[str, EdgeFunction] = {}

    async def load(self, arns: Iterable[str]) -> None:
        """Fetch these functions. Raises ConfigError naming the one that can't be had.

        Also those that were fetched before: where a stack was destroyed and made again, the same
        ARN names other code. Archives that are unpacked already are not fetched again.
        """
        fetched = {arn: await asyncio.to_thread(self._fetch, arn) for arn in arns}
        self._loaded |= fetched

    async def retire(self, arns: Iterable[str]) -> None:
        """End the workers of all functions but these. What was fetched stays at hand."""
        await self._pool.keep_only(frozenset(arns))

    async def invoke(self, arn: str, event: Mapping[str, Any]) -> object:
        """What the function returned. Raises EdgeFunctionError when it gave no answer."""
        function = self._loaded[arn]
        directory = self._directories.get(function.name)
        if directory is not None:
            try:
                function = with_local_code(function, directory)
            except (ConfigError, OSError) as error:  # gone, or not readable just now
                raise EdgeExecutionError(
                    f"Function {function.name}:{function.version} did not start: {error}"
                ) from error
        return await self._pool.invoke(function, event)

    def _fetch(self, arn: str) -> EdgeFunction:
        parsed = parse_function_arn(arn)
        try:
            description = self._lambda.get_function(
                FunctionName=parsed.name, Qualifier=parsed.version
            )
        except ClientError as error:
            raise ConfigError(
                f"LambdaFunctionARN {arn!r} can't be had from the Lambda API: {error} "
                "Publish the version, or correct the association."
            ) from error
        directory = self._directories.get(parsed.name)
        if directory is not None:
            return parse_function(description, arn=parsed, code=directory)
        return load_function(description, arn=parsed, cache=self._folder)
