"""aws_cloudfront_continuous_deployment_policy → ContinuousDeploymentPolicyConfig.

Source: Terraform AWS provider, aws_cloudfront_continuous_deployment_policy.
"""

from __future__ import annotations

from typing import Any

from localfront.sources.terraform.blocks import Block
from localfront.sources.terraform.cache_behavior import api_list
from localfront.sources.terraform.links import Links
from localfront.sources.terraform.show import Resource

CONTINUOUS_DEPLOYMENT = "aws_cloudfront_continuous_deployment_policy"


def continuous_deployment(resource: Resource, links: Links) -> dict[str, Any]:
    """Convert the resource.

    Raises ConfigError that names it and the field that is not in the plan.
    """
    block = Block.of(resource)
    names = block.block("staging_distribution_dns_names")
    traffic = block.block("traffic_config")
    return {
        "Enabled": block.get("enabled"),
        "StagingDistributionDnsNames": api_list(
            links.distribution_names(names, "items") if names else []
        ),
        "TrafficConfig": _traffic(traffic) if traffic else {},
    }


def _traffic(block: Block) -> dict[str, Any]:
    found: dict[str, Any] = {"Type": block.get("type")}
    header, weight = block.block("single_header_config"), block.block("single_weight_config")
    if header is not None:
        found["SingleHeaderConfig"] = {
            "Header": header.get("header"),
            "Value": header.get("value"),
        }
    if weight is not None:
        session = weight.block("session_stickiness_config")
        found["SingleWeightConfig"] = {
            "Weight": weight.get("weight"),
            "SessionStickinessConfig": {}
            if session is None
            else {"IdleTTL": session.get("idle_ttl"), "MaximumTTL": session.get("maximum_ttl")},
        }
    return found
