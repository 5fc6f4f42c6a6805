"""The published CloudFront Functions that behaviors associate, invoked by ARN.

They are fetched when a configuration is applied, and refreshed between requests, never during one.
A local file may replace a function's code; then an edit is live at the next request.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localfront.aws.daemon_threads import in_daemon_thread
from localfront.aws.errors import client_error, connection_errors
from localfront.cloudfront_functions.cloudfront_function import (
    CloudFrontFunction,
    function_name,
    store_arn,
)
from localfront.cloudfront_functions.event_object import FunctionEvent
from localfront.cloudfront_functions.origin_steps import WithOrigin
from localfront.cloudfront_functions.quotas import FULL_UTILIZATION
from localfront.cloudfront_functions.runs import RunResult
from localfront.cloudfront_functions.script import place, read_script
from localfront.cloudfront_functions.syntax import remarks
from localfront.cloudfront_functions.worker_process import EngineProcess, Runnable
from localfront.errors import (
    ConfigError,
    EdgeValidationError,
    FunctionExecutionError,
    FunctionValidationError,
)
from localfront.exchange.function_lines import collected
from localfront.profiles import ASSUMPTIONS, Assumptions
from localfront.sources.source import CloudFrontFunctionsApi, KeyValueStoresApi

if TYPE_CHECKING:
    from localfront.aws.session import AwsSession

LOG = logging.getLogger("localfront")
OnLog = Callable[[str, str], None]  # log group, line


class CloudFrontFunctions:
    """Loads functions from the API, or a source like it, and runs them in a worker process.

    `files` are local files by function name; `on_log` receives each log line with its log group.
    """

    def __init__(
        self,
        session: AwsSession,
        worker: EngineProcess,
        *,
        api: CloudFrontFunctionsApi | None = None,
        stores: KeyValueStoresApi | None = None,
        files: Mapping[str, Path],
        on_log: OnLog,
        clock: Callable[[], float] = time.time,
        assumptions: Assumptions = ASSUMPTIONS,
    ) -> None:
        self._cloudfront: CloudFrontFunctionsApi = api or session.client("cloudfront")
        self._stores = stores or _stores_of(session)
        self._worker = worker
        self._files = files
        self._on_log = on_log
        self._clock = clock
        self._newer = assumptions.functions_may_use_newer_javascript
        self._noted: set[str] = set()
        self._loaded: dict[str, CloudFrontFunction] = {}
        self._runnables: dict[str, tuple[CloudFrontFunction, bytes, Runnable]] = {}
        self._in_force: frozenset[str] = frozenset()

    async def load(self, arns: Iterable[str]) -> None:
        """Fetch these functions. Raises ConfigError naming one that cannot be fetched.

        Functions already loaded are fetched again only if their ETag, or their store's, has
        changed.
        """
        wanted = frozenset(arns)
        if wanted and importlib.util.find_spec("quickjs") is None:
            raise ConfigError(
                "CloudFront Functions need the package quickjs-ng, which has no wheel "
                "for this platform. Install a C compiler and `pip install quickjs-ng`."
            )
        fetched = {arn: await in_daemon_thread(self._fetch, arn) for arn in wanted}
        self._loaded |= fetched

    async def refresh(self) -> None:
        """Fetch code that was published, and stores that were edited, since the last look.

        Both reach all behaviors at once, without a change of the distribution (FN-018, FN-020). A
        function that cannot be fetched stays as it was and does not delay the others; the first
        such error (ConfigError or botocore's) is raised after all were tried.
        """
        failures: list[Exception] = []
        for arn in sorted(self._in_force):
            try:
                fetched = await in_daemon_thread(self._fetch, arn)
            except (ConfigError, connection_errors(), client_error()) as error:
                failures.append(error)
                continue
            if fetched != self._loaded[arn]:
                LOG.info("function %s: the published version is live", fetched.name)
                self._loaded[arn] = fetched
        if failures:
            raise failures[0]

    def loaded(self, arn: str) -> CloudFrontFunction:
        """The loaded function of an ARN in the active configuration."""
        return self._loaded[arn]

    def local_file(self, name: str) -> Path | None:
        """The local file that replaces a function's code."""
        return self._files.get(name)

    @property
    def stores(self) -> KeyValueStoresApi:
        return self._stores

    async def retire(self, arns: Iterable[str]) -> None:
        """Discard all functions but these."""
        self._in_force = frozenset(arns)
        self._loaded = {a: f for a, f in self._loaded.items() if a in self._in_force}

    async def invoke(self, arn: str, event: Mapping[str, Any]) -> object:
        """Run the function and return its result. Raises EdgeFunctionError if it failed."""
        function = self._loaded[arn]
        try:
            runnable = self._runnable(function)
        except (ConfigError, OSError) as error:
            raise FunctionExecutionError(
                f"Function {function.name} did not start: {error}", rule="FN-013"
            ) from error
        now = int(self._clock() * 1000)
        outcome = await self._worker.run(runnable, event, now=now)
        lines = collected()
        for line in _log_lines(event["context"], outcome):
            self._on_log(function.log_group, line)
            if lines is not None:
                lines.add(line)
        if isinstance(event, FunctionEvent) and outcome.result == event.request_text:
            returned = event["request"]  # left as it was
        else:
            returned = returned_value(function.name, outcome, self._file_name(function.name))
        return WithOrigin(returned, outcome.origin) if outcome.origin else returned

    def script_of(self, arn: str) -> tuple[str, str] | None:
        """The script's name in errors, and its text; None if it is not loaded, or gone."""
        function = self._loaded.get(arn)
        if function is None:
            return None
        file = self._files.get(function.name)
        try:
            code = function.code if file is None else file.read_bytes()
        except OSError:
            return None
        return self._file_name(function.name), code.decode("utf-8", "replace")

    def refused(self, event: Mapping[str, Any], error: EdgeValidationError) -> None:
        """Log that CloudFront refused what the function returned for the event (FN-012)."""
        context = event["context"]
        self._on_log(
            f"/aws/cloudfront/distribution/{context['distributionId']}",
            f"{context['requestId']} {error.rule}: {error}",
        )

    def _runnable(self, function: CloudFrontFunction) -> Runnable:
        """Its runnable form: the same object as long as its code is unchanged."""
        file = self._files.get(function.name)
        code = function.code if file is None else file.read_bytes()
        seen = self._runnables.get(function.name)
        if seen is None or seen[0] is not function or seen[1] != code:
            runnable = self._made_runnable(function, code)
            seen = self._runnables[function.name] = (function, code, runnable)
        return seen[2]

    def _made_runnable(self, function: CloudFrontFunction, code: bytes) -> Runnable:
        script = self._script(function.name, code, function.runtime)
        seen = hashlib.sha256(f"{function.store_etag}\0{script}".encode())
        return Runnable(
            name=function.name,
            revision=seen.hexdigest(),
            script=script,
            store=function.store,
            runtime=function.runtime,
        )

    def _script(self, name: str, code: bytes, runtime: str) -> str:
        """The script; its notes are logged once. Raises ConfigError."""
        file = self._file_name(name)
        script = read_script(code, name=name, runtime=runtime, file=file, newer=self._newer)
        for remark in () if self._newer else remarks(code.decode(), runtime):
            note = f"{file}:{remark.line}: {remark.text}"
            if note not in self._noted:
                self._noted.add(note)
                LOG.warning("function %s, %s", name, note)
        return script

    def _file_name(self, name: str) -> str:
        file = self._files.get(name)
        return f"{name}.js" if file is None else file.name

    def _fetch(self, arn: str) -> CloudFrontFunction:
        name = function_name(arn)
        here = self._loaded.get(arn)
        try:
            described = self._cloudfront.describe_function(Name=name, Stage="LIVE")
            if here is None or here.etag != described["ETag"]:
                response = self._cloudfront.get_function(Name=name, Stage="LIVE")
                code = response["FunctionCode"].read()
                here = CloudFrontFunction(name=name, etag=response["ETag"], code=code)
        except client_error() as error:
            raise ConfigError(
                f"FunctionARN {arn!r} can't be loaded: {error} Only the LIVE stage runs (FN-018): "
                "publish the function, or correct the association."
            ) from error
        arn_of_store = store_arn(name, described["FunctionSummary"])
        here = replace(here, runtime=described["FunctionSummary"]["FunctionConfig"]["Runtime"])
        if name not in self._files:
            self._script(name, here.code, here.runtime)
        return self._with_store(here, arn_of_store)

    def _with_store(self, function: CloudFrontFunction, arn: str | None) -> CloudFrontFunction:
        if arn is None:
            return replace(function, store=None, store_etag="", store_arn="")
        function = replace(function, store_arn=arn)
        read = self._stores.read(arn, but=function.store_etag)
        if read is None:
            return function
        etag, store = read
        return replace(function, store=store, store_etag=etag)


def _stores_of(session: AwsSession) -> KeyValueStoresApi:
    from localfront.sources.key_value_api import KeyValueStores  # imports botocore

    return KeyValueStores(session)


def utilization(outcome: RunResult) -> int:
    """Compute utilization from 0 to 100, as in TestFunction and the log (FN-015)."""
    return min(100, round(100 * outcome.seconds / FULL_UTILIZATION))


def _log_lines(context: Mapping[str, Any], outcome: RunResult) -> Iterator[str]:
    """The run's log lines: none without a `console.log`, unless the run failed (FN-019)."""
    if not outcome.logs and not outcome.error:
        return
    request_id = context["requestId"]
    yield f"{request_id} START DistributionID: {context['distributionId']}"
    for text in outcome.logs:
        yield f"{request_id} {text}"
    if outcome.error:
        yield f"{request_id} ERROR: {outcome.error}"
    yield f"{request_id} Compute utilization: {utilization(outcome)}"
    yield f"{request_id} END"


def returned_value(name: str, outcome: RunResult, file: str) -> object:
    """The result of a run. Raises FunctionExecutionError (FN-013), FunctionValidationError."""
    if outcome.result is None:
        failure = place(outcome.error, outcome.stack, file)
        raise FunctionExecutionError(
            f"Function {name} failed: {failure}.",
            rule="FN-013",
            traceback=outcome.stack.replace("<input>", file),
        )
    try:
        returned: object = json.loads(outcome.result)
    except RecursionError as error:
        raise FunctionValidationError(
            f"Function {name} returned an object that contains itself.",
            rule="FN-012",
        ) from error
    return returned
