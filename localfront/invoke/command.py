"""`localfront invoke`: run a function with one event, in a real worker.

The result goes to standard output, everything else to standard error: the function's output, its
duration, and why CloudFront would refuse its result.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from localfront.errors import ConfigError, EdgeExecutionError, EdgeFunctionError
from localfront.exchange.request_trace import printable
from localfront.invoke.access import emulator_access
from localfront.invoke.event_building import Event, build_event
from localfront.invoke.event_reading import read_event
from localfront.invoke.local_function import local_function
from localfront.invoke.measurements import InvocationReport, parse_report, summary
from localfront.invoke.options import add_parser, event_arguments
from localfront.invoke.result_checking import Result, check_result
from localfront.invoke.viewer_command import is_viewer_function, run_viewer_function
from localfront.lambda_edge.contract.limits import EventType
from localfront.lambda_edge.function import EdgeFunction
from localfront.lambda_edge.workers.debugging import (
    Debugged,
    at_terminal,
    find_debugpy,
    parse_debugged,
)
from localfront.lambda_edge.workers.pool import WorkerPool
from localfront.lambda_edge.workers.worker import LAMBDAS_OWN

__all__ = ["add_parser", "run"]

MAX_LINE = 4000  # characters of an output line


def run(options: argparse.Namespace) -> int:
    """Run the command: 0 with a valid result, 1 without, 130 on Ctrl-C.

    Raises ConfigError for options that give no valid event or function.
    """
    if is_viewer_function(options.function):
        return run_viewer_function(options, options.event and _load(options.event))
    if options.kvs is not None:
        raise ConfigError(
            "--kvs is for a CloudFront Function: Lambda@Edge has no key value stores."
        )
    event = _event(options)
    function = local_function(
        options.function,
        handler=options.handler,
        runtime=options.runtime,
        name=options.name,
        timeout=options.timeout,
        memory_mb=options.memory,
    )
    if options.save is not None:
        options.save.write_text(f"{_json(event)}\n", "utf-8")
    printed: list[str] = []
    debugged = _debugged(function, options.debug)
    try:
        result = asyncio.run(_run(function, event, options.runs, printed, debugged))
    except EdgeFunctionError as error:
        _print(f"{error.rule}: {error}")
        traceback = error.traceback if isinstance(error, EdgeExecutionError) else ""
        # Python's runtime logs it on separate lines, Node.js's within a line of JSON.
        lines = traceback.splitlines()
        if len(lines) > 1 and set(lines).isdisjoint(printed):
            _print(*lines)
        return 1
    except KeyboardInterrupt:  # 128 + SIGINT; the worker has ended
        return 130
    sys.stdout.write(f"{_json(result)}\n")
    return 0


async def _run(
    function: EdgeFunction, event: Event, times: int, printed: list[str], debugged: Debugged
) -> Result:
    """The last result; all runs share one worker. `printed` receives the function's output."""
    runs: list[InvocationReport] = []

    def on_log(_: str, line: str) -> None:
        if report := parse_report(line):
            runs.append(report)
        if not line.startswith(LAMBDAS_OWN):
            printed.append(line)
            _print(line)

    access = emulator_access(os.environ)
    async with WorkerPool(
        access=access, on_log=on_log, workers_per_function=1, debugged=debugged
    ) as workers:
        await workers.prepare(function.runtime)
        for _ in range(times):
            result = check_result(event, await workers.invoke(function, event))
    _print(*summary(runs, function))
    return result


def _debugged(function: EdgeFunction, port: str | None) -> Debugged:
    """The debugger's settings; `port` as typed, "" for the default. Raises ConfigError."""
    if port is None:
        asks = sys.stdin.isatty() and sys.stderr.isatty()
        return at_terminal(function.name, function.code, os.ttyname(0) if asks else "")
    if function.runtime.startswith("python"):
        find_debugpy()  # before a worker starts
    return parse_debugged([f"{function.name}:{port}" if port else function.name], waits=True)


def _event(options: argparse.Namespace) -> Event:
    """The event from a file, or built from options."""
    arguments = event_arguments(options)
    if options.event is None:
        event_type = options.event_type or EventType.VIEWER_REQUEST
        return build_event(event_type, arguments)
    if arguments or options.event_type:
        raise ConfigError(
            f"{options.event} is a complete event: omit the options that describe one, or omit "
            "--event."
        )
    event = _load(options.event)
    read_event(event)
    return event


def _load(file: Path) -> Event:
    try:
        event: Any = json.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{file} is not JSON: {error}.") from error
    if not isinstance(event, dict):
        raise ConfigError(f"{file} is not an event: it is not a JSON object.")
    return event


def _json(value: Mapping[str, Any]) -> str:
    """Readable JSON; lone surrogates, which cannot be encoded, stay escaped."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode()


def _print(*lines: str) -> None:
    for line in lines:
        # awslambdaric indents tracebacks with no-break spaces.
        text = line.replace("\t", "  ").replace("\xa0", " ")
        sys.stderr.write(f"{printable(text, limit=MAX_LINE)}\n")
    sys.stderr.flush()
