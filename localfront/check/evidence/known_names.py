"""The resources that a distribution refers to, known and unknown.

An unknown resource is assumed to exist, so that the rest can be read; rules that need it check
first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from localfront.check.evidence.refusals import Attempts
from localfront.config.distribution import TrustedKey
from localfront.config.headers_policy_parsing import parse_response_headers_policy
from localfront.config.managed_policies import MANAGED
from localfront.config.policies import (
    CachePolicy,
    OriginRequestPolicy,
    PolicyCatalog,
    ResponseHeadersPolicy,
)
from localfront.config.policy_parsing import (
    parse_cache_policy,
    parse_origin_request_policy,
)
from localfront.config.trusted_keys import parse_key_group, parse_public_key
from localfront.errors import ConfigError
from localfront.sources.description import Description, Raw, named

Policy = TypeVar("Policy", CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy)

NOT_DESCRIBED = "it is not in the files or APIs that were read"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    policies: PolicyCatalog
    signing_behaviors: Mapping[str, str]
    key_groups: Mapping[str, Sequence[TrustedKey]]
    targets: Mapping[str, bool]
    unknown_policies: frozenset[str]
    unknown_access_controls: frozenset[str]


def known_names(config: Raw, description: Description, name: str, attempts: Attempts) -> KnownNames:
    """Parses policies and keys; invalid ones are findings."""
    policies = _Policies(config, attempts)
    catalog = PolicyCatalog(
        cache=policies.read(
            "CachePolicyId",
            MANAGED.cache,
            description.cache_policies,
            parse_cache_policy,
            CachePolicy,
        ),
        origin_request=policies.read(
            "OriginRequestPolicyId",
            MANAGED.origin_request,
            description.origin_request_policies,
            parse_origin_request_policy,
            OriginRequestPolicy,
        ),
        response_headers=policies.read(
            "ResponseHeadersPolicyId",
            MANAGED.response_headers,
            description.response_headers_policies,
            parse_response_headers_policy,
            ResponseHeadersPolicy,
        ),
    )
    controls = {
        i: control.get("SigningBehavior", "")
        for i, control in description.origin_access_controls.items()
    }
    missing = named(config, "OriginAccessControlId") - controls.keys()
    for control_id in sorted(missing):
        attempts.left_out(f"{name}: origin access control {control_id}", NOT_DESCRIBED)
    return KnownNames(
        policies=catalog,
        signing_behaviors={**controls, **dict.fromkeys(missing, "always")},
        key_groups=_key_groups(config, description, attempts),
        targets=_targets(config),
        unknown_policies=frozenset(policies.unknown),
        unknown_access_controls=missing,
    )


class _Policies:
    def __init__(self, config: Raw, attempts: Attempts) -> None:
        self._config = config
        self._attempts = attempts
        self.unknown: set[str] = set()

    def read(
        self,
        field: str,
        managed: Mapping[str, Policy],
        described: Mapping[str, Raw],
        parse: Callable[[str, Raw], Policy],
        unknown: Callable[..., Policy],
    ) -> dict[str, Policy]:
        """AWS's managed policies and those that the distribution refers to, by id."""
        found = dict(managed)
        for policy_id in sorted(named(self._config, field) - managed.keys()):
            at = f"{field.removesuffix('Id')} {policy_id}"
            policy = None
            if policy_id in described:
                policy = self._attempts.to(at, parse, policy_id, described[policy_id])
            else:
                self._attempts.left_out(at, NOT_DESCRIBED)
            if policy is None:
                self.unknown.add(policy_id)
                policy = unknown(id=policy_id)
            found[policy_id] = policy
        return found


def _key_groups(
    config: Raw, description: Description, attempts: Attempts
) -> dict[str, tuple[TrustedKey, ...]]:
    found: dict[str, tuple[TrustedKey, ...]] = {}
    for group_id in sorted(named(config, "TrustedKeyGroups")):
        at = f"Key group {group_id}"
        found[group_id] = ()
        if group_id not in description.key_groups:
            attempts.left_out(at, NOT_DESCRIBED)
            continue
        group = description.key_groups[group_id]
        for key_id in attempts.to(at, parse_key_group, group_id, group) or ():
            attempts.to(at, _public_key, key_id, description)
    return found


def _public_key(key_id: str, description: Description) -> TrustedKey:
    if key_id not in description.public_keys:
        raise ConfigError(
            f"Items names {key_id!r}, and there is no such public key (SG-001). Create the key, or "
            "add the output of get-public-key."
        )
    return parse_public_key(key_id, description.public_keys[key_id])


def _targets(config: Raw) -> dict[str, bool]:
    """The ids of origins and groups, invalid ones included, and whether each is S3."""
    targets = {
        str(origin["Id"]): "S3OriginConfig" in origin
        for origin in _structures(config.get("Origins"))
        if origin.get("Id")
    }
    for group in _structures(config.get("OriginGroups")):
        members = _structures(group.get("Members"))
        ids = [str(member.get("OriginId")) for member in members]
        targets[str(group.get("Id"))] = any(targets.get(i, False) for i in ids)
    return targets


def _structures(value: Any) -> list[Raw]:
    members = value.get("Items") if isinstance(value, Mapping) else None
    if not isinstance(members, list | tuple):
        return []
    return [member for member in members if isinstance(member, Mapping)]
