"""The messages between localfront and the functions' worker: a run, and its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NO_FACTS = '{"raw": null, "edge": {}}'  # of a run without a CloudFront event


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """`result` is JSON, None when the run failed; `error` and `stack` then say how.

    `seconds` is the processor time of the script and its handler.
    """

    result: str | None = None
    error: str = ""
    stack: str = ""
    logs: tuple[str, ...] = ()
    seconds: float = 0.0
    origin: tuple[Mapping[str, Any], ...] = ()  # what was called of `cf` to choose one
