"""The messages between localfront and the functions' worker process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NO_FACTS = '{"raw": null, "edge": {}}'  # for a run without a CloudFront event


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """The outcome of a run. `result` is JSON, or None with `error` and `stack` if it failed.

    `seconds` is the processor time of the script and its handler.
    """

    result: str | None = None
    error: str = ""
    stack: str = ""
    logs: tuple[str, ...] = ()
    seconds: float = 0.0
    origin: tuple[Mapping[str, Any], ...] = ()  # the calls of `cf` that choose an origin
