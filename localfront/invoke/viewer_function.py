"""Run a CloudFront Function from a file with one event, like the API's TestFunction.

The event is one of the console's test page or of TestFunction, or is built from the same arguments
as Lambda@Edge's viewer events.

Source: CloudFront API Reference, TestFunction (TestResult); CloudFront Developer Guide, "Test
functions", "CloudFront Functions event structure" (FN-028).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localfront.cloudfront_functions import event_object
from localfront.cloudfront_functions.cloudfront_function import RUNTIMES
from localfront.cloudfront_functions.function_results import (
    read_viewer_request_result,
    read_viewer_response_result,
)
from localfront.cloudfront_functions.named_fields import Fields, read_fields
from localfront.cloudfront_functions.published_functions import returned_value, utilization
from localfront.cloudfront_functions.script import read_script
from localfront.cloudfront_functions.worker_process import EngineProcess, Runnable
from localfront.errors import ConfigError, FunctionValidationError
from localfront.http_messages.messages import Headers, Request, Response
from localfront.invoke.event_building import EXAMPLE_CONFIG, build_event
from localfront.invoke.event_reading import read_event
from localfront.lambda_edge.contract.limits import EventType
from localfront.sources.key_value_files import LONG_AGO
from localfront.sources.key_value_store import KeyValueStore

AT = (EventType.VIEWER_REQUEST, EventType.VIEWER_RESPONSE)
Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A run. `result` is the function's; `origin` are its calls of `cf` that select an origin."""

    result: dict[str, Any]
    logs: tuple[str, ...]
    utilization: int
    origin: tuple[Mapping[str, Any], ...] = ()


def function_event(at: EventType, arguments: Mapping[str, Any]) -> event_object.FunctionEvent:
    """Build the event of a request (and a response). Raises ConfigError."""
    if at not in AT:
        raise ConfigError(f"CloudFront Functions run at {' and '.join(AT)}, not at {at}.")
    if "body" in arguments:
        raise ConfigError("CloudFront Functions don't get a request's body (FN-002): leave it out.")
    read = read_event(build_event(at, arguments))
    if read.response is None:
        return event_object.viewer_request_event(read.request, config=EXAMPLE_CONFIG)
    return event_object.viewer_response_event(read.request, read.response, config=EXAMPLE_CONFIG)


def store_of(values: Mapping[str, str]) -> KeyValueStore:
    """A key value store with these values."""
    ages = {"creationDateTime": LONG_AGO, "lastUpdatedDateTime": LONG_AGO}
    return KeyValueStore(values=dict(values), meta={**ages, "keyCount": len(values)})


async def run_file(
    file: Path,
    event: Event,
    worker: EngineProcess,
    *,
    runtime: str,
    store: KeyValueStore | None = None,
) -> Tested:
    """Run the file's current function, and validate its result by CloudFront's rules.

    Raises ConfigError for an invalid function or event, FunctionExecutionError (FN-013), and
    FunctionValidationError (FN-012).
    """
    if runtime not in RUNTIMES:
        raise ConfigError(
            f"There is no runtime {runtime!r}. Valid are {', '.join(sorted(RUNTIMES))}."
        )
    request, response = _read(event)
    code = _code(file)
    script = read_script(code, name=file.stem, runtime=runtime, file=file.name)
    runnable = Runnable(
        name=str(file),
        revision=hashlib.sha256(f"{store}\0{runtime}\0{script}".encode()).hexdigest(),
        script=script,
        store=store,
        runtime=runtime,
    )
    outcome = await worker.run(runnable, event, now=int(time.time() * 1000))
    used = utilization(outcome)
    try:
        returned = returned_value(file.stem, outcome, file.name)
        if response is None:
            read_viewer_request_result(event, returned, request)
        else:
            read_viewer_response_result(event, returned, response)
    except Exception as error:
        error.add_note("\n".join(outcome.logs))
        raise
    assert isinstance(returned, dict)  # noqa: S101 -- the only other kind
    return Tested(result=returned, logs=outcome.logs, utilization=used, origin=outcome.origin)


def _code(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror}.") from error


def _read(event: Event) -> tuple[Request, Response | None]:
    """The messages in an event. Raises ConfigError."""
    try:
        request = event["request"]
        sent = Request(
            method=str(request["method"]),
            uri=str(request["uri"]),
            querystring="&".join(_pairs(request.get("querystring", {}))),
            headers=Headers.of(_lines(request, "Cookie", "; ")),
        )
        response = event.get("response")
        if response is None:
            return sent, None
        headers = Headers.of(_lines(response, "Set-Cookie", None))
        status = int(response["statusCode"])
    except (KeyError, TypeError, ValueError, AttributeError, FunctionValidationError) as error:
        raise ConfigError(
            f"This is not an event of a CloudFront Function ({error}): it has `version`, "
            "`context`, `viewer` and `request`, as the console's test page shows."
        ) from error
    return sent, Response(status=status, headers=headers)


def _lines(
    message: Mapping[str, Any], cookie_header: str, separator: str | None
) -> Iterator[tuple[str, str]]:
    for name, values in _fields(message.get("headers", {})).items():
        for value in values:
            yield name, value.text
    pairs = list(_pairs(message.get("cookies", {})))
    if separator is None:
        yield from ((cookie_header, pair) for pair in pairs)
    elif pairs:
        yield cookie_header, separator.join(pairs)


def _pairs(cookies: object) -> Iterator[str]:
    for name, values in _fields(cookies).items():
        for value in values:
            pair = f"{name}={value.text}"
            yield f"{pair}; {value.attributes}" if value.attributes else pair


def _fields(value: object) -> Fields:
    return read_fields(value, sent={}, title="event")
