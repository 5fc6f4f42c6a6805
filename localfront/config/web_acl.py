"""A web ACL of AWS WAF as values: rules in their order, each a tree of statements and an action.

Source: AWS WAFV2 API Reference, WebACL, Rule, Statement and RuleAction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A part of the request: `kind` is one of request_parts.PARTS, `name` that of a header or an
    argument, in lower case; `transformations` in their order.
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
    """Any of the patterns is enough."""

    field: Field
    patterns: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeConstraint:
    """In bytes."""

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
    """`is_namespace`: the key is the beginning of a label."""

    key: str
    is_namespace: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """More than `limit` requests in `window` seconds, of one address or (`for_all`) of all together."""

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
    """What a viewer that is blocked gets; without a `status` of its own CloudFront's page for 403."""

    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    content_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAclRule:
    """`action` ends the evaluation; None counts, and goes on. `labels` are for the rules after it."""

    name: str
    statement: Statement
    action: BlockAction | bool | None  # True allows
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAcl:
    """`default` is what becomes of a request that no rule ends: None lets it pass."""

    name: str
    rules: tuple[WebAclRule, ...]
    default: BlockAction | None = None
    label_prefix: str = ""
