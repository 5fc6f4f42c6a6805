"""Terraform's policies, access controls and keys → the `…Config` structures of the CloudFront API.

The provider renames the API's fields but keeps their structure: a block that can occur once is a
structure, and `items` is a list.

Source: Terraform AWS provider, aws_cloudfront_cache_policy and its like; CloudFront API Reference,
CachePolicyConfig and its like.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localfront.sources.terraform.blocks import Block
from localfront.sources.terraform.cache_behavior import api_list
from localfront.sources.terraform.links import Links
from localfront.sources.terraform.show import Resource

# The provider's own fields, beyond those of the API.
NOT_OF_THE_API = frozenset({"arn", "caller_reference", "etag", "id", "last_modified_time"})
# Fields where a placeholder is acceptable: names, and values of headers.
TEXTS = frozenset(
    {"comment", "content_security_policy", "description", "name", "report_uri", "value"}
)
SPELLINGS = {
    "default_ttl": "DefaultTTL",
    "max_ttl": "MaxTTL",
    "min_ttl": "MinTTL",
    "xss_protection": "XSSProtection",
}


def config(resource: Resource, links: Links) -> dict[str, Any]:
    """The `…Config` of a policy, an access control or a public key.

    Raises ConfigError that names the resource and the field that is not in the plan.
    """
    return _structure(Block.of(resource), links)


def key_group(resource: Resource, links: Links) -> dict[str, Any]:
    """A KeyGroupConfig, whose list has no `Quantity`."""
    keys = links.ids(Block.of(resource), "items", "aws_cloudfront_public_key")
    return {"Name": resource.values.get("name"), "Items": keys}


def _structure(block: Block, links: Links) -> dict[str, Any]:
    found: dict[str, Any] = {}
    names = (block.values.keys() | block.unknown.keys()) - NOT_OF_THE_API
    for name in sorted(names):
        value = _value(block, name, links)
        if value is not None:
            found[_spelled(name)] = value
    if "Items" in found:
        return {**found, **api_list(found["Items"])}
    return found


def _value(block: Block, name: str, links: Links) -> Any:
    value = block.values.get(name)
    if not _holds_blocks(value):
        if name in TEXTS and block.is_unknown(name):
            return links.text(block, name)
        # An empty list, except `items`, is a missing block.
        return block.get(name) if value != [] or name == "items" else None
    blocks = block.blocks(name)
    if name == "items":
        return [_structure(member, links) for member in blocks]
    return _structure(blocks[0], links)


def _holds_blocks(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _spelled(name: str) -> str:
    return SPELLINGS.get(name) or "".join(part.capitalize() for part in name.split("_"))
