"""aws_cloudfront_distribution → the `Distribution` of CloudFront's GetDistribution.

Sources: Terraform AWS provider, aws_cloudfront_distribution; CloudFront API Reference,
DistributionConfig.
"""

from __future__ import annotations

from typing import Any

from localfront.config.notices import Refusals
from localfront.errors import ConfigError
from localfront.sources.terraform.blocks import Block
from localfront.sources.terraform.cache_behavior import Labels, api_list, cache_behavior
from localfront.sources.terraform.links import Links
from localfront.sources.terraform.show import Resource


def distribution(resource: Resource, links: Links) -> dict[str, Any]:
    """Convert the resource.

    Raises ConfigError that names it and each field that is not in the plan.
    """
    block = Block.of(resource)
    default = block.block("default_cache_behavior")
    if default is None:
        raise ConfigError(f"{resource.address}: default_cache_behavior is missing.")
    certificate = block.block("viewer_certificate")
    labels = Labels(block, default, links)
    refusals = Refusals()
    found = {
        "Id": links.identities.id(resource),
        "ARN": links.identities.distribution_arn(resource),
        "DomainName": links.identities.of_distribution(resource),
        "DistributionConfig": {
            "Aliases": api_list(_aliases(block, links)),
            "DefaultRootObject": links.text(block, "default_root_object", placeholder=""),
            "Origins": api_list(
                refusals.of_each(lambda o: _origin(o, links, labels), block.blocks("origin"))
            ),
            "OriginGroups": api_list(
                refusals.of_each(lambda g: _group(g, labels), block.blocks("origin_group"))
            ),
            "DefaultCacheBehavior": refusals.of(cache_behavior, default, links, labels),
            "CacheBehaviors": api_list(
                refusals.of_each(
                    lambda b: cache_behavior(b, links, labels),
                    block.blocks("ordered_cache_behavior"),
                )
            ),
            "CustomErrorResponses": api_list(
                map(_error_response, block.blocks("custom_error_response"))
            ),
            "Enabled": block.get("enabled"),
            "Restrictions": {"GeoRestriction": _geo_restriction(block)},
            "ViewerCertificate": _certificate(certificate),
            **_plain_fields(block),
            "WebACLId": _web_acl(block, links),
            "Staging": bool(block.get("staging")),
            "ContinuousDeploymentPolicyId": _deployment(block, links),
        },
    }
    refusals.end()
    return found


def _certificate(certificate: Block | None) -> dict[str, Any]:
    """The certificate's known fields; an ARN known only after the apply is left out."""
    if certificate is None:
        return {"CloudFrontDefaultCertificate": False}
    settings = {
        "ACMCertificateArn": certificate.values.get("acm_certificate_arn"),
        "MinimumProtocolVersion": certificate.values.get("minimum_protocol_version"),
        "SSLSupportMethod": certificate.values.get("ssl_support_method"),
    }
    default = bool(certificate.get("cloudfront_default_certificate"))
    return {"CloudFrontDefaultCertificate": default, **{k: v for k, v in settings.items() if v}}


def _plain_fields(block: Block) -> dict[str, Any]:
    """The known fields that have no effect for viewers but may still be invalid."""
    logging, tags = block.block("logging_config"), block.block("cache_tag_config")
    settings = {
        "Comment": block.values.get("comment"),
        "HttpVersion": block.values.get("http_version"),
        "PriceClass": block.values.get("price_class"),
        "Logging": logging and {"Enabled": True, "Bucket": logging.values.get("bucket") or ""},
        "CacheTagConfig": tags and {"HeaderName": tags.values.get("header_name")},
    }
    return {name: value for name, value in settings.items() if value}


def _web_acl(block: Block, links: Links) -> str:
    """The web ACL's id; a placeholder if unknown, because its presence is what matters."""
    if block.is_unknown("web_acl_id"):
        behind = links.behind(block, "web_acl_id")
        return behind[0].address if behind else "known after the apply"
    return block.get("web_acl_id") or ""


def _deployment(block: Block, links: Links) -> str:
    kind = "aws_cloudfront_continuous_deployment_policy"
    return links.id(block, "continuous_deployment_policy_id", kind) or ""


def _aliases(block: Block, links: Links) -> list[str]:
    """The known aliases, with a notice for each unknown one."""
    if not block.is_unknown("aliases"):
        return list(block.get("aliases") or [])
    links.text(block, "aliases", placeholder="")
    return [a for a in block.values.get("aliases") or [] if isinstance(a, str)]


def _origin(block: Block, links: Links, labels: Labels) -> dict[str, Any]:
    """An Origin. Raises ConfigError that names each field that is not in the plan."""
    refusals = Refusals()
    attempt = refusals.of
    custom, s3 = block.block("custom_origin_config"), block.block("s3_origin_config")
    shield, vpc = block.block("origin_shield"), block.block("vpc_origin_config")
    origin = {
        "Id": labels.of_origin(block),
        "DomainName": links.domain_name(
            block, "domain_name", is_bucket=custom is None and vpc is None
        ),
        "OriginPath": links.text(block, "origin_path", placeholder=""),
        "CustomHeaders": api_list(
            {"HeaderName": attempt(h.get, "name"), "HeaderValue": links.text(h, "value")}
            for h in block.blocks("custom_header")
        ),
        "ConnectionAttempts": attempt(block.get, "connection_attempts"),
        "ConnectionTimeout": attempt(block.get, "connection_timeout"),
        "ResponseCompletionTimeout": attempt(block.get, "response_completion_timeout"),
        "OriginAccessControlId": attempt(
            links.id, block, "origin_access_control_id", "aws_cloudfront_origin_access_control"
        )
        or "",
    }
    if shield is not None:
        origin["OriginShield"] = {"Enabled": attempt(shield.get, "enabled")}
    if vpc is not None:
        origin["VpcOriginConfig"] = {"VpcOriginId": vpc.values.get("vpc_origin_id") or "unknown"}
    elif custom is not None:
        origin["CustomOriginConfig"] = _custom_origin(custom, refusals)
    else:  # S3 without a block of its own, as the provider sends it
        identity = attempt(links.identity_path, s3, "origin_access_identity") if s3 else None
        origin["S3OriginConfig"] = {"OriginAccessIdentity": identity or ""}
    refusals.end()
    return origin


def _custom_origin(block: Block, refusals: Refusals) -> dict[str, Any]:
    attempt = refusals.of
    return {
        "HTTPPort": attempt(block.get, "http_port"),
        "HTTPSPort": attempt(block.get, "https_port"),
        "OriginProtocolPolicy": attempt(block.get, "origin_protocol_policy"),
        "OriginSslProtocols": api_list(attempt(block.get, "origin_ssl_protocols")),
        "OriginReadTimeout": attempt(block.get, "origin_read_timeout"),
        "OriginKeepaliveTimeout": attempt(block.get, "origin_keepalive_timeout"),
    }


def _group(block: Block, labels: Labels) -> dict[str, Any]:
    criteria = block.block("failover_criteria")
    return {
        "Id": labels.of_origin(block),
        "FailoverCriteria": {
            "StatusCodes": api_list(criteria.get("status_codes") if criteria else [])
        },
        "Members": api_list(
            {"OriginId": labels.target(m, "origin_id")} for m in block.blocks("member")
        ),
    }


def _error_response(block: Block) -> dict[str, Any]:
    """A CustomErrorResponse. The provider sends 0 for an unset minimum TTL."""
    code = block.get("response_code")
    return {
        "ErrorCode": block.get("error_code"),
        "ResponsePagePath": block.get("response_page_path") or "",
        "ResponseCode": str(code) if code else "",
        "ErrorCachingMinTTL": block.get("error_caching_min_ttl") or 0,
    }


def _geo_restriction(block: Block) -> dict[str, Any]:
    restrictions = block.block("restrictions")
    geo = restrictions.block("geo_restriction") if restrictions else None
    if geo is None or geo.values.get("restriction_type") == "none":
        return {"RestrictionType": "none", "Quantity": 0}
    return {
        "RestrictionType": geo.get("restriction_type"),
        **api_list(geo.get("locations")),
    }
