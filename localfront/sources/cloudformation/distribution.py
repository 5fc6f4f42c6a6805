"""AWS::CloudFront::Distribution → the `Distribution` of CloudFront's GetDistribution.

Sources: CloudFormation Template Reference, AWS::CloudFront::Distribution; CloudFront API Reference,
DistributionConfig.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localfront.sources import placeholder_ids
from localfront.sources.cloudformation.identities import StackResource, distribution_domain
from localfront.sources.cloudformation.spelling import api_list, as_in_the_api
from localfront.sources.description import Raw

LEGACY_ORIGIN = {  # of an obsolete API: one origin, which gets a generated id
    "S3Origin": "S3OriginConfig",
    "CustomOrigin": "CustomOriginConfig",
}


def distribution(named: StackResource) -> dict[str, Any]:
    """Convert the resource. Raises ConfigError that names it and what can't be resolved."""
    config = named.scope.value(named.resource, "DistributionConfig")
    return {
        "Id": named.id,
        "ARN": placeholder_ids.distribution_arn(named.id, named.scope.stack.account),
        "DomainName": distribution_domain(named),
        "DistributionConfig": _config(config if isinstance(config, Mapping) else {}),
    }


def _config(written: Raw) -> dict[str, Any]:
    config: dict[str, Any] = as_in_the_api(written)
    for field in ("Origins", "CacheBehaviors"):
        members = (config.get(field) or {}).get("Items") or []
        reshape = _origin if field == "Origins" else _behavior
        config[field] = api_list([reshape(m) if isinstance(m, Mapping) else m for m in members])
    default = config.get("DefaultCacheBehavior")
    if isinstance(default, Mapping):
        config["DefaultCacheBehavior"] = _behavior(default)
    names = config.pop("CNAMEs", None)
    if names and not config.get("Aliases"):
        config["Aliases"] = api_list(names if isinstance(names, list) else [names])
    _legacy_origin(config)
    for response in (config.get("CustomErrorResponses") or {}).get("Items") or []:
        if isinstance(response, dict) and response.get("ResponseCode") is not None:
            response["ResponseCode"] = str(response["ResponseCode"])
    geo = (config.get("Restrictions") or {}).get("GeoRestriction")
    if isinstance(geo, dict):
        geo.update(api_list(geo.pop("Locations", None) or []))
    return config


def _origin(written: Raw) -> dict[str, Any]:
    origin = dict(written)
    origin["CustomHeaders"] = api_list(origin.get("CustomHeaders") or [])
    custom = origin.get("CustomOriginConfig")
    if isinstance(custom, Mapping):
        protocols = custom.get("OriginSslProtocols") or []
        origin["CustomOriginConfig"] = {
            "HTTPPort": 80,
            "HTTPSPort": 443,
            **custom,
            "OriginSslProtocols": api_list(protocols),
        }
    return origin


def _behavior(written: Raw) -> dict[str, Any]:
    behavior = dict(written)
    allowed, cached = behavior.get("AllowedMethods"), behavior.pop("CachedMethods", None)
    if allowed or cached:
        behavior["AllowedMethods"] = {**(allowed or {})}
        if cached:
            behavior["AllowedMethods"]["CachedMethods"] = cached
    for trusted in ("TrustedKeyGroups", "TrustedSigners"):
        members = behavior.get(trusted)
        if isinstance(members, Mapping):
            behavior[trusted] = {"Enabled": bool(members.get("Items")), **members}
    forwarded = behavior.get("ForwardedValues")
    if isinstance(forwarded, Mapping):
        behavior["ForwardedValues"] = {"Cookies": {"Forward": "none"}, **forwarded}
    return behavior


def _legacy_origin(config: dict[str, Any]) -> None:
    for field, kind in LEGACY_ORIGIN.items():
        written = config.pop(field, None)
        if not isinstance(written, Mapping):
            continue
        names = {"DomainName": written.get("DNSName"), "Id": f"legacy-{field}"}
        rest = {k: v for k, v in written.items() if k != "DNSName"}
        config["Origins"] = api_list([_origin({**names, kind: rest})])
        default = config.get("DefaultCacheBehavior")
        if isinstance(default, dict):
            default.setdefault("TargetOriginId", names["Id"])
