"""CloudFront's log of results that failed validation.

Source: CloudFront Developer Guide, "Test and debug Lambda@Edge functions" (LL-003: a group for each
distribution, each entry with both request ids; LL-004: CloudFront's is the response's X-Amz-Cf-Id).
The page does not give the text of an entry; this is ours.
"""

from __future__ import annotations

import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from localfront.errors import EdgeValidationError
from localfront.lambda_edge.workers.environment import validation_log_group

if TYPE_CHECKING:
    from localfront.lambda_edge.workers.cloudwatch_logs import (
        LogSink,  # a slow import
    )

_MAX_REMEMBERED = 10_000


class ValidationLog:
    """The log. `clock` returns Unix seconds, for the name of the log stream."""

    def __init__(self, sink: LogSink, *, clock: Callable[[], float] = time.time) -> None:
        self._sink = sink
        day = time.strftime("%Y/%m/%d", time.gmtime(clock()))
        self._stream = f"{day}/{uuid.uuid4().hex}"
        # Lambda's request id of the last invocation, by CloudFront's id and event type.
        self._request_ids: OrderedDict[tuple[str, str], str] = OrderedDict()

    def invoked(self, event: Mapping[str, Any], request_id: str) -> None:
        """Remember Lambda's request id of an event's invocation."""
        key = _key(event)
        self._request_ids[key] = request_id
        self._request_ids.move_to_end(key)
        if len(self._request_ids) > _MAX_REMEMBERED:
            self._request_ids.popitem(last=False)

    def refused(self, event: Mapping[str, Any], error: EdgeValidationError) -> None:
        """Log that the function's result for the event failed validation."""
        config = event["Records"][0]["cf"]["config"]
        cloudfront_id, event_type = key = _key(event)
        self._sink.put(
            validation_log_group(config["distributionId"]),
            self._stream,
            f"[{cloudfront_id}] Lambda request id: {self._request_ids.get(key, 'unknown')} "
            f"Validation error at {event_type}: {error}",
        )


def _key(event: Mapping[str, Any]) -> tuple[str, str]:
    config = event["Records"][0]["cf"]["config"]
    return config["requestId"], config["eventType"]
