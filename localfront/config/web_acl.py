"""A web ACL of AWS WAF as values: ordered rules, each with a tree of statements and an action.

Source: AWS WAFV2 API Reference, WebACL, Rule, Statement and RuleAction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A request component.

    `kind` is one of request_parts.PARTS, `name` that of a header or argument in lower case;
    `transformations` are in order.
    """

    kind: str
    name: str = ""
    transformations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteMatch:
    field: Field
    text: str
    position: str  # EXACTLY, STARTS_WITH, ENDS_WITH, CONTAINS, CONTAINS_WORD


@dataclass(frozen=True, slots=True, kw_only=True)
class RegexMatch:
    """Matches if any of the patterns does."""

    field: Field
    patterns: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeConstraint:
    """Compares a size in bytes."""

    field: Field
    operator: str  # EQ, NE, LE, LT, GE, GT
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoMatch:
    countries: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class IpMatch:
    networks: tuple[Network, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMatch:
    """Matches a label; with `is_namespace` the key is a prefix."""

    key: str
    is_namespace: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """More than `limit` requests in `window` seconds, per address or, `for_all`, in total."""

    limit: int
    window: int
    for_all: bool = False
    scope: Statement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    of: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Any:
    of: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    of: Statement


Statement = (
    ByteMatch
    | RegexMatch
    | SizeConstraint
    | GeoMatch
    | IpMatch
    | LabelMatch
    | RateLimit
    | All
    | Any
    | Not
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockAction:
    """The response to a blocked request; without a `status`, CloudFront's page for 403."""

    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    content_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAclRule:
    """A rule. `action` ends the evaluation; None is Count. `labels` are for later rules."""

    name: str
    statement: Statement
    action: BlockAction | bool | None  # True is Allow
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAcl:
    """A web ACL. `default` is the default action; None is Allow."""

    name: str
    rules: tuple[WebAclRule, ...]
    default: BlockAction | None = None
    label_prefix: str = ""
