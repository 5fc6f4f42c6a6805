"""Parse WAFV2's Statement.

Source: AWS WAFV2 API Reference, Statement and its members, FieldToMatch, TextTransformation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from localfront.config import web_acl as values
from localfront.config.fields import Fields, is_set

PARTS = {
    "UriPath": "path",
    "QueryString": "query",
    "Method": "method",
    "SingleHeader": "header",
    "SingleQueryArgument": "argument",
    "AllQueryArguments": "arguments",
}
TRANSFORMATIONS = frozenset(
    {"NONE", "LOWERCASE", "URL_DECODE", "COMPRESS_WHITE_SPACE", "HTML_ENTITY_DECODE"}
    | {"NORMALIZE_PATH", "REMOVE_NULLS"}
)
POSITIONS = ("EXACTLY", "STARTS_WITH", "ENDS_WITH", "CONTAINS", "CONTAINS_WORD")
MOST_REQUESTS = 2_000_000_000  # of a rate-based rule
OPERATORS = ("EQ", "NE", "LE", "LT", "GE", "GT")


class NotEvaluatedError(Exception):
    """The rule cannot be evaluated; the message continues the field's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementReader:
    """Parses statements. `ip_sets` (addresses) and `regex_sets` (expressions) are keyed by ARN."""

    ip_sets: Mapping[str, Iterable[str]]
    regex_sets: Mapping[str, Iterable[str]]

    def read(self, fields: Fields) -> values.Statement:
        """Parse a statement. Raises NotEvaluatedError, and ConfigError for a malformed one."""
        names = [name for name, value in fields.values.items() if value is not None]
        kind = names[0] if len(names) == 1 else ""
        readers = _READERS.get(kind)
        if readers is None:
            raise NotEvaluatedError(f"is {kind or 'not a single statement'}")
        return readers(self, fields.part(kind))

    def _byte_match(self, fields: Fields) -> values.Statement:
        text = fields.values.get("SearchString")
        return values.ByteMatch(
            field=self._field(fields),
            text=text.decode("latin-1") if isinstance(text, bytes) else fields.text("SearchString"),
            position=fields.choice("PositionalConstraint", POSITIONS),
        )

    def _regex(self, fields: Fields) -> values.Statement:
        return self._patterns(fields, [fields.text("RegexString")])

    def _regex_set(self, fields: Fields) -> values.Statement:
        arn = _arn(fields)
        if arn not in self.regex_sets:
            raise NotEvaluatedError(
                f"names the regex pattern set {arn}, which is in none of the files"
            )
        return self._patterns(fields, self.regex_sets[arn])

    def _patterns(self, fields: Fields, expressions: Iterable[str]) -> values.Statement:
        try:
            patterns = tuple(re.compile(e, re.DOTALL) for e in expressions)
        except re.error as error:
            raise NotEvaluatedError(
                f"has a pattern that Python's re does not accept ({error})"
            ) from error
        return values.RegexMatch(field=self._field(fields), patterns=patterns)

    def _size(self, fields: Fields) -> values.Statement:
        return values.SizeConstraint(
            field=self._field(fields),
            operator=fields.choice("ComparisonOperator", OPERATORS),
            size=fields.number("Size"),
        )

    def _geo(self, fields: Fields) -> values.Statement:
        self._own_address(fields, "ForwardedIPConfig")
        return values.GeoMatch(
            countries=frozenset(map(str, fields.values.get("CountryCodes") or ()))
        )

    def _ip_set(self, fields: Fields) -> values.Statement:
        self._own_address(fields, "IPSetForwardedIPConfig")
        arn = _arn(fields)
        if arn not in self.ip_sets:
            raise NotEvaluatedError(f"names the IP set {arn}, which is in none of the files")
        try:
            networks = tuple(ip_network(a, strict=False) for a in self.ip_sets[arn])
        except ValueError as error:
            raise NotEvaluatedError(f"names an IP set with an invalid range ({error})") from error
        return values.IpMatch(networks=networks)

    def _label(self, fields: Fields) -> values.Statement:
        scope = fields.choice("Scope", ("LABEL", "NAMESPACE"))
        return values.LabelMatch(key=fields.text("Key"), is_namespace=scope == "NAMESPACE")

    def _rate(self, fields: Fields) -> values.Statement:
        kind = fields.text("AggregateKeyType", "IP")
        if kind not in ("IP", "CONSTANT"):
            raise NotEvaluatedError(f"counts requests by {kind}")
        scope = fields.part("ScopeDownStatement")
        return values.RateLimit(
            limit=fields.number("Limit", low=1, high=MOST_REQUESTS),
            window=fields.number("EvaluationWindowSec", 300, low=60, high=600) or 300,
            for_all=kind == "CONSTANT",
            scope=self.read(scope) if scope.values else None,
        )

    def _several(self, fields: Fields) -> tuple[values.Statement, ...]:
        listed = Fields(fields.where, {"Statements": {"Items": fields.values.get("Statements")}})
        return tuple(self.read(part) for part in listed.parts("Statements"))

    def _and(self, fields: Fields) -> values.Statement:
        return values.All(of=self._several(fields))

    def _or(self, fields: Fields) -> values.Statement:
        return values.Any(of=self._several(fields))

    def _not(self, fields: Fields) -> values.Statement:
        return values.Not(of=self.read(fields.part("Statement")))

    def _field(self, fields: Fields) -> values.Field:
        wanted = {n: v for n, v in fields.part("FieldToMatch").values.items() if v is not None}
        kind = next(iter(wanted)) if len(wanted) == 1 else ""
        if kind not in PARTS:
            raise NotEvaluatedError(
                f"inspects {kind or 'more or less than one part of the request'}"
            )
        listed: list[Any] = list(fields.values.get("TextTransformations") or ())
        listed.sort(key=lambda t: t.get("Priority") or 0)
        names = tuple(str(t.get("Type")) for t in listed)
        unknown = sorted(set(names) - TRANSFORMATIONS)
        if unknown:
            raise NotEvaluatedError(f"transforms text by {', '.join(unknown)}")
        details = wanted[kind] if isinstance(wanted[kind], Mapping) else {}
        return values.Field(
            kind=PARTS[kind],
            name=str(details.get("Name") or "").lower(),
            transformations=tuple(n for n in names if n != "NONE"),
        )

    def _own_address(self, fields: Fields, field: str) -> None:
        if is_set(fields.values.get(field)):
            raise NotEvaluatedError("reads the viewer's address from a header")


def _arn(fields: Fields) -> str:
    """The ARN, which CloudFormation spells differently."""
    return fields.text("ARN", "") or fields.text("Arn", "")


_READERS: Mapping[str, Callable[[StatementReader, Fields], values.Statement]] = {
    "AndStatement": StatementReader._and,
    "ByteMatchStatement": StatementReader._byte_match,
    "GeoMatchStatement": StatementReader._geo,
    "IPSetReferenceStatement": StatementReader._ip_set,
    "LabelMatchStatement": StatementReader._label,
    "NotStatement": StatementReader._not,
    "OrStatement": StatementReader._or,
    "RateBasedStatement": StatementReader._rate,
    "RegexMatchStatement": StatementReader._regex,
    "RegexPatternSetReferenceStatement": StatementReader._regex_set,
    "SizeConstraintStatement": StatementReader._size,
}
