"""A cache behavior of aws_cloudfront_distribution → CloudFront's CacheBehavior.

Source: Terraform AWS provider, aws_cloudfront_distribution; CloudFront API Reference, CacheBehavior.
"""

from __future__ import annotations

from typing import Any

from localfront.config.notices import Refusals
from localfront.sources.terraform.blocks import Block
from localfront.sources.terraform.links import Links

POLICY = "aws_cloudfront_{}_policy"


class Labels:
    """The ids of origins and origin groups.

    A single origin is every behavior's target, whatever a plan shows.
    """

    def __init__(self, site: Block, default: Block, links: Links) -> None:
        self._links = links
        origins = site.blocks("origin")
        self._labels = {links.label(origin, "origin_id") for origin in origins}
        self._only: str | None = None
        if len(origins) == 1 and not site.blocks("origin_group"):
            own = links.label(origins[0], "origin_id")
            other = links.label(default, "target_origin_id")
            unknown = origins[0].is_unknown("origin_id") or default.is_unknown("target_origin_id")
            self._only = own or other or "origin" if unknown else None

    def of_origin(self, block: Block) -> str:
        """The origin's id; one made from the block's address if the plan does not show it."""
        label = self._only or self._links.label(block, "origin_id")
        return label or block.path.rstrip(".")

    def target(self, block: Block, field: str) -> str:
        """The target origin of a behavior or group.

        Raises ConfigError if it could be one of several.
        """
        label = self._only or self._links.label(block, field)
        if label is None:
            raise block.unresolved(field)
        hidden = None in self._labels and label not in (self._only, *self._labels)
        if hidden and block.is_unknown(field):
            raise block.unresolved(
                field, "the plan does not show which origin has this id (`dynamic`)"
            )
        return label


def cache_behavior(block: Block, links: Links, labels: Labels) -> dict[str, Any]:
    """A CacheBehavior, or the default one without PathPattern.

    Raises ConfigError that names each field that is not in the plan.
    """
    refusals = Refusals()
    attempt = refusals.of
    key_groups = attempt(links.ids, block, "trusted_key_groups", "aws_cloudfront_key_group") or []
    signers = block.get("trusted_signers") or []
    behavior = {
        "TargetOriginId": attempt(labels.target, block, "target_origin_id"),
        "TrustedSigners": {"Enabled": bool(signers), **api_list(signers)},
        "TrustedKeyGroups": {"Enabled": bool(key_groups), **api_list(key_groups)},
        "ViewerProtocolPolicy": block.get("viewer_protocol_policy"),
        "AllowedMethods": {
            **api_list(block.get("allowed_methods")),
            "CachedMethods": api_list(block.get("cached_methods")),
        },
        "SmoothStreaming": bool(block.get("smooth_streaming")),
        "Compress": bool(block.get("compress")),
        "FieldLevelEncryptionId": block.values.get("field_level_encryption_id") or "",
        "RealtimeLogConfigArn": _real_time_logs(block),
        "LambdaFunctionAssociations": api_list(
            refusals.of_each(
                lambda a: _lambda_association(a, links), block.blocks("lambda_function_association")
            )
        ),
        "FunctionAssociations": api_list(
            refusals.of_each(
                lambda a: _function_association(a, links), block.blocks("function_association")
            )
        ),
        "GrpcConfig": {"Enabled": any(g.get("enabled") for g in block.blocks("grpc_config"))},
    }
    if "path_pattern" in block.values or block.is_unknown("path_pattern"):
        behavior["PathPattern"] = attempt(block.get, "path_pattern")
    policies = attempt(_policies, block, links)
    refusals.end()
    return {**behavior, **(policies or {})}


def _lambda_association(block: Block, links: Links) -> dict[str, Any]:
    return {
        "EventType": block.get("event_type"),
        "LambdaFunctionARN": links.lambda_arn(block, "lambda_arn"),
        "IncludeBody": bool(block.get("include_body")),
    }


def _function_association(block: Block, links: Links) -> dict[str, Any]:
    return {
        "EventType": block.get("event_type"),
        "FunctionARN": links.function_arn(block, "function_arn"),
    }


def _policies(block: Block, links: Links) -> dict[str, Any]:
    """The policies, or the older fields; TTLs are not sent together with a cache policy."""
    refusals = Refusals()
    found = {
        field: refusals.of(links.id, block, name, POLICY.format(kind))
        for field, name, kind in (
            ("CachePolicyId", "cache_policy_id", "cache"),
            ("OriginRequestPolicyId", "origin_request_policy_id", "origin_request"),
            (
                "ResponseHeadersPolicyId",
                "response_headers_policy_id",
                "response_headers",
            ),
        )
    }
    refusals.end()
    policies: dict[str, Any] = {field: i for field, i in found.items() if i}
    values = block.block("forwarded_values")
    if values is None or "CachePolicyId" in policies:
        return policies
    cookies = values.block("cookies")
    policies["ForwardedValues"] = {
        "QueryString": values.get("query_string"),
        "QueryStringCacheKeys": api_list(values.get("query_string_cache_keys")),
        "Headers": api_list(values.get("headers")),
        "Cookies": {
            "Forward": cookies.get("forward") if cookies else "none",
            "WhitelistedNames": api_list(cookies.get("whitelisted_names") if cookies else []),
        },
    }
    for field, name in (
        ("MinTTL", "min_ttl"),
        ("DefaultTTL", "default_ttl"),
        ("MaxTTL", "max_ttl"),
    ):
        if block.get(name) is not None:
            policies[field] = block.get(name)
    return policies


def _real_time_logs(block: Block) -> str:
    unknown = block.is_unknown("realtime_log_config_arn")
    return "known after the apply" if unknown else block.get("realtime_log_config_arn") or ""


def api_list(members: Any) -> dict[str, Any]:
    """A list as the CloudFront API writes it."""
    found = list(members or [])
    return {"Quantity": len(found), "Items": found} if found else {"Quantity": 0}
