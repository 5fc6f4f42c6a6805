"""The trace of a request, for logs, tests and the inspector.

Its log line contains no values of cookies, authorization or URL signatures. Objects held by
reference do, and must be masked when shown (`redacted`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from localfront.config.distribution import CacheBehavior, Distribution
from localfront.exchange.reason import Reason
from localfront.http_messages.messages import Headers, Request

SECRET_HEADERS = frozenset({"cookie", "set-cookie", "authorization", "proxy-authorization"})
MASK = "…"
SIGNATURE = re.compile(r"((?:^|[?&])Signature=)[^&]*")  # SG-002: it grants access to the file
DEEPEST = 16  # Records, cf, request, headers, a name, its lines need far less


@dataclass(slots=True)
class Step:
    """One step; times in milliseconds, `start_ms` since the request arrived.

    `kept` has details for the inspector, by reference. A step without a duration may be shared by
    many traces, so that its text is formatted once.
    """

    name: str
    start_ms: float = 0.0
    duration_ms: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    kept: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(slots=True, kw_only=True)
class Storing:
    """Whether a response was stored, for `ttl` seconds, or not."""

    key: str
    ttl: int | None
    because: Reason
    at_ms: float


@dataclass(slots=True, kw_only=True)
class Trace:
    """One request's trace, filled as the request is processed.

    Held by reference, at no cost to a hit: the viewer's request, its distribution and behavior, and
    the headers before and after the response headers policy, and as sent.
    """

    request_id: str
    method: str
    host: str
    target: str
    clock: Callable[[], float] = time.perf_counter
    started: float = 0.0
    steps: list[Step] = field(default_factory=list)
    status: int = 0
    result: str = ""  # as in X-Cache: Hit, Miss, Error, ...
    reason: str = ""  # the reason of localfront's own error
    detail: str = ""  # its name in the access log (LG-002)
    duration_ms: float = 0.0
    request: Request | None = field(default=None, repr=False)
    distribution: Distribution | None = field(default=None, repr=False)
    behavior: CacheBehavior | None = field(default=None, repr=False)
    before_policy: Headers | None = field(default=None, repr=False)
    after_policy: Headers | None = field(default=None, repr=False)
    sent: Headers | None = field(default=None, repr=False)
    stored: tuple[Storing, ...] = ()
    runs: tuple[Step, ...] = ()  # the `steps` at which a function ran

    def __post_init__(self) -> None:
        self.started = self.clock()

    def step(self, name: str, *, kept: dict[str, Any] | None = None, **facts: Any) -> TimedStep:
        """Time a block as a step, to which details may be added."""
        step = Step(name=name, facts=facts, kept=kept or {})
        self.steps.append(step)
        if kept is not None and "event" in kept:
            self.runs += (step,)
        return TimedStep(step, self)

    def note(self, name: str, *, kept: dict[str, Any] | None = None, **facts: Any) -> None:
        """Record a decision, as a step without a duration."""
        start_ms = (self.clock() - self.started) * 1000
        self.steps.append(Step(name, start_ms, 0.0, facts, kept=kept or {}))

    def offered(self, key: str, ttl: int | None, because: Reason) -> None:
        """Record what the cache did with a response."""
        storing = Storing(key=key, ttl=ttl, because=because, at_ms=self.elapsed_ms)
        self.stored += (storing,)

    def beside(self) -> Trace:
        """A separate trace for background work of this request."""
        return Trace(
            request_id=self.request_id,
            method=self.method,
            host=self.host,
            target=self.target,
            clock=self.clock,
            request=self.request,
            distribution=self.distribution,
            behavior=self.behavior,
        )

    @property
    def elapsed_ms(self) -> float:
        return (self.clock() - self.started) * 1000

    def finish(self, status: int, result: str) -> None:
        self.status, self.result = status, result
        self.duration_ms = self.elapsed_ms

    def find(self, name: str) -> list[Step]:
        return [step for step in self.steps if step.name == name]


class TimedStep:
    """A context manager that times a step of a trace, and gives the step to the block."""

    __slots__ = ("_began", "_step", "_trace")

    def __init__(self, step: Step, trace: Trace) -> None:
        self._step = step
        self._trace = trace

    def __enter__(self) -> Step:
        began = self._began = self._trace.clock()
        self._step.start_ms = (began - self._trace.started) * 1000
        return self._step

    def __exit__(self, *_: object) -> None:
        self._step.duration_ms = (self._trace.clock() - self._began) * 1000


def logged_by_both(
    first: Callable[[Trace], None], second: Callable[[Trace], None]
) -> Callable[[Trace], None]:
    """A log function that calls both."""

    def log(trace: Trace) -> None:
        first(trace)
        second(trace)

    return log


def log_line(trace: Trace) -> str:
    """The trace in one line: status, request, steps, result and time."""
    request = f"{trace.method} {trace.host}{unsigned(trace.target)}"
    parts = [f"{trace.status} {printable(request, limit=400)}"]
    parts += [step.text or _step_text(step) for step in trace.steps]
    if trace.result:
        parts.append(printable(trace.result))
    parts.append(f"{trace.duration_ms:.1f} ms")
    if trace.reason:
        parts.append(printable(on_one_line(trace.reason), limit=1000))
    parts.append(trace.request_id)
    return " | ".join(parts)


LOGGED = (str, int, float)
PLAIN = 200  # characters that `printable` leaves as they are


def _step_text(step: Step) -> str:
    spent = f" {step.duration_ms:.1f}ms" if step.duration_ms >= 0.05 else ""
    text = step.name + spent
    for name, value in step.facts.items():
        if isinstance(value, LOGGED) and value != "":
            value_text = str(value)
            plain = len(value_text) <= PLAIN and value_text.isprintable()
            text += f" {name}={value_text if plain else printable(value_text)}"
    step.text = text
    return text


def printable(text: str, *, limit: int = 200) -> str:
    """Text that is safe in a terminal: one line, no control characters, bounded length."""
    short = text if len(text) <= limit else text[: limit - 1] + "…"
    if short.isprintable():
        return short
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in short)


def on_one_line(text: str) -> str:
    """The lines of a text, such as an exception's message, joined."""
    return " ".join(text.split("\n")) if "\n" in text else text


def printable_lines(text: str) -> str:
    """Like `printable`, for a text of several lines and any length."""
    lines = text.replace("\t", "    ").split("\n")
    return "\n".join(printable(line, limit=len(line)) for line in lines)


def unsigned(target: str) -> str:
    """A request target or query string with the signed URL's signature masked."""
    return SIGNATURE.sub(rf"\1{MASK}", target) if "Signature=" in target else target


def redacted(event: Any, *, depth: int = DEEPEST) -> Any:
    """A Lambda@Edge event or result with secret headers and URL signatures masked.

    A function's result can have any shape: unknown parts, and those nested deeper than any
    documented field, are masked completely.
    """
    if isinstance(event, str):  # by far the most common case, twice per invocation
        return unsigned(event) if depth else MASK
    if depth == 0:
        return MASK
    if isinstance(event, dict):
        of_secret = _is_secret(event.get("key"))  # one value of a header
        return {
            name: _masked(value)
            if _is_secret(name) or (of_secret and name == "value")
            else redacted(value, depth=depth - 1)
            for name, value in event.items()
        }
    if isinstance(event, list):
        return [redacted(item, depth=depth - 1) for item in event]
    return event


def _is_secret(name: object) -> bool:
    return isinstance(name, str) and (name in SECRET_HEADERS or name.lower() in SECRET_HEADERS)


def _masked(value: Any) -> Any:
    if isinstance(value, list) and not any(isinstance(line, list) for line in value):
        return [_masked(line) for line in value]
    if isinstance(value, dict):
        return {name: part if name == "key" else MASK for name, part in value.items()}
    return MASK
