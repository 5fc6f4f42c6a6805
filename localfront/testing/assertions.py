"""Assertions about a function's result, with messages that explain a failure.

They raise AssertionError, and return True, so `assert redirects_to(...)` works too.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from localfront.errors import EdgeExecutionError, EdgeFunctionError

_MAX_SHOWN = 2000  # characters of a result

Result = Mapping[str, Any]


def redirects_to(result: Result, location: str, *, status: int = 302) -> Literal[True]:
    """The function redirected to exactly this Location."""
    __tracebackhide__ = True
    wanted = f"a redirect ({status}) to {location!r}"
    _check_status(result, status, wanted)
    found = _values(result, "location")
    if found != [location]:
        leads = " and ".join(map(repr, found)) or "nowhere: it has no Location"
        _fail(f"Expected {wanted}; it leads to {leads}.", result)
    return True


def responds(
    result: Result,
    *,
    status: int,
    body: str | bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Literal[True]:
    """The result is a response with this status.

    `body` is compared decoded and exactly; `headers` must be included, one line each.
    """
    __tracebackhide__ = True
    wanted = f"a response with {status}"
    _check_status(result, status, wanted)
    for name, value in (headers or {}).items():
        found = _values(result, name)
        if found != [value]:
            _fail(f"Expected {wanted} and {name} {value!r}; it has {found}.", result)
    if body is not None:
        actual = _body(result)
        expected = body.encode() if isinstance(body, str) else body
        if actual != expected:
            _fail(f"Expected {wanted} and the body {expected!r}; it has {actual!r}.", result)
    return True


def passes_with_uri(result: Result, uri: str) -> Literal[True]:
    """The function passed the request on with this uri; other changes are allowed."""
    __tracebackhide__ = True
    wanted = f"the request to continue as {uri!r}"
    if "status" in result:
        _fail(
            f"Expected {wanted}; the function returned a response with {result['status']}.",
            result,
        )
    if result.get("uri") != uri:
        _fail(f"Expected {wanted}; it continues as {result.get('uri')!r}.", result)
    return True


def passes_unchanged(result: Result, event: Mapping[str, Any]) -> Literal[True]:
    """The function passed the request on unchanged; at a response event, the response."""
    __tracebackhide__ = True
    cf = event["Records"][0]["cf"]
    kind = "response" if "response" in cf else "request"
    before = cf[kind]
    if result == before:
        return True
    if kind == "request" and "status" in result:
        _fail(
            "Expected the request to continue unchanged; the function returned a response with "
            f"{result['status']}.",
            result,
        )
    changes = "; ".join(
        f"{name} was {_shown(before.get(name))} and is {_shown(result.get(name))}"
        for name in sorted(before.keys() | result.keys())
        if before.get(name) != result.get(name)
    )
    _fail(f"Expected the {kind} to continue unchanged. Changed: {changes}.", result)


@dataclass(slots=True)
class Violation:
    """The error of a `violates` block, once it has ended."""

    error: EdgeFunctionError | None = None

    @property
    def message(self) -> str:
        return str(self.error or "")


@contextmanager
def violates(rule: str) -> Iterator[Violation]:
    """Expect a function to break a rule in this block, such as LH-003.

    CloudFront would answer 502 or 503. LX-002 is a function that raises, LX-003 a time-out.
    """
    __tracebackhide__ = True
    violation = Violation()
    try:
        yield violation
    except EdgeFunctionError as error:
        violation.error = error
        if error.rule == rule:
            return
        traceback = f"\n{error.traceback}" if isinstance(error, EdgeExecutionError) else ""
        raise AssertionError(
            f"Expected a violation of {rule}; it was {error.rule}: {error}{traceback}"
        ) from error
    raise AssertionError(f"Expected a violation of {rule}; CloudFront would accept the result.")


def _check_status(result: Result, status: int, wanted: str) -> None:
    __tracebackhide__ = True
    if "status" not in result:
        _fail(f"Expected {wanted}; the request continues as {result.get('uri')!r}.", result)
    if str(result["status"]) != str(status):
        _fail(f"Expected {wanted}; the status is {result['status']!r}.", result)


def _values(result: Result, name: str) -> list[str]:
    lines = result.get("headers", {}).get(name.lower(), [])
    return [line["value"] for line in lines]


def _body(result: Result) -> bytes:
    body = result.get("body", "")
    if result.get("bodyEncoding", "text") == "base64":
        return base64.b64decode(body)
    return bytes(body, "utf-8")


def _shown(value: object) -> str:
    return "not there" if value is None else json.dumps(value, ensure_ascii=False)


def _fail(message: str, result: Result) -> NoReturn:
    __tracebackhide__ = True
    text = json.dumps(result, indent=2, ensure_ascii=False)
    cut = text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."
    raise AssertionError(f"{message}\nThe function returned:\n{cut}")
