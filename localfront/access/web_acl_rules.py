"""Evaluate a web ACL's rules in order, before anything else (PL-001).

AWS WAF estimates request rates about every ten seconds; here each request counts at once.

Sources: AWS WAF Developer Guide, "Using AWS WAF rules", "Rule statements", "Rate-based rule statement",
"Web request labeling", "Rule action".
"""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from ipaddress import ip_address

from localfront.access.request_parts import texts_of
from localfront.config import web_acl as acl
from localfront.http_messages.messages import Request

MOST_ADDRESSES = 10_000  # addresses that AWS WAF rate-limits at a time, per rule


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAclVerdict:
    """A verdict. `rule` ended the evaluation; `counted` are the matching rules with Count."""

    block: acl.BlockAction | None
    rule: str
    counted: tuple[str, ...] = ()


@dataclass(slots=True)
class WebAcls:
    """Evaluates web ACLs; holds the counters of rate-based rules."""

    _rates: dict[acl.RateLimit, OrderedDict[str, deque[float]]] = field(default_factory=dict)

    def judge(self, found: acl.WebAcl, request: Request, *, now: float) -> WebAclVerdict:
        """Evaluate a request; `now` is in seconds."""
        labels: set[str] = set()
        counted: list[str] = []
        for rule in found.rules:
            if not self._matches(rule.statement, request, labels, now):
                continue
            labels |= {f"{found.label_prefix}{label}" for label in rule.labels}
            if rule.action is None:
                counted.append(rule.name)
                continue
            block = rule.action if isinstance(rule.action, acl.BlockAction) else None
            return WebAclVerdict(block=block, rule=rule.name, counted=tuple(counted))
        return WebAclVerdict(block=found.default, rule="default action", counted=tuple(counted))

    def _matches(
        self, statement: acl.Statement, request: Request, labels: set[str], now: float
    ) -> bool:
        match statement:
            case acl.All(of=parts):
                return all(self._matches(part, request, labels, now) for part in parts)
            case acl.Any(of=parts):
                return any(self._matches(part, request, labels, now) for part in parts)
            case acl.Not(of=inner):
                return not self._matches(inner, request, labels, now)
            case acl.RateLimit():
                scope = statement.scope
                if scope is not None and not self._matches(scope, request, labels, now):
                    return False
                return self._is_over(statement, request, now)
            case acl.LabelMatch():
                return any(_has_label(statement, label) for label in labels)
            case _:
                return _matches_alone(statement, request)

    def _is_over(self, rule: acl.RateLimit, request: Request, now: float) -> bool:
        rates = self._rates.setdefault(rule, OrderedDict())
        key = "" if rule.for_all else request.client_ip
        times = rates.setdefault(key, deque(maxlen=rule.limit + 1))
        rates.move_to_end(key)
        if len(rates) > MOST_ADDRESSES:
            rates.popitem(last=False)
        times.append(now)
        while times[0] <= now - rule.window:
            times.popleft()
        return len(times) > rule.limit


def _has_label(statement: acl.LabelMatch, label: str) -> bool:
    """Whether a label matches; the key may omit its leading namespaces."""
    if statement.is_namespace:
        return f":{statement.key.rstrip(':')}:" in f":{label}"
    return f":{label}".endswith(f":{statement.key}")


def _matches_alone(statement: acl.Statement, request: Request) -> bool:
    match statement:
        case acl.GeoMatch(countries=countries):
            return request.viewer.country in countries
        case acl.IpMatch(networks=networks):
            try:
                address = ip_address(request.client_ip)
            except ValueError:
                return False
            return any(address in network for network in networks)
        case acl.ByteMatch():
            return any(_has_text(statement, text) for text in texts_of(statement.field, request))
        case acl.RegexMatch(field=part, patterns=patterns):
            texts = texts_of(part, request)
            return any(pattern.search(text) for pattern in patterns for text in texts)
        case acl.SizeConstraint(field=part):
            return any(_has_size(statement, text) for text in texts_of(part, request))
        case _:
            return False


def _has_text(statement: acl.ByteMatch, text: str) -> bool:
    wanted = statement.text
    match statement.position:
        case "EXACTLY":
            return text == wanted
        case "STARTS_WITH":
            return text.startswith(wanted)
        case "ENDS_WITH":
            return text.endswith(wanted)
        case "CONTAINS_WORD":
            return (
                re.search(rf"(?<![A-Za-z0-9_]){re.escape(wanted)}(?![A-Za-z0-9_])", text)
                is not None
            )
        case _:
            return wanted in text


def _has_size(statement: acl.SizeConstraint, text: str) -> bool:
    size, other = len(text.encode("utf-8", "surrogateescape")), statement.size
    match statement.operator:
        case "EQ":
            return size == other
        case "NE":
            return size != other
        case "LE":
            return size <= other
        case "LT":
            return size < other
        case "GE":
            return size >= other
        case _:
            return size > other
