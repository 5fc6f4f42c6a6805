"""`localfront invoke --function FILE.js`: run a CloudFront Function with one event.

Standard output is TestFunction's FunctionOutput: a `request` or a `response`. Logs and compute
utilization go to standard error. As with the Test API, a selected origin is not checked; the calls
that select it are printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from localfront.cloudfront_functions.syntax import RUNTIME_2
from localfront.cloudfront_functions.worker_process import EngineProcess
from localfront.errors import ConfigError, EdgeExecutionError, EdgeFunctionError
from localfront.exchange.request_trace import printable
from localfront.invoke.options import event_arguments
from localfront.invoke.viewer_function import Event, Tested, function_event, run_file, store_of
from localfront.lambda_edge.contract.limits import EventType
from localfront.sources.key_value_files import read_pairs

MAX_LINE = 4000  # characters


def run_viewer_function(options: argparse.Namespace, event: Any = None) -> int:
    """Run the command: 0 with a result, 1 without. `event` is a file's, None to build one."""
    if event is None:
        at = options.event_type or EventType.VIEWER_REQUEST
        event = function_event(at, event_arguments(options))
    if options.save is not None:
        options.save.write_text(f"{json.dumps(event, indent=2, ensure_ascii=False)}\n", "utf-8")
    try:
        tested = asyncio.run(_run(options, event))
    except EdgeFunctionError as error:
        _print(getattr(error, "__notes__", ()))
        _print([f"{error.rule}: {error}"])
        if isinstance(error, EdgeExecutionError):
            _print(error.traceback.splitlines())
        return 1
    _print(tested.logs)
    _print(f"origin: {step['method']}({_arguments(step['given'])})" for step in tested.origin)
    _print([f"compute utilization: {tested.utilization} of 100"])
    is_response = "statusCode" in tested.result
    output = {"response" if is_response else "request": tested.result}
    sys.stdout.write(f"{json.dumps(output, indent=2, ensure_ascii=False)}\n")
    return 0


async def _run(options: argparse.Namespace, event: Event) -> Tested:
    store = None if options.kvs is None else store_of(read_pairs(options.kvs))
    runtime = options.runtime or RUNTIME_2
    async with EngineProcess() as worker:
        for _ in range(options.runs):
            tested = await run_file(options.function, event, worker, runtime=runtime, store=store)
    return tested


def is_viewer_function(function: Path) -> bool:
    """Whether `--function` is a CloudFront Function's file. Raises ConfigError for other files."""
    if not function.is_file():
        return False
    if function.suffix != ".js":
        raise ConfigError(
            f"{function} is a file: name the directory of a Lambda@Edge function, or the .js file "
            "of a CloudFront Function."
        )
    return True


def _arguments(arguments: Iterable[object]) -> str:
    return ", ".join(json.dumps(argument, ensure_ascii=False) for argument in arguments)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        for text in line.splitlines():
            sys.stderr.write(f"{printable(text, limit=MAX_LINE)}\n")
    sys.stderr.flush()
