"""Parse WAFV2's WebACL. A rule that cannot be evaluated completely gets a notice and is left out.

Source: AWS WAFV2 API Reference, WebACL, Rule, Statement, FieldToMatch, RuleAction and CustomResponse.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from localfront.config import web_acl as values
from localfront.config.fields import Fields
from localfront.config.notices import NotHonoured
from localfront.config.web_acl_statements import NotEvaluatedError, StatementReader

ASKS_THE_VIEWER = NotHonoured(
    "challenges the viewer with a puzzle", "it only counts: the next rule is evaluated"
)
INSERTS = NotHonoured("adds headers to the request", "none is added")
CONTENT_TYPES = {
    "TEXT_PLAIN": "text/plain",
    "TEXT_HTML": "text/html",
    "APPLICATION_JSON": "application/json",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencedSets:
    """The sets that rules name by ARN: addresses of IPSets, expressions of RegexPatternSets."""

    ip_sets: Mapping[str, Iterable[str]]
    regex_sets: Mapping[str, Iterable[str]]


def parse_web_acl(fields: Fields, sets: ReferencedSets) -> values.WebAcl:
    """Parse a WebACL; rules left out are in the notices of `fields`. Raises ConfigError."""
    name = fields.text("Name", "") or "web ACL"
    bodies = fields.part("CustomResponseBodies").values
    rules = sorted(_members(fields, "Rules"), key=lambda rule: rule.number("Priority", 0))
    parsed = [
        _rule(rule.called(f"{fields.where}, rule {rule.text('Name')!r}"), sets, bodies)
        for rule in rules
    ]
    default = fields.part("DefaultAction")
    account = fields.text("ARN", "").split(":")[4:5]
    return values.WebAcl(
        name=name,
        rules=tuple(filter(None, parsed)),
        default=_block(default.part("Block"), bodies) if default.has("Block") else None,
        label_prefix=f"awswaf:{account[0] if account else ''}:webacl:{name}:",
    )


def _rule(
    rule: Fields, sets: ReferencedSets, bodies: Mapping[str, Any]
) -> values.WebAclRule | None:
    reader = StatementReader(ip_sets=sets.ip_sets, regex_sets=sets.regex_sets)
    try:
        statement = reader.read(rule.part("Statement"))
    except NotEvaluatedError as error:
        rule.notice(
            "Statement", NotHonoured(f"{error}, which AWS WAF evaluates", "the rule is left out")
        )
        return None
    action = rule.part("Action")
    return values.WebAclRule(
        name=rule.text("Name"),
        statement=statement,
        action=_action(action, bodies),
        labels=tuple(label.text("Name") for label in _members(rule, "RuleLabels")),
    )


def _action(action: Fields, bodies: Mapping[str, Any]) -> values.BlockAction | bool | None:
    for kind in ("Captcha", "Challenge"):
        if action.has(kind):
            action.notice(kind, ASKS_THE_VIEWER)
    for kind in ("Allow", "Count"):
        if action.part(kind).values.get("CustomRequestHandling"):
            action.notice(kind, INSERTS)
    if action.has("Block"):
        return _block(action.part("Block"), bodies)
    return True if action.has("Allow") else None


def _block(block: Fields, bodies: Mapping[str, Any]) -> values.BlockAction:
    if not block.values.get("CustomResponse"):
        return values.BlockAction()
    custom = block.part("CustomResponse")
    headers = [(h.text("Name"), h.text("Value", "")) for h in _members(custom, "ResponseHeaders")]
    body = bodies.get(custom.text("CustomResponseBodyKey", "")) or {}
    return values.BlockAction(
        status=custom.number("ResponseCode", low=200, high=599),
        headers=tuple(headers),
        body=str(body.get("Content") or "").encode("utf-8", "replace"),
        content_type=CONTENT_TYPES.get(str(body.get("ContentType")), ""),
    )


def _members(fields: Fields, name: str) -> list[Fields]:
    """The structures of a list, which is a plain one in WAFV2, unlike CloudFront's."""
    listed = Fields(
        fields.where, {name: {"Items": fields.values.get(name)}}, fields.path, fields.notices
    )
    return listed.parts(name)
