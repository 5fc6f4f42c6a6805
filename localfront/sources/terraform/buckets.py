"""aws_s3_bucket_policy → the policy document by bucket.

A plan does not contain a policy that names a resource yet to be created, and most policies name the
distribution. One written as an aws_iam_policy_document can be rebuilt: a resource made of the
bucket's ARN stands for the bucket and its objects. One made by `jsonencode` can't, and its bucket
is left out.

Source: Terraform AWS provider, aws_iam_policy_document and aws_s3_bucket_policy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from localfront.errors import ConfigError
from localfront.sources.description import Raw
from localfront.sources.terraform.blocks import Block
from localfront.sources.terraform.links import Links
from localfront.sources.terraform.show import Resource, Show

DOCUMENT = "aws_iam_policy_document"
READS_ALL = "a folder in place of the bucket lets CloudFront read, but not list"
IDENTITY_USER = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity {}"


def bucket_policies(show: Show, links: Links, buckets: frozenset[str]) -> dict[str, Raw]:
    """The policies of these buckets, if known, with a notice for each unknown one."""
    found: dict[str, Raw] = {}
    for resource in show.of_type("aws_s3_bucket"):
        name, policy = links.identities.bucket(resource), _object(resource.values.get("policy"))
        if name in buckets and policy is not None:
            found[name] = policy
    for resource in show.of_type("aws_s3_bucket_policy"):
        block = Block.of(resource)
        try:
            bucket = links.bucket(block, "bucket")
            policy = _policy(block, links) if bucket in buckets else None
        except ConfigError:
            links.notice(block, "policy", READS_ALL)
            continue
        if policy is not None:
            found[str(bucket)] = policy
    return found


def _policy(block: Block, links: Links) -> Raw | None:
    if not block.is_unknown("policy"):
        return _object(block.get("policy"))
    documents = links.behind(block, "policy", [DOCUMENT])
    if len(documents) != 1:
        return None
    json_text = documents[0].values.get("json")
    if json_text:
        return _object(json_text)
    document = Block.of(documents[0])
    if document.values.get("source_policy_documents") or document.values.get(
        "override_policy_documents"
    ):
        return None
    return {"Statement": [_statement(s, links) for s in document.blocks("statement")]}


def _object(text: Any) -> Raw | None:
    """The policy document; None for null and for a value that Terraform generated."""
    try:
        policy = json.loads(text)
    except (TypeError, ValueError):
        return None
    return policy if isinstance(policy, dict) else None


def _statement(block: Block, links: Links) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Effect": block.get("effect") or "Allow",
        "Principal": _principals(block, links),
        "Action": block.get("actions") or [],
        "Resource": _texts(block, "resources", links),
    }
    for name, field in (("not_actions", "NotAction"), ("not_resources", "NotResource")):
        if block.values.get(name) or block.is_unknown(name):
            statement[field] = _texts(block, name, links)
            statement.pop(field.removeprefix("Not"))
    conditions: dict[str, dict[str, Any]] = {}
    for condition in block.blocks("condition"):
        # An unknown principal or action becomes one that matches nothing, to be on the safe side.
        keys = conditions.setdefault(str(condition.get("test")), {})
        keys[str(condition.get("variable"))] = _texts(condition, "values", links)
    return {**statement, "Condition": conditions} if conditions else statement


def _principals(block: Block, links: Links) -> dict[str, Any] | str:
    principals: dict[str, list[str]] = {}
    for principal in block.blocks("principals"):
        kind = str(principal.get("type"))
        principals.setdefault(kind, []).extend(_texts(principal, "identifiers", links))
    return "*" if "*" in principals.get("*", []) else principals


def _texts(block: Block, name: str, links: Links) -> list[str]:
    """A list of strings; unknown ones become the ARNs of the resources they are made of."""
    if not block.is_unknown(name):
        return list(block.get(name) or [])
    texts = [text for text in block.values.get(name) or [] if isinstance(text, str)]
    arns = [arn for r in links.behind(block, name) for arn in _arns(r, links)]
    if not arns:
        raise block.unresolved(name)
    return texts + arns


def _arns(resource: Resource, links: Links) -> Iterator[str]:
    match resource.type:
        case "aws_s3_bucket":
            arn = f"arn:aws:s3:::{links.identities.bucket(resource)}"
            yield from (arn, f"{arn}/*")
        case "aws_cloudfront_distribution":
            yield links.identities.distribution_arn(resource)
        case "aws_cloudfront_origin_access_identity":
            own = resource.values.get("iam_arn")
            yield own or IDENTITY_USER.format(links.identities.id(resource))
