"""Secrets are masked here, before anything leaves the process; a page never has them to hide.

Names of cookies stay, their values go; so do the values of headers that are known to carry
credentials, or whose name says so, parameters of URLs that do, wherever one stands, and bodies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from localfront.exchange.request_trace import DEEPEST, MASK
from localfront.inspector.function_bodies import BODY_FIELDS, Length
from localfront.inspector.secret_texts import (
    SECRET_NAME,
    is_secret_parameter,
    masked_line,
    masked_text,
)


@dataclass(frozen=True, slots=True)
class Masking:
    """`names` (lower case) are secret beside those that say so: an origin's custom headers.

    With `reveals` everything is told as it is: who asked for one record clicked.
    """

    names: frozenset[str] = frozenset()
    reveals: bool = False

    def is_secret(self, name: str) -> bool:
        return name.lower() in self.names or SECRET_NAME.search(unquote(name)) is not None

    def header(self, name: str, value: str) -> str:
        """A header line's value, as it may be shown."""
        if self.reveals:
            return value
        match name.lower():
            case "cookie":
                return "; ".join(f"{_cookie_name(part)}={MASK}" for part in value.split(";"))
            case "set-cookie":
                first, *attributes = value.split(";")
                return ";".join([f"{_cookie_name(first)}={MASK}", *attributes])
        is_parameter = name.startswith("?")
        if self.is_secret(name) or (is_parameter and is_secret_parameter(name[1:])):
            return MASK
        return self.text(value)

    def value(self, name: str, value: str | None) -> str | None:
        """The value of a header, a cookie or a parameter of that name; None where there is none."""
        return None if value is None else self.header(name, value)

    def cookie(self, value: str | None) -> str | None:
        return value if value is None or self.reveals else MASK

    def text(self, text: str) -> str:
        """A target, a query string or whatever may hold a URL."""
        return text if self.reveals else masked_text(text)

    def line(self, line: str) -> str:
        """A line that a function printed."""
        return line if self.reveals else masked_line(line)

    def json(self, value: Any, *, depth: int = DEEPEST) -> Any:
        """An event or a result, in any shape that a function may give it."""
        if self.reveals:
            return value
        if isinstance(value, str):
            return self.text(value) if depth else MASK
        if depth == 0:
            return MASK
        if isinstance(value, dict):
            return self._object(value, depth)
        if isinstance(value, list):
            return [self.json(item, depth=depth - 1) for item in value]
        return value

    def _object(self, value: dict[Any, Any], depth: int) -> dict[Any, Any]:
        key = value.get("key")
        of_secret = isinstance(key, str) and self.is_secret(key)  # one line of a header
        return {
            name: _whole(part)
            if self._hides(name, part) or (of_secret and name == "value")
            else self._parameters(part, depth - 1)
            if name == "querystring" and isinstance(part, dict)
            else self.json(part, depth=depth - 1)
            for name, part in value.items()
        }

    def _hides(self, name: object, part: object) -> bool:
        """A body is what a form sent, or a token's answer: it is one secret, kept where asked for."""
        if not isinstance(name, str):
            return False
        if name in BODY_FIELDS and isinstance(part, str):
            return bool(part) and not isinstance(part, Length)
        return self.is_secret(name) or name == "customHeaders"

    def _parameters(self, querystring: dict[Any, Any], depth: int) -> dict[Any, Any]:
        """Of CloudFront Functions, by name (FN-004)."""
        return {
            name: _whole(part) if is_secret_parameter(str(name)) else self.json(part, depth=depth)
            for name, part in querystring.items()
        }


def _cookie_name(part: str) -> str:
    return part.partition("=")[0].strip() if "=" in part else MASK


def _whole(value: Any) -> Any:
    """The same shape with names alone; only what is surely a name is kept."""
    if isinstance(value, list) and not any(isinstance(item, list) for item in value):
        return [_whole(item) for item in value[:100]]
    if isinstance(value, dict):
        return {
            name: part if name == "key" else _line(part) if isinstance(part, list | dict) else MASK
            for name, part in value.items()
        }
    return MASK


def _line(value: Any) -> Any:
    """One level deeper: a header's lines below its name, a cookie's value below its own."""
    if isinstance(value, list):
        return [_line(item) if isinstance(item, dict) else MASK for item in value[:100]]
    if isinstance(value, dict):
        return {name: part if name == "key" else MASK for name, part in value.items()}
    return MASK
