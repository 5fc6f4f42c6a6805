"""Cache, origin request and response headers policies as values.

`policy_parsing.py` parses the first two from the API's form.

Header names are in lower case; cookie and query string names as they are, because CloudFront
compares only header names case-insensitively (CA-006, CA-008, CA-009). A `*` in a list is a literal
character, except in the cookies of legacy settings (CA-007).

Source: CloudFront API Reference, CachePolicyConfig, OriginRequestPolicyConfig and
ResponseHeadersPolicyConfig.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from localfront.http_messages.messages import Headers
from localfront.http_messages.wildcards import fits

CLOUDFRONTS = "cloudfront-"  # the prefix of CloudFront's own headers


class Mode(Enum):
    """Which headers, cookies or query strings are selected: all, none, listed, all but listed."""

    NONE = "none"
    LISTED = "whitelist"
    ALL_EXCEPT = "allExcept"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which headers, cookies or query strings a policy takes."""

    mode: Mode = Mode.NONE
    names: frozenset[str] = frozenset()
    wildcards: bool = False  # `*` and `?` in names are wildcards

    def takes(self, name: str) -> bool:
        match self.mode:
            case Mode.NONE:
                return False
            case Mode.ALL:
                return True
            case Mode.LISTED:
                return name in self.names or (
                    self.wildcards and any(fits(n, name) for n in self.names)
                )
            case Mode.ALL_EXCEPT:
                return name not in self.names

    @property
    def takes_any(self) -> bool:
        return self.mode is not Mode.NONE

    def joined(self, other: Selection) -> Selection:
        """The selections of both policies, cache and origin request, joined (PO-002, PO-003)."""
        match self.mode, other.mode:
            case (Mode.ALL, _) | (_, Mode.ALL):
                return Selection(Mode.ALL)
            case (Mode.NONE, _):
                return other
            case (_, Mode.NONE):
                return self
            case (Mode.LISTED, Mode.LISTED) | (Mode.ALL_EXCEPT, Mode.ALL_EXCEPT):
                return Selection(self.mode, self.names | other.names)
            case (Mode.LISTED, Mode.ALL_EXCEPT):
                return Selection(Mode.ALL_EXCEPT, other.names - self.names)
            case _:
                return Selection(Mode.ALL_EXCEPT, self.names - other.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    """A cache policy; TTLs in seconds. Its selection is in the key and is forwarded.

    `legacy` policies represent ForwardedValues, with which more headers are forwarded.
    """

    id: str
    legacy: bool = False
    min_ttl: int = 0
    default_ttl: int = 86_400
    max_ttl: int = 31_536_000
    headers: Selection = Selection()
    cookies: Selection = Selection()
    query_strings: Selection = Selection()
    gzip: bool = False
    brotli: bool = False

    def __hash__(self) -> int:
        """Hash only the id: each cache miss looks something up by its policy."""
        return hash(self.id)

    @property
    def caching_disabled(self) -> bool:
        """Whether the policy disables caching: all three TTLs are 0 (CA-018)."""
        return self.min_ttl == self.default_ttl == self.max_ttl == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginRequestPolicy:
    """The values forwarded to the origin in addition to the cache key (PO-001).

    `cloudfront_headers` are the names (lower case) of CloudFront's headers to add.
    """

    id: str
    headers: Selection = Selection()
    cookies: Selection = Selection()
    query_strings: Selection = Selection()
    cloudfront_headers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """The parts of a viewer's request that a behavior's two policies together forward.

    `cloudfront_headers` are the names (lower case) of headers that CloudFront adds (OR-018).
    """

    headers: Selection
    cookies: Selection
    query_strings: Selection
    cloudfront_headers: frozenset[str]


def forwarding(cache: CachePolicy, request: OriginRequestPolicy | None) -> Forwarding:
    """Combine both policies (PO-002, PO-003). CloudFront's own headers may be listed in either."""
    listed = frozenset(name for name in cache.headers.names if name.startswith(CLOUDFRONTS))
    extra = request or OriginRequestPolicy(id="")
    return Forwarding(
        headers=cache.headers.joined(extra.headers),
        cookies=cache.cookies.joined(extra.cookies),
        query_strings=cache.query_strings.joined(extra.query_strings),
        cloudfront_headers=listed | extra.cloudfront_headers,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyHeader:
    """A header set by a response headers policy; `override` replaces the origin's (RH-001)."""

    name: str
    value: str
    override: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CorsPolicy:
    """The CORS part of a response headers policy; `max_age` in seconds."""

    allow_origins: tuple[str, ...]
    allow_methods: tuple[str, ...]
    allow_headers: tuple[str, ...]
    expose_headers: tuple[str, ...]
    allow_credentials: bool
    max_age: int | None
    override: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseHeadersPolicy:
    """Headers removed, then headers set, on every response of a behavior (RH-003, RH-004).

    `remove` has lower-case names. `server_timing` is the percentage of responses that get a
    Server-Timing header (RH-010), None if the policy has none. Precomputed, because every response
    needs them: the names (lower case) of origin headers to remove, the lines always set, and those
    set only if the origin sent none, by name (RH-001).
    """

    id: str
    set_headers: tuple[PolicyHeader, ...] = ()
    remove: frozenset[str] = frozenset()
    cors: CorsPolicy | None = None
    server_timing: float | None = None
    dropped: frozenset[str] = field(init=False, repr=False, compare=False)
    overriding: tuple[tuple[str, str], ...] = field(init=False, repr=False, compare=False)
    completing: tuple[tuple[str, tuple[str, str]], ...] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        lines = {h.name.lower(): (h.name, h.value) for h in self.set_headers}
        override = {h.name.lower() for h in self.set_headers if h.override}
        settings = {
            "dropped": self.remove | override,
            "overriding": tuple(line for n, line in lines.items() if n in override),
            "completing": tuple(item for item in lines.items() if item[0] not in override),
        }
        for name, value in settings.items():
            object.__setattr__(self, name, value)

    def applied(self, headers: Headers) -> Headers:
        """The headers with the policy applied, CORS aside."""
        lines = [line for line in headers.lines if line[0].lower() not in self.dropped]
        return Headers(tuple(self.completed(lines)))

    def completed(self, lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
        if self.completing:
            present = {name.lower() for name, _ in lines}
            lines = lines + [line for name, line in self.completing if name not in present]
        return [*lines, *self.overriding]


@dataclass(frozen=True, slots=True)
class PolicyCatalog:
    """The policies that a distribution may refer to, by id."""

    cache: Mapping[str, CachePolicy] = field(default_factory=dict)
    origin_request: Mapping[str, OriginRequestPolicy] = field(default_factory=dict)
    response_headers: Mapping[str, ResponseHeadersPolicy] = field(default_factory=dict)


def items(part: Mapping[str, Any] | None) -> list[Any]:
    """The list inside the API's `{"Quantity": n, "Items": [...]}`."""
    return list((part or {}).get("Items") or [])
