"""CloudFront's GetDistribution → `distribution.Distribution`.

What localfront does not emulate is refused here with the field's name, never ignored: origin
groups, origin access identities, VPC origins, legacy ForwardedValues, signed URLs, CloudFront
Functions, the other three Lambda@Edge events, geo restriction, AWS WAF.

Source: CloudFront API Reference, DistributionConfig.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from localfront.config.distribution import (
    CacheBehavior,
    CustomErrorResponse,
    Distribution,
    LambdaFunctionAssociation,
    Origin,
    ViewerProtocolPolicy,
)
from localfront.config.policies import PolicyCatalog, items
from localfront.errors import ConfigError

Policy = TypeVar("Policy")

# ER-008, in the order of the page.
CUSTOM_ERROR_CODES = frozenset({400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504})


def parse_distribution(
    description: Mapping[str, Any],
    *,
    policies: PolicyCatalog,
    signing_behaviors: Mapping[str, str],
) -> Distribution:
    """Read the `Distribution` of CloudFront's GetDistribution.

    `signing_behaviors`: by id of an origin access control. Raises ConfigError naming the field.
    """
    config = description["DistributionConfig"]
    _refuse_what_is_not_emulated(config)
    origins = tuple(_origin(o, signing_behaviors) for o in items(config["Origins"]))
    read = _BehaviorReader(policies, frozenset(origin.id for origin in origins))
    return Distribution(
        id=description["Id"],
        arn=description["ARN"],
        domain_name=description["DomainName"],
        aliases=tuple(alias.lower() for alias in items(config.get("Aliases"))),
        enabled=bool(config["Enabled"]),
        default_root_object=config.get("DefaultRootObject") or "",
        origins=origins,
        cache_behaviors=tuple(
            read(b, b["PathPattern"]) for b in items(config.get("CacheBehaviors"))
        ),
        default_cache_behavior=read(config["DefaultCacheBehavior"], "*"),
        custom_error_responses=tuple(
            _error_response(r) for r in items(config.get("CustomErrorResponses"))
        ),
    )


def _refuse_what_is_not_emulated(config: Mapping[str, Any]) -> None:
    geo = (config.get("Restrictions") or {}).get("GeoRestriction") or {}
    if geo.get("RestrictionType", "none") != "none":
        raise ConfigError(
            f"Restrictions.GeoRestriction.RestrictionType is {geo['RestrictionType']!r}: localfront "
            "knows no countries yet. Use `none` to serve locally."
        )
    if items(config.get("OriginGroups")):
        raise ConfigError(
            "OriginGroups has items: localfront has no failover yet. "
            "Point the behaviors at single origins to serve locally."
        )
    if config.get("WebACLId"):
        raise ConfigError(
            f"WebACLId is {config['WebACLId']!r}: localfront runs no AWS WAF rules (PL-001). "
            "Leave the web ACL out to serve locally."
        )


def _refuse_origins_of_other_kinds(config: Mapping[str, Any]) -> None:
    identity = (config.get("S3OriginConfig") or {}).get("OriginAccessIdentity")
    for field, found in (
        ("S3OriginConfig.OriginAccessIdentity", identity),
        ("VpcOriginConfig", config.get("VpcOriginConfig")),
    ):
        if found:
            raise ConfigError(
                f"Origin {config['Id']!r} sets {field}, which localfront does not emulate. "
                "Use an S3 origin with origin access control, or a custom origin."
            )


def _origin(config: Mapping[str, Any], signing_behaviors: Mapping[str, str]) -> Origin:
    _refuse_origins_of_other_kinds(config)
    custom = config.get("CustomOriginConfig")
    control_id = config.get("OriginAccessControlId") or ""
    if control_id and control_id not in signing_behaviors:
        raise ConfigError(
            f"Origin {config['Id']!r} names origin access control {control_id!r}, which the "
            "CloudFront API does not know. Create it, or correct OriginAccessControlId."
        )
    headers = items(config.get("CustomHeaders"))
    common: dict[str, Any] = {
        "id": config["Id"],
        "domain_name": config["DomainName"].lower(),
        "origin_path": config.get("OriginPath") or "",
        "custom_headers": tuple((h["HeaderName"], h["HeaderValue"]) for h in headers),
        "origin_access_control": signing_behaviors[control_id] if control_id else None,
        "connection_attempts": int(config.get("ConnectionAttempts") or 3),
        "connection_timeout": int(config.get("ConnectionTimeout") or 10),
    }
    if custom is None:
        return Origin(is_s3=True, **common)
    return Origin(
        protocol_policy=custom["OriginProtocolPolicy"],
        http_port=int(custom["HTTPPort"]),
        https_port=int(custom["HTTPSPort"]),
        read_timeout=int(custom.get("OriginReadTimeout") or 30),
        **common,
    )


def _error_response(config: Mapping[str, Any]) -> CustomErrorResponse:
    code = int(config["ErrorCode"])
    if code not in CUSTOM_ERROR_CODES:
        raise ConfigError(
            f"CustomErrorResponses: ErrorCode {code} can't have a custom page. "
            f"CloudFront takes {', '.join(str(c) for c in sorted(CUSTOM_ERROR_CODES))} (ER-008)."
        )
    shown = config.get("ResponseCode") or ""
    if shown and int(shown) not in {200, *CUSTOM_ERROR_CODES}:
        raise ConfigError(
            f"CustomErrorResponses: ResponseCode {shown} can't be shown for {code}. "
            "CloudFront takes 200 and the codes that can have a page (ER-009)."
        )
    return CustomErrorResponse(
        error_code=code,
        response_page_path=config.get("ResponsePagePath") or None,
        response_code=int(shown) if shown else None,
        error_caching_min_ttl=int(config.get("ErrorCachingMinTTL", 10)),
    )


@dataclass(frozen=True, slots=True)
class _BehaviorReader:
    """Reads one behavior, knowing the policies and origins that it may name."""

    policies: PolicyCatalog
    origin_ids: frozenset[str]

    def __call__(self, config: Mapping[str, Any], pattern: str) -> CacheBehavior:
        self._refuse_what_is_not_emulated(config, pattern)
        allowed = config.get("AllowedMethods") or {}
        associations = items(config.get("LambdaFunctionAssociations"))
        return CacheBehavior(
            path_pattern=pattern,
            target_origin_id=self._target(config, pattern),
            viewer_protocol_policy=_viewer_protocol_policy(config, pattern),
            allowed_methods=frozenset(items(allowed) or ["GET", "HEAD"]),
            cached_methods=frozenset(
                items(allowed.get("CachedMethods")) or ["GET", "HEAD"]
            ),
            compress=bool(config.get("Compress", False)),
            cache_policy=_policy(
                self.policies.cache,
                config.get("CachePolicyId"),
                pattern,
                "CachePolicyId",
            ),
            origin_request_policy=_optional(
                self.policies.origin_request, config, pattern, "OriginRequestPolicyId"
            ),
            response_headers_policy=_optional(
                self.policies.response_headers,
                config,
                pattern,
                "ResponseHeadersPolicyId",
            ),
            lambda_function_associations=tuple(
                _association(a, pattern) for a in associations
            ),
        )

    def _target(self, config: Mapping[str, Any], pattern: str) -> str:
        target: str = config["TargetOriginId"]
        if target not in self.origin_ids:
            raise ConfigError(
                f"Behavior {pattern!r} sends requests to origin {target!r}, which the distribution "
                f"does not define. It defines: {', '.join(sorted(self.origin_ids))}. "
                "Add the origin, or correct TargetOriginId."
            )
        return target

    def _refuse_what_is_not_emulated(
        self, config: Mapping[str, Any], pattern: str
    ) -> None:
        refused = {
            "ForwardedValues": config.get("ForwardedValues")
            and not config.get("CachePolicyId"),
            "TrustedKeyGroups": items(config.get("TrustedKeyGroups")),
            "TrustedSigners": items(config.get("TrustedSigners")),
            "FunctionAssociations": items(config.get("FunctionAssociations")),
        }
        for field, found in refused.items():
            if found:
                raise ConfigError(
                    f"Behavior {pattern!r} sets {field}, which localfront does not emulate yet. "
                    "Remove it to serve locally; ForwardedValues becomes a CachePolicyId."
                )


def _viewer_protocol_policy(
    config: Mapping[str, Any], pattern: str
) -> ViewerProtocolPolicy:
    try:
        return ViewerProtocolPolicy(config["ViewerProtocolPolicy"])
    except ValueError as error:
        known = ", ".join(policy.value for policy in ViewerProtocolPolicy)
        raise ConfigError(
            f"Behavior {pattern!r}: ViewerProtocolPolicy {config['ViewerProtocolPolicy']!r} is "
            f"none of {known}."
        ) from error


def _association(config: Mapping[str, Any], pattern: str) -> LambdaFunctionAssociation:
    event_type = config["EventType"]
    if event_type != "viewer-request" or config.get("IncludeBody"):
        raise ConfigError(
            f"Behavior {pattern!r}: the association of {config['LambdaFunctionARN']} with "
            f"{event_type!r} (IncludeBody {bool(config.get('IncludeBody'))}) can't be honoured: "
            "localfront runs viewer-request functions without the body so far."
        )
    return LambdaFunctionAssociation(
        event_type=event_type, lambda_function_arn=config["LambdaFunctionARN"]
    )


def _policy(
    known: Mapping[str, Policy], policy_id: str | None, pattern: str, field: str
) -> Policy:
    if policy_id is not None and policy_id in known:
        return known[policy_id]
    raise ConfigError(
        f"Behavior {pattern!r}: {field} {policy_id!r} is neither a managed policy nor one that the "
        "CloudFront API returned. Create the policy, or correct the id."
    )


def _optional(
    known: Mapping[str, Policy], config: Mapping[str, Any], pattern: str, field: str
) -> Policy | None:
    policy_id = config.get(field)
    return _policy(known, policy_id, pattern, field) if policy_id else None
