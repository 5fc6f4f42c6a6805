"""HTTP requests and responses as immutable values.

Header names keep their case and are compared case-insensitively (RFC 9110, 5.1); repeated header
lines stay separate, in order (LR-011, RV-001).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from typing import TYPE_CHECKING, Any, TypeVar

from localfront.http_messages.bodies import Body
from localfront.http_messages.origin_connection import OriginConnection
from localfront.http_messages.values import value
from localfront.http_messages.viewer_facts import NOTHING_KNOWN, ViewerFacts

if TYPE_CHECKING:  # imports aiohttp
    from localfront.http_messages.websockets import OriginSocket


Found = TypeVar("Found")
MOST_KNOWN = 8  # cached results; a policy that is no longer active leaves one behind


class Headers:
    """Header lines in order, as (name, value) pairs; immutable.

    Most are inspected many times: those of a viewer's repeated requests, or of a stored object. So
    functions of the lines alone are cached (`once`), and headers that extend others have those as
    their `stem`.
    """

    __slots__ = ("_index", "_known", "lines", "stem")

    def __init__(
        self, lines: tuple[tuple[str, str], ...] = (), stem: Headers | None = None
    ) -> None:
        self.lines = lines
        self.stem = stem
        self._index: dict[str, tuple[str, ...]] | None = None
        self._known: dict[Callable[[Headers], Any], Any] | None = None

    @classmethod
    def of(cls, lines: Iterable[tuple[str, str]]) -> Headers:
        return cls(tuple(lines))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self.lines == other.lines

    def __hash__(self) -> int:
        return hash(self.lines)

    def __repr__(self) -> str:
        return f"Headers({self.lines!r})"

    def once(self, rule: Callable[[Headers], Found]) -> Found:
        """The cached result of a function of these lines.

        It must depend on nothing else; a lambda would be a new function each time.
        """
        cached = self._known
        if cached is None or len(cached) > MOST_KNOWN:
            cached = self._known = {}
        elif rule in cached:
            found: Found = cached[rule]
            return found
        found = cached[rule] = rule(self)
        return found

    def bare(self) -> Headers:
        """The same lines, without cached results."""
        return Headers(self.lines)

    def followed_by(self, lines: tuple[tuple[str, str], ...]) -> Headers:
        """These headers, followed by more lines."""
        return Headers((*self.lines, *lines), self)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in (self._index or self._by_name())

    def get(self, name: str) -> str | None:
        """The first value of a header, or None."""
        values = (self._index or self._by_name()).get(name.lower())
        return values[0] if values else None

    def get_all(self, name: str) -> tuple[str, ...]:
        """The values of all lines of a header, in order."""
        return (self._index or self._by_name()).get(name.lower(), ())

    def names(self) -> frozenset[str]:
        """The header names, in lower case."""
        return frozenset(self._by_name())

    def has_any(self, names: frozenset[str]) -> bool:
        """Whether any of the names (lower case) is present."""
        return not names.isdisjoint(self._index or self._by_name())

    def without(self, *names: str) -> Headers:
        """These headers without the given names."""
        return self.less(frozenset([name.lower() for name in names]))

    def less(self, names: frozenset[str]) -> Headers:
        """Like `without`, for names already in lower case."""
        if names.isdisjoint(self._index or self._by_name()):
            return self  # the usual case: none is present
        return Headers(tuple([line for line in self.lines if line[0].lower() not in names]))

    def replacing(self, name: str, value: str) -> Headers:
        """These headers with exactly one line of this name, at the end."""
        return self.without(name).adding(name, value)

    def adding(self, name: str, value: str) -> Headers:
        """These headers with one more line."""
        return Headers((*self.lines, (name, value)))

    def _by_name(self) -> dict[str, tuple[str, ...]]:
        """An index by name, created at first use."""
        if self._index is None:
            index: dict[str, tuple[str, ...]] = {}
            for name, value in self.lines:
                lower = name.lower()
                if lower in index:
                    index[lower] = (*index[lower], value)
                else:
                    index[lower] = (value,)
            self._index = index
        return self._index


NO_HEADERS = Headers()


@value(frozen=True, slots=True, kw_only=True)
class Request:
    """A request from a viewer or to an origin, without its body.

    `uri` is the raw path and starts with `/`; `querystring` is raw, without `?` ("" if there is
    none): nothing is decoded or normalised. `tls` is the viewer's connection as `version:cipher`,
    "" for plain HTTP, with an optional third part `:fullHandshake` or `:connectionReused` (OR-020).
    `viewer` has the facts about the viewer, and `received` the headers that it sent, before
    functions.
    """

    method: str
    uri: str
    querystring: str = ""
    headers: Headers = NO_HEADERS
    client_ip: str = "127.0.0.1"
    client_port: int = 0
    scheme: str = "https"  # the viewer's scheme: "http" or "https"
    http_version: str = "1.1"
    tls: str = ""
    viewer: ViewerFacts = NOTHING_KNOWN
    received: Headers | None = None

    @property
    def target(self) -> str:
        """Path and query string, as in the request line."""
        return f"{self.uri}?{self.querystring}" if self.querystring else self.uri

    def with_headers(self, headers: Headers) -> Request:
        if headers is self.headers:
            return self
        return self.with_changes(headers, self.uri, self.querystring)

    def with_changes(self, headers: Headers, uri: str, querystring: str) -> Request:
        """The request with changes. (`replace` takes five times as long.)"""
        return Request(
            method=self.method,
            uri=uri,
            querystring=querystring,
            headers=headers,
            client_ip=self.client_ip,
            client_port=self.client_port,
            scheme=self.scheme,
            http_version=self.http_version,
            tls=self.tls,
            viewer=self.viewer,
            received=self.received,
        )


@value(frozen=True, slots=True, kw_only=True)
class Response:
    """A response with its body, in memory or streamed.

    `reason` is the reason phrase; "" is the standard one. With a `websocket` the status is 101, and
    messages replace the body. `came_over` is the origin's connection, if it can still fall out of
    step.
    """

    status: int
    headers: Headers = NO_HEADERS
    body: Body = b""
    reason: str = ""
    websocket: OriginSocket | None = None
    came_over: OriginConnection | None = field(default=None, compare=False)

    def with_headers(self, headers: Headers) -> Response:
        # As in `going_on`: on the path of each hit.
        if headers is self.headers:
            return self
        return Response(
            status=self.status,
            headers=headers,
            body=self.body,
            reason=self.reason,
            websocket=self.websocket,
            came_over=self.came_over,
        )

    @property
    def held(self) -> bytes:
        """The body as bytes. Raises TypeError for a streamed body."""
        if not isinstance(self.body, bytes):
            raise TypeError("the body is on its way: read it with `bodies.read_whole`")
        return self.body
