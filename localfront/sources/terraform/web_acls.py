"""aws_wafv2_web_acl, and the sets that its rules refer to → WAFV2's structures.

Source: Terraform AWS provider, aws_wafv2_web_acl, aws_wafv2_ip_set and aws_wafv2_regex_pattern_set;
AWS WAFV2 API Reference, WebACL.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from localfront.errors import ConfigError
from localfront.sources.description import Raw
from localfront.sources.terraform.blocks import Block
from localfront.sources.terraform.links import Links
from localfront.sources.terraform.show import Resource, Show

WEB_ACL = "aws_wafv2_web_acl"
IP_SET = "aws_wafv2_ip_set"
REGEX_SET = "aws_wafv2_regex_pattern_set"
# Lists, whose names are plural in the API.
LISTS = {
    "response_header": "ResponseHeaders",
    "rule": "Rules",
    "rule_label": "RuleLabels",
    "text_transformation": "TextTransformations",
}
SPELLINGS = {
    "arn": "ARN",
    "forwarded_ip_config": "ForwardedIPConfig",
    "ip_set_forwarded_ip_config": "IPSetForwardedIPConfig",
    "ip_set_reference_statement": "IPSetReferenceStatement",
}
SEVERAL = ("and_statement", "or_statement")
NOT_READ = frozenset({"id", "tags", "tags_all", "visibility_config", "lock_token", "capacity"})


def web_acl_key(resource: Resource) -> str:
    """The web ACL's value in a distribution's WebACLId."""
    return str(resource.values.get("arn") or resource.address)


def web_acls(show: Show, links: Links) -> dict[str, Raw]:
    """Web ACLs by WebACLId, including those that a plan shows only in part."""
    found: dict[str, Raw] = {}
    for resource in show.of_type(WEB_ACL):
        if resource.mode != "managed":
            continue
        try:
            found[web_acl_key(resource)] = _web_acl(Block.of(resource), links)
        except ConfigError:
            continue
    return found


def sets_of(show: Show, resource_type: str, field: str) -> dict[str, tuple[str, ...]]:
    """The addresses or expressions of each set, by ARN."""
    found: dict[str, tuple[str, ...]] = {}
    for resource in show.of_type(resource_type):
        members = resource.values.get(field) or ()
        texts = (m.get("regex_string") if isinstance(m, Mapping) else m for m in members)
        found[_set_arn(resource)] = tuple(str(text) for text in texts if text)
    return found


def _set_arn(resource: Resource) -> str:
    return str(resource.values.get("arn") or resource.address)


def _web_acl(block: Block, links: Links) -> dict[str, Any]:
    bodies = {
        str(b.get("key")): {"Content": b.get("content"), "ContentType": b.get("content_type")}
        for b in block.blocks("custom_response_body")
    }
    written = block.values.get("rule_json")
    found: dict[str, Any] = {
        "Name": block.values.get("name"),
        "ARN": block.values.get("arn"),
        "DefaultAction": _structure(block.blocks("default_action")[0], links),
        "Rules": [_structure(rule, links) for rule in block.blocks("rule")],
        "CustomResponseBodies": bodies,
    }
    if written:
        found["Rules"] = json.loads(written)
    return found


def _structure(block: Block, links: Links, *, inside: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in sorted((block.values.keys() | block.unknown.keys()) - NOT_READ):
        value = block.values.get(name)
        if isinstance(value, list) and (not value or isinstance(value[0], Mapping)):
            members = [_structure(b, links, inside=name) for b in block.blocks(name)]
            if not members:
                continue
            if name == "statement" and inside in SEVERAL:
                found["Statements"] = members
            elif name in LISTS:
                found[LISTS[name]] = members
            else:
                found[_spelled(name)] = members[0]
        elif name == "arn":
            found["ARN"] = _named_set(block, links)
        elif block.is_unknown(name) or value is not None:
            found[_spelled(name)] = block.get(name)
    return found


def _named_set(block: Block, links: Links) -> str:
    """The ARN of a rule's set; if the plan does not show it, only that rule can't be evaluated."""
    try:
        return links.one_of(block, "arn", (IP_SET, REGEX_SET), _set_arn) or ""
    except ConfigError:
        return "that is known only after the apply"


def _spelled(name: str) -> str:
    return SPELLINGS.get(name) or "".join(part.capitalize() for part in name.split("_"))
