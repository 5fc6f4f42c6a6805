"""Cache, origin request and response headers policies, as a behavior uses them.

Header names are kept in lower case; cookie and query string names as they are, because
CloudFront compares the first without case and the others with it (CA-006, CA-008, CA-009).
A `*` in a list is a literal character (CA-007).

Source: CloudFront API Reference, CachePolicyConfig, OriginRequestPolicyConfig and
ResponseHeadersPolicyConfig.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from localfront.errors import ConfigError


class Mode(Enum):
    """Which values of a kind are taken."""

    NONE = "none"
    LISTED = "whitelist"
    ALL_EXCEPT = "allExcept"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which headers, cookies or query strings a policy takes."""

    mode: Mode = Mode.NONE
    names: frozenset[str] = frozenset()

    def takes(self, name: str) -> bool:
        match self.mode:
            case Mode.NONE:
                return False
            case Mode.ALL:
                return True
            case Mode.LISTED:
                return name in self.names
            case Mode.ALL_EXCEPT:
                return name not in self.names

    @property
    def takes_any(self) -> bool:
        return self.mode is not Mode.NONE

    def joined(self, other: Selection) -> Selection:
        """What reaches the origin when a cache policy selects self and an origin
        request policy other (PO-002, PO-003).
        """
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
    """TTLs in seconds. What is selected is part of the cache key and goes to the origin."""

    id: str
    min_ttl: int = 0
    default_ttl: int = 86_400
    max_ttl: int = 31_536_000
    headers: Selection = Selection()
    cookies: Selection = Selection()
    query_strings: Selection = Selection()
    gzip: bool = False
    brotli: bool = False

    @property
    def caching_disabled(self) -> bool:
        """CA-018: all three TTLs are 0."""
        return self.min_ttl == self.default_ttl == self.max_ttl == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginRequestPolicy:
    """What goes to the origin beside what is in the cache key (PO-001).

    `cloudfront_headers` are the names (lower case) of the headers that CloudFront is asked to add.
    """

    id: str
    headers: Selection = Selection()
    cookies: Selection = Selection()
    query_strings: Selection = Selection()
    cloudfront_headers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyHeader:
    """A header that a response headers policy sets; `override` replaces the origin's (RH-001)."""

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

    `remove` holds lower-case names. `server_timing` is the percentage of responses that get a
    Server-Timing header (RH-010), None where the policy has none. Worked out once, because every
    response goes through it: the names (lower case) of the origin that go, the lines that are set
    whatever it sent, and those, by name, that are set where it sent none (RH-001).
    """

    id: str
    set_headers: tuple[PolicyHeader, ...] = ()
    remove: frozenset[str] = frozenset()
    cors: CorsPolicy | None = None
    server_timing: float | None = None
    dropped: frozenset[str] = field(init=False, repr=False, compare=False)
    overriding: tuple[tuple[str, str], ...] = field(
        init=False, repr=False, compare=False
    )
    completing: tuple[tuple[str, tuple[str, str]], ...] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        lines = {h.name.lower(): (h.name, h.value) for h in self.set_headers}
        override = {h.name.lower() for h in self.set_headers if h.override}
        told = {
            "dropped": self.remove | override,
            "overriding": tuple(line for n, line in lines.items() if n in override),
            "completing": tuple(
                item for item in lines.items() if item[0] not in override
            ),
        }
        for name, value in told.items():
            object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True)
class PolicyCatalog:
    """The policies that a distribution may name, by id."""

    cache: Mapping[str, CachePolicy] = field(default_factory=dict)
    origin_request: Mapping[str, OriginRequestPolicy] = field(default_factory=dict)
    response_headers: Mapping[str, ResponseHeadersPolicy] = field(default_factory=dict)


def items(part: Mapping[str, Any] | None) -> list[Any]:
    """The list inside the API's `{"Quantity": n, "Items": [...]}`."""
    return list((part or {}).get("Items") or [])


def _selection(mode: str, names: list[str], *, lower: bool = False) -> Selection:
    return Selection(Mode(mode), frozenset(n.lower() if lower else n for n in names))


# OR-019: these would make a key of every viewer.
NOT_IN_CACHE_POLICIES = frozenset(
    f"cloudfront-viewer-{part}"
    for part in ("address", "asn", "ja3-fingerprint", "ja4-fingerprint", "tls")
)


def parse_cache_policy(policy_id: str, config: Mapping[str, Any]) -> CachePolicy:
    """Read a CachePolicyConfig as the CloudFront API returns it.

    Raises ConfigError for a header that no cache key can have (OR-019).
    """
    parameters = config.get("ParametersInCacheKeyAndForwardedToOrigin") or {}
    headers = parameters.get("HeadersConfig") or {}
    cookies = parameters.get("CookiesConfig") or {}
    queries = parameters.get("QueryStringsConfig") or {}
    for name in items(headers.get("Headers")):
        if name.lower() in NOT_IN_CACHE_POLICIES:
            raise ConfigError(
                f"Cache policy {policy_id} lists {name}, which CloudFront refuses: list it in an "
                "origin request policy (OR-019)."
            )
    return CachePolicy(
        id=policy_id,
        min_ttl=int(config["MinTTL"]),
        default_ttl=int(config.get("DefaultTTL", 86_400)),
        max_ttl=int(config.get("MaxTTL", 31_536_000)),
        headers=_selection(
            headers.get("HeaderBehavior", "none"),
            items(headers.get("Headers")),
            lower=True,
        ),
        cookies=_selection(
            cookies.get("CookieBehavior", "none"), items(cookies.get("Cookies"))
        ),
        query_strings=_selection(
            queries.get("QueryStringBehavior", "none"),
            items(queries.get("QueryStrings")),
        ),
        gzip=bool(parameters.get("EnableAcceptEncodingGzip", False)),
        brotli=bool(parameters.get("EnableAcceptEncodingBrotli", False)),
    )


def parse_origin_request_policy(
    policy_id: str, config: Mapping[str, Any]
) -> OriginRequestPolicy:
    """Read an OriginRequestPolicyConfig as the CloudFront API returns it (PO-004)."""
    part = config.get("HeadersConfig") or {}
    behavior = part.get("HeaderBehavior", "none")
    names = frozenset(name.lower() for name in items(part.get("Headers")))
    added = frozenset(name for name in names if name.startswith("cloudfront-"))
    match behavior:
        case "none":
            headers = Selection()
        case "whitelist" if "authorization" in names:
            raise ConfigError(
                f"Origin request policy {policy_id} lists Authorization, which CloudFront refuses: "
                "list it in a cache policy, or forward all viewer headers (OR-009)."
            )
        case "whitelist":
            headers = Selection(Mode.LISTED, names)
        case "allViewer" | "allViewerAndWhitelistCloudFront":
            headers = Selection(Mode.ALL)
        case "allExcept":
            headers, added = Selection(Mode.ALL_EXCEPT, names), frozenset()
        case _:
            raise ConfigError(
                f"Origin request policy {policy_id}: HeaderBehavior {behavior!r} is none of none, "
                "whitelist, allViewer, allViewerAndWhitelistCloudFront, allExcept."
            )
    cookies = config.get("CookiesConfig") or {}
    queries = config.get("QueryStringsConfig") or {}
    return OriginRequestPolicy(
        id=policy_id,
        headers=headers,
        cookies=_selection(
            cookies.get("CookieBehavior", "none"), items(cookies.get("Cookies"))
        ),
        query_strings=_selection(
            queries.get("QueryStringBehavior", "none"),
            items(queries.get("QueryStrings")),
        ),
        cloudfront_headers=added,
    )
