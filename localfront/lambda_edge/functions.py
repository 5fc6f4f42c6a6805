"""The Lambda@Edge functions that behaviors associate, invoked by ARN.

They are fetched when a configuration is applied, never during a request. A local directory may
replace a function's code; then an edit is live at the next request.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from localfront.aws.daemon_threads import in_daemon_thread
from localfront.aws.errors import client_error
from localfront.errors import ConfigError, EdgeExecutionError, EdgeValidationError
from localfront.lambda_edge.contract.limits import EventType
from localfront.lambda_edge.function import (
    EdgeFunction,
    parse_function,
    parse_function_arn,
)
from localfront.lambda_edge.function_code import load_function, own_directory, with_local_code
from localfront.lambda_edge.function_rules import configuration_of, warnings
from localfront.lambda_edge.validation_log import ValidationLog
from localfront.lambda_edge.workers.drawn_ids import new_request_id
from localfront.lambda_edge.workers.pool import WorkerPool
from localfront.profiles import PROFILE_2026, Profile
from localfront.sources.source import LambdaFunctions

LOG = logging.getLogger("localfront")

MOST_NAMED = 3  # functions named in a warning
VIEWER_EVENTS = (EventType.VIEWER_REQUEST, EventType.VIEWER_RESPONSE)


class EdgeFunctions:
    """Loads functions from the Lambda API, or a source like it, and runs them in a pool of workers.

    `folder` is where code is unpacked; `directories` are local code by function name; a description
    may also name a source folder (`Code.Directory`).
    """

    def __init__(
        self,
        source: LambdaFunctions,
        pool: WorkerPool,
        *,
        folder: Path,
        directories: Mapping[str, Path],
        profile: Profile = PROFILE_2026,
        validation_log: ValidationLog | None = None,
    ) -> None:
        self._lambda = source
        self._pool = pool
        self._folder = folder
        self._directories = directories
        self._profile = profile
        self._validation_log = validation_log
        self._loaded: dict[str, EdgeFunction] = {}
        self._described: dict[str, Path] = {}  # source folders from descriptions
        self._unwarned: dict[str, list[str]] = {}  # functions' titles by warning
        self._warned: dict[str, set[str]] = {}

    async def load(self, arns: Iterable[str], *, at_viewer_events: Collection[str] = ()) -> None:
        """Fetch these functions; `at_viewer_events` are the ARNs of viewer events.

        Raises ConfigError naming a function that cannot be fetched, that AWS would refuse, or whose
        runtime has no interpreter here.

        Functions fetched before are fetched again: after a stack was destroyed and recreated, the
        same ARN has other code. Archives already unpacked are reused.
        """
        fetched = {
            arn: await in_daemon_thread(self._fetch, arn, arn in at_viewer_events) for arn in arns
        }
        self._log_warnings()
        for runtime in {function.runtime for function in fetched.values()}:
            await self._pool.prepare(runtime)
        self._loaded |= fetched
        for arn in fetched:
            with contextlib.suppress(EdgeExecutionError):  # raised at the invocation
                self._pool.warm(self._current(arn))

    def loaded(self, arn: str) -> EdgeFunction:
        """The loaded function of an ARN in the active configuration."""
        return self._loaded[arn]

    @property
    def pool(self) -> WorkerPool:
        return self._pool

    def local_folder(self, name: str) -> Path | None:
        """The local folder of a function's code; None for an archive."""
        return self._directories.get(name) or self._described.get(name)

    async def retire(self, arns: Iterable[str]) -> None:
        """End the workers of all other functions. Fetched code stays."""
        await self._pool.keep_only(frozenset(arns))

    async def invoke(self, arn: str, event: Mapping[str, Any]) -> object:
        """Invoke a function and return its result. Raises EdgeFunctionError if it failed.

        The time limit is the function's own, and the profile's at a viewer event (LA-017).
        """
        function = self._current(arn)
        request_id = new_request_id()
        if self._validation_log is not None:
            self._validation_log.invoked(event, request_id)
        try:
            return await self._pool.invoke(
                function,
                event,
                request_id=request_id,
                time_limit=self._time_limit(function, event),
            )
        except EdgeValidationError as error:
            self.refused(event, error)
            raise

    def _current(self, arn: str) -> EdgeFunction:
        """The function with its current code. Raises EdgeExecutionError if that cannot be read."""
        function = self._loaded[arn]
        directory = self.local_folder(function.name)
        if directory is None:
            return function
        try:
            return with_local_code(function, directory)
        except (ConfigError, OSError) as error:  # removed, or temporarily not readable
            raise EdgeExecutionError(f"Function {function.title} did not start: {error}") from error

    def code_of(self, arn: str) -> Path | None:
        """The folder of the code of an ARN; None if it is not loaded."""
        function = self._loaded.get(arn)
        if function is None:
            return None
        return self.local_folder(function.name) or function.code

    def refused(self, event: Mapping[str, Any], error: EdgeValidationError) -> None:
        """Log that CloudFront refused the function's result for the event (LL-003)."""
        if self._validation_log is not None:
            self._validation_log.refused(event, error)

    def _time_limit(self, function: EdgeFunction, event: Mapping[str, Any]) -> float:
        if event["Records"][0]["cf"]["config"]["eventType"] in VIEWER_EVENTS:
            return min(function.timeout, self._profile.max_viewer_function_timeout)
        return function.timeout

    def _fetch(self, arn: str, at_viewer_events: bool) -> EdgeFunction:
        parsed = parse_function_arn(arn)
        try:
            description = self._lambda.get_function(
                FunctionName=parsed.name, Qualifier=parsed.version
            )
        except client_error() as error:
            raise ConfigError(
                f"LambdaFunctionARN {arn!r} can't be loaded from the Lambda API: {error} "
                "Publish the version, or correct the association."
            ) from error
        directory = self._directory_of(parsed.name, description)
        function = parse_function(
            description,
            arn=parsed,
            code=directory or self._folder,
            profile=self._profile,
            at_viewer_events=at_viewer_events,
        )
        self._warn(function, description, at_viewer_events)
        if directory is not None:
            return function
        return load_function(description, function=function, cache=self._folder)

    def _directory_of(self, name: str, description: Mapping[str, Any]) -> Path | None:
        """The local folder with the code, given by option or by the description."""
        self._described.pop(name, None)
        own = own_directory(description)
        if own is not None:
            self._described[name] = own
        return self.local_folder(name)

    def _warn(
        self,
        function: EdgeFunction,
        description: Mapping[str, Any],
        at_viewer_events: bool,
    ) -> None:
        """Collect warnings, to be logged together."""
        for sentence in warnings(
            configuration_of(description),
            profile=self._profile,
            at_viewer_events=at_viewer_events,
        ):
            self._unwarned.setdefault(sentence, []).append(function.title)

    def _log_warnings(self) -> None:
        """Log each warning once, with all its functions: thirty may share a runtime."""
        for sentence, titles in self._unwarned.items():
            new = sorted(set(titles) - self._warned.get(sentence, set()))
            self._warned.setdefault(sentence, set()).update(new)
            if new:
                first, more = ", ".join(new[:MOST_NAMED]), len(new) - MOST_NAMED
                others = f" and {more} more" if more > 0 else ""
                word = "Function" if len(new) == 1 else "Functions"
                LOG.warning("%s %s%s: %s", word, first, others, sentence)
        self._unwarned.clear()
