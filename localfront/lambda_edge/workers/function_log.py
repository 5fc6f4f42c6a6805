"""Distribute a function's output: to the caller, and to CloudWatch Logs if available."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from localfront.lambda_edge.function import EdgeFunction
from localfront.lambda_edge.workers.environment import log_group
from localfront.lambda_edge.workers.worker import OnLine

if TYPE_CHECKING:
    from localfront.lambda_edge.workers.cloudwatch_logs import (
        LogSink,  # a slow import
    )

OnLog = Callable[[str, str], None]  # function name, line


def new_log_stream(function: EdgeFunction) -> str:
    """The log stream of a new worker, named as Lambda names them."""
    return f"{time.strftime('%Y/%m/%d')}/[{function.version}]{uuid.uuid4().hex}"


def receiver_of(function: EdgeFunction, stream: str, on_log: OnLog, sink: LogSink | None) -> OnLine:
    """The receiver of one worker's output, with the log stream `stream`."""
    name, group = function.name, log_group(function)
    if sink is None:
        return lambda line: on_log(name, line)

    def write(line: str) -> None:
        on_log(name, line)
        sink.put(group, stream, line)

    return write
