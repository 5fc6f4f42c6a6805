"""Policies, access controls and keys of a template → the `…Config` of the CloudFront API.

Source: CloudFormation Template Reference, AWS::CloudFront::CachePolicy and its like.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localfront.sources.cloudformation.identities import StackResource
from localfront.sources.cloudformation.spelling import as_in_the_api, listing


def config(named: StackResource) -> dict[str, Any]:
    """`AWS::CloudFront::CachePolicy` has a CachePolicyConfig, and so on. Raises ConfigError."""
    kind = named.resource.type.rpartition("::")[2]
    written = named.scope.value(named.resource, f"{kind}Config")
    found = as_in_the_api(written if isinstance(written, Mapping) else {})
    if kind == "KeyGroup":
        return {**found, **listing(found.get("Items") or [])}
    if kind == "ResponseHeadersPolicy":
        return {k: _with_quantities(v) for k, v in found.items()}
    return dict(found)


def _with_quantities(value: Any) -> Any:
    """`Items` stand alone in a template."""
    if not isinstance(value, Mapping):
        return value
    found = {k: _with_quantities(inner) for k, inner in value.items()}
    return {**found, **listing(found["Items"])} if isinstance(found.get("Items"), list) else found
