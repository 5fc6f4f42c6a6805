"""The stations of a request's path through CloudFront, as values for display.

They are not masked yet: `shown.py` masks all of them at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from localfront.exchange.reason import Reason
from localfront.http_messages.messages import Headers, Request
from localfront.inspector.differences import Change

State = Literal["done", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Message:
    """A start line and header lines, as sent or as received."""

    title: str
    start: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Json:
    """An event or a result."""

    title: str
    value: Any


@dataclass(frozen=True, slots=True)
class Log:
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One part of a cache key: its value, and the setting that includes it.

    `kind` is as in `Change`, for masking.
    """

    part: str
    kind: str
    value: str
    setting: str
    rule: str


@dataclass(slots=True, kw_only=True)
class Station:
    """A station. `name` is CloudFront's, such as "origin-request".

    Times are in milliseconds, None if not timed. A skipped one has the reason in `summary`.
    """

    name: str
    title: str
    summary: str
    state: State = "done"
    tone: str = ""  # hit, miss, error, generated: the page's colour
    start_ms: float | None = None
    duration_ms: float = 0.0
    reasons: list[Reason] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    parts: list[Message | Json | Log] = field(default_factory=list)
    key: list[KeyPart] = field(default_factory=list)
    outside_key: list[KeyPart] = field(default_factory=list)
    made_by: str = ""  # the request whose response is served
    hits: int = 0  # of the object so far


def skipped(name: str, title: str, reason: str, rule: str = "") -> Station:
    reasons = [Reason(rule, reason)] if rule else []
    return Station(name=name, title=title, summary=reason, state="skipped", reasons=reasons)


def request_message(title: str, request: Request) -> Message:
    start = f"{request.method} {request.target}"
    return Message(title, start, request.headers.lines)


def response_message(title: str, status: int, headers: Headers) -> Message:
    return Message(title, str(status), headers.lines)
