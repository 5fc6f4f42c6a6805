"""A template's policies, access controls and keys → the CloudFront API's `…Config` structures.

Source: CloudFormation Template Reference, AWS::CloudFront::CachePolicy and its like.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localfront.sources.cloudformation.identities import StackResource
from localfront.sources.cloudformation.spelling import api_list, as_in_the_api


def config(named: StackResource) -> dict[str, Any]:
    """A resource's `…Config`: CachePolicyConfig of `AWS::CloudFront::CachePolicy`, and so on.

    Raises ConfigError.
    """
    kind = named.resource.type.rpartition("::")[2]
    written = named.scope.value(named.resource, f"{kind}Config")
    found = as_in_the_api(written if isinstance(written, Mapping) else {})
    if kind == "KeyGroup":
        return {**found, **api_list(found.get("Items") or [])}
    if kind == "ResponseHeadersPolicy":
        return {k: _with_quantities(v) for k, v in found.items()}
    return dict(found)


def _with_quantities(value: Any) -> Any:
    """The value with the API's `Quantity` added to each list of `Items`, as templates omit it."""
    if not isinstance(value, Mapping):
        return value
    found = {k: _with_quantities(inner) for k, inner in value.items()}
    return {**found, **api_list(found["Items"])} if isinstance(found.get("Items"), list) else found
