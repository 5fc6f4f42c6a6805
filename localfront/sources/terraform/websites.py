"""aws_s3_bucket_website_configuration, or a bucket's `website` → S3's WebsiteConfiguration.

Source: Terraform AWS provider, aws_s3_bucket_website_configuration and aws_s3_bucket; S3 API Reference,
WebsiteConfiguration.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from localfront.sources.description import Raw
from localfront.sources.terraform.blocks import Block
from localfront.sources.terraform.links import Links
from localfront.sources.terraform.show import Show

# The provider's names that differ from the API's in more than case.
RULE = {
    "Condition": {
        "http_error_code_returned_equals": "HttpErrorCodeReturnedEquals",
        "key_prefix_equals": "KeyPrefixEquals",
    },
    "Redirect": {
        "host_name": "HostName",
        "http_redirect_code": "HttpRedirectCode",
        "protocol": "Protocol",
        "replace_key_prefix_with": "ReplaceKeyPrefixWith",
        "replace_key_with": "ReplaceKeyWith",
    },
}


def websites(show: Show, links: Links) -> dict[str, Raw]:
    """Website configurations by bucket, without values that are known only after the apply."""
    found: dict[str, Raw] = {}
    for bucket in show.of_type("aws_s3_bucket"):
        for site in bucket.values.get("website") or []:
            found[links.identities.bucket(bucket)] = _older(site)
    for resource in show.of_type("aws_s3_bucket_website_configuration"):
        name = links.bucket(Block.of(resource), "bucket")
        if name:
            found[name] = _newer(resource.values)
    return found


def _newer(values: Raw) -> dict[str, Any]:
    site: dict[str, Any] = {}
    index, error = _first(values, "index_document"), _first(values, "error_document")
    if index.get("suffix"):
        site["IndexDocument"] = {"Suffix": index["suffix"]}
    if error.get("key"):
        site["ErrorDocument"] = {"Key": error["key"]}
    everything = _first(values, "redirect_all_requests_to")
    if everything.get("host_name"):
        site["RedirectAllRequestsTo"] = _named(everything, RULE["Redirect"])
    rules = [_rule(rule) for rule in values.get("routing_rule") or []]
    return {**site, "RoutingRules": rules or _parsed(values.get("routing_rules"))}


def _older(values: Raw) -> dict[str, Any]:
    """The `website` block of aws_s3_bucket, with names of its own and its rules as JSON."""
    site: dict[str, Any] = {"RoutingRules": _parsed(values.get("routing_rules"))}
    if values.get("index_document"):
        site["IndexDocument"] = {"Suffix": values["index_document"]}
    if values.get("error_document"):
        site["ErrorDocument"] = {"Key": values["error_document"]}
    target = str(values.get("redirect_all_requests_to") or "")
    if target:
        scheme, _, host = target.rpartition("://")
        site["RedirectAllRequestsTo"] = {"HostName": host, "Protocol": scheme or None}
    return site


def _rule(values: Raw) -> dict[str, Any]:
    return {part: _named(_first(values, part.lower()), names) for part, names in RULE.items()}


def _named(values: Raw, names: Mapping[str, str]) -> dict[str, Any]:
    """The fields under their API names; the provider writes empty strings for unset ones."""
    return {field: values[name] for name, field in names.items() if values.get(name)}


def _first(values: Raw, name: str) -> Raw:
    members = values.get(name) or [{}]
    found = members[0] if isinstance(members, list) else members
    return found if isinstance(found, Mapping) else {}


def _parsed(text: Any) -> list[Any]:
    try:
        rules = json.loads(text or "[]")
    except (TypeError, ValueError):
        return []
    return rules if isinstance(rules, list) else [rules]
