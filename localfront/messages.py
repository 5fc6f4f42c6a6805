"""HTTP requests and responses as values: what every rule of localfront takes and returns.

Header names keep the case they arrived in and compare without it (RFC 9110 section 5.1);
repeated header lines stay separate, in order (LR-011, RV-001).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Headers:
    """Header lines in order, as (name, value) pairs."""

    lines: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, lines: Iterable[tuple[str, str]]) -> Headers:
        return cls(tuple(lines))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.lines)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def get(self, name: str) -> str | None:
        """The first value of the header, or None."""
        wanted = name.lower()
        return next((v for n, v in self.lines if n.lower() == wanted), None)

    def get_all(self, name: str) -> tuple[str, ...]:
        """The value of each line of the header, in order."""
        wanted = name.lower()
        return tuple(v for n, v in self.lines if n.lower() == wanted)

    def names(self) -> frozenset[str]:
        """The names present, in lower case."""
        return frozenset(n.lower() for n, _ in self.lines)

    def without(self, *names: str) -> Headers:
        """These headers less every line of the given names."""
        dropped = {name.lower() for name in names}
        return Headers(
            tuple(line for line in self.lines if line[0].lower() not in dropped)
        )

    def replacing(self, name: str, value: str) -> Headers:
        """These headers with exactly one line of that name, at the end."""
        return self.without(name).adding(name, value)

    def adding(self, name: str, value: str) -> Headers:
        """These headers with one more line."""
        return Headers((*self.lines, (name, value)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A viewer's request, or the one to an origin, without its body.

    `uri` is the raw path and starts with `/`; `querystring` is raw and has no `?`
    ("" when there is none): nothing is decoded or normalised on the way through.
    """

    method: str
    uri: str
    querystring: str = ""
    headers: Headers = field(default_factory=Headers)
    client_ip: str = "127.0.0.1"
    scheme: str = "https"  # how the viewer came: "http" or "https"
    http_version: str = "1.1"

    @property
    def target(self) -> str:
        """Path and query string as they stand in the request line."""
        return f"{self.uri}?{self.querystring}" if self.querystring else self.uri

    def with_headers(self, headers: Headers) -> Request:
        return replace(self, headers=headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A complete response. `reason` is the status text; "" stands for the usual one."""

    status: int
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""
    reason: str = ""

    def with_headers(self, headers: Headers) -> Response:
        return replace(self, headers=headers)
