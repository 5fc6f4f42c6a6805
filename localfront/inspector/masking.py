"""Masking of secrets, before anything leaves the process.

Masked are values of cookies, of headers that are known for credentials or named like it, of such
URL parameters wherever they occur, and bodies. Names are not masked.
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
    """`names` (lower case) are additional secret ones: an origin's custom headers.

    With `reveals` nothing is masked: the user asked for it, for one record.
    """

    names: frozenset[str] = frozenset()
    reveals: bool = False

    def is_secret(self, name: str) -> bool:
        return name.lower() in self.names or SECRET_NAME.search(unquote(name)) is not None

    def header(self, name: str, value: str) -> str:
        """A header's value, masked if secret."""
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
        """The value of a header, cookie or parameter of this name; None for none."""
        return None if value is None else self.header(name, value)

    def cookie(self, value: str | None) -> str | None:
        return value if value is None or self.reveals else MASK

    def text(self, text: str) -> str:
        """A request target, a query string, or another text that may contain URLs."""
        return text if self.reveals else masked_text(text)

    def line(self, line: str) -> str:
        """A function's log line."""
        return line if self.reveals else masked_line(line)

    def json(self, value: Any, *, depth: int = DEEPEST) -> Any:
        """An event or a result of any shape."""
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
        of_secret = isinstance(key, str) and self.is_secret(key)  # one value of a header
        return {
            name: _whole(part)
            if self._hides(name, part) or (of_secret and name == "value")
            else self._parameters(part, depth - 1)
            if name == "querystring" and isinstance(part, dict)
            else self.json(part, depth=depth - 1)
            for name, part in value.items()
        }

    def _hides(self, name: object, part: object) -> bool:
        """Whether a field is masked as a whole, as bodies are: form data, token responses."""
        if not isinstance(name, str):
            return False
        if name in BODY_FIELDS and isinstance(part, str):
            return bool(part) and not isinstance(part, Length)
        return self.is_secret(name) or name == "customHeaders"

    def _parameters(self, querystring: dict[Any, Any], depth: int) -> dict[Any, Any]:
        """Query parameters of CloudFront Functions, by name (FN-004)."""
        return {
            name: _whole(part) if is_secret_parameter(str(name)) else self.json(part, depth=depth)
            for name, part in querystring.items()
        }


def _cookie_name(part: str) -> str:
    return part.partition("=")[0].strip() if "=" in part else MASK


def _whole(value: Any) -> Any:
    """The same shape with all values masked; only certain names stay."""
    if isinstance(value, list) and not any(isinstance(item, list) for item in value):
        return [_whole(item) for item in value[:100]]
    if isinstance(value, dict):
        return {
            name: part if name == "key" else _line(part) if isinstance(part, list | dict) else MASK
            for name, part in value.items()
        }
    return MASK


def _line(value: Any) -> Any:
    """A field below a name: a header's lines, or a cookie's value."""
    if isinstance(value, list):
        return [_line(item) if isinstance(item, dict) else MASK for item in value[:100]]
    if isinstance(value, dict):
        return {name: part if name == "key" else MASK for name, part in value.items()}
    return MASK
