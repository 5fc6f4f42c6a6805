"""Parse a description into the configuration that is served.

Each `configure` returns one consistent value; comparing two shows whether anything changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from localfront.config.aliases import check_aliases
from localfront.config.code_origin_notices import unsigned_notices
from localfront.config.continuous_deployment import staging_notices
from localfront.config.distribution import (
    Distribution,
    LambdaFunctionAssociation,
    TrustedKey,
)
from localfront.config.fields import Fields
from localfront.config.headers_policy_parsing import parse_response_headers_policy
from localfront.config.lambda_origins import LambdaOrigin, function_arns
from localfront.config.managed_policies import MANAGED
from localfront.config.notices import Notice, Refusals
from localfront.config.parsing import parse_distribution
from localfront.config.policies import PolicyCatalog
from localfront.config.policy_parsing import (
    parse_cache_policy,
    parse_origin_request_policy,
)
from localfront.config.trusted_keys import parse_key_group, parse_public_key
from localfront.config.web_acl import WebAcl
from localfront.config.web_acl_parsing import ReferencedSets, parse_web_acl
from localfront.config.website import Website, parse_website
from localfront.errors import ConfigError
from localfront.origins.addresses import Endpoints, check_addresses, runs_here
from localfront.origins.aws_names import code_name
from localfront.origins.overrides import Folder
from localfront.profiles import PROFILE_2026, Profile
from localfront.sources.description import (
    Description,
    FunctionCode,
    Raw,
    StoreContent,
    all_named,
)

Mentioned = Mapping[str, frozenset[str]]  # values by field name, at any depth
# References in a distribution, by id.
MENTIONED = frozenset(
    {
        *("CachePolicyId", "OriginRequestPolicyId", "ResponseHeadersPolicyId"),
        *("TrustedKeyGroups", "WebACLId"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The served configuration: distributions, bucket policies, and code.

    `functions` are CloudFront Functions by ARN. `lambda_functions` are Lambda functions by ARN if
    the source describes them; others are fetched from the Lambda API. `bucket_folders` replace
    buckets that have neither an override nor an emulator. `key_value_stores` are those that no API
    has, by ARN. `lambda_origins` are the origins that local functions implement. `notices` name
    unsupported settings. `described` is the description it was parsed from.
    """

    distributions: tuple[Distribution, ...] = ()
    bucket_policies: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    websites: Mapping[str, Website] = field(default_factory=dict)
    bucket_folders: Mapping[str, Folder] = field(default_factory=dict)
    functions: Mapping[str, FunctionCode] = field(default_factory=dict)
    lambda_functions: Mapping[str, Raw] = field(default_factory=dict)
    key_value_stores: Mapping[str, StoreContent] = field(default_factory=dict)
    lambda_origins: Mapping[str, LambdaOrigin] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    described: Description = field(default_factory=Description, compare=False, repr=False)

    @property
    def origin_function_arns(self) -> frozenset[str]:
        """ARNs of the local Lambda functions behind function URLs and APIs."""
        return frozenset().union(*map(function_arns, self.lambda_origins.values()))

    def completed(self, endpoints: Endpoints) -> Endpoints:
        """The endpoints, with the configuration's bucket folders and functions added."""
        return replace(
            endpoints.with_folders(self.bucket_folders), functions=frozenset(self.lambda_origins)
        )

    @property
    def lambda_arns(self) -> frozenset[str]:
        """ARNs of the Lambda functions associated with behaviors."""
        return frozenset(a.lambda_function_arn for a in self._lambdas())

    @property
    def lambda_arns_at_viewer_events(self) -> frozenset[str]:
        return frozenset(
            a.lambda_function_arn for a in self._lambdas() if a.event_type.startswith("viewer-")
        )

    @property
    def function_arns(self) -> frozenset[str]:
        """ARNs of the CloudFront Functions associated with behaviors."""
        return frozenset(
            function.function_arn
            for distribution in self.distributions
            for behavior in distribution.behaviors
            for function in behavior.function_associations
        )

    def _lambdas(self) -> Iterator[LambdaFunctionAssociation]:
        for distribution in self.distributions:
            for behavior in distribution.behaviors:
                yield from behavior.lambda_function_associations


def refused(description: Description, *, profile: Profile = PROFILE_2026) -> tuple[str, ...]:
    """The errors for which CloudFront would reject it, independent of origins' addresses."""
    refusals = Refusals()
    _read(description, profile, refusals, [], {})
    return tuple(dict.fromkeys(refusals.reasons))


def configure(
    description: Description,
    endpoints: Endpoints,
    *,
    profile: Profile = PROFILE_2026,
    signers: Mapping[str, Sequence[TrustedKey]] | None = None,
) -> Configuration:
    """Parse a description.

    Raises ConfigError for everything that CloudFront would reject, and for origins without an
    address. `signers` are public keys of accounts, which no API returns.
    """
    refusals = Refusals()
    notices = list(description.notices)
    distributions, websites = _read(description, profile, refusals, notices, signers or {})
    endpoints = replace(
        endpoints.with_folders(description.bucket_folders),
        functions=frozenset(description.lambda_origins),
    )
    refusals.of(check_addresses, distributions, endpoints)
    code_origins = [
        (origin, code_name(origin.domain_name))
        for distribution in distributions
        for origin in distribution.origins
        if runs_here(origin, endpoints)
    ]
    refusals.end()
    notices.extend(
        unsigned_notices((o, description.lambda_origins[name]) for o, name in code_origins)
    )
    notices.extend(staging_notices(distributions))
    return Configuration(
        distributions=distributions,
        bucket_policies=description.bucket_policies,
        websites=websites,
        bucket_folders=description.bucket_folders,
        functions=description.functions,
        lambda_functions=description.lambda_functions,
        key_value_stores=description.key_value_stores,
        lambda_origins={name: description.lambda_origins[name] for _, name in code_origins},
        notices=tuple(dict.fromkeys(notices)),
        described=description,
    )


def _read(
    description: Description,
    profile: Profile,
    refusals: Refusals,
    notices: list[Notice],
    signers: Mapping[str, Sequence[TrustedKey]],
) -> tuple[tuple[Distribution, ...], dict[str, Website]]:
    distributions = tuple(
        distribution
        for raw in description.distributions
        if (distribution := refusals.of(_distribution, raw, description, profile, notices, signers))
    )
    refusals.of(check_aliases, distributions)
    websites = {
        bucket: website
        for bucket, raw in description.websites.items()
        if (website := refusals.of(parse_website, bucket, raw))
    }
    return distributions, websites


def _distribution(
    raw: Raw,
    description: Description,
    profile: Profile,
    notices: list[Notice],
    signers: Mapping[str, Sequence[TrustedKey]],
) -> Distribution:
    distribution_id = str(raw.get("Id"))
    label = description.labels.get(distribution_id, f"Distribution {distribution_id}")
    own_notices: list[Notice] = []
    mentioned = all_named(raw, MENTIONED)
    try:
        return parse_distribution(
            raw,
            policies=_policies(mentioned, description),
            signing_behaviors={
                i: control.get("SigningBehavior", "")
                for i, control in description.origin_access_controls.items()
            },
            keys={
                **signers,
                **{
                    i: _keys(i, description, own_notices)
                    for i in mentioned["TrustedKeyGroups"] & description.key_groups.keys()
                },
            },
            canonical_users=description.canonical_users,
            deployments=description.continuous_deployment_policies,
            web_acl=_web_acl(mentioned, description, own_notices),
            profile=profile,
            notices=own_notices,
        )
    except ConfigError as error:
        raise error.of(label) from error
    finally:
        notices.extend(notice.of(label) for notice in own_notices)


def _web_acl(
    mentioned: Mentioned, description: Description, notices: list[Notice]
) -> WebAcl | None:
    """The web ACL with this WebACLId, if it is described."""
    acls = description.web_acls
    found = [acls[i] for i in mentioned["WebACLId"] if i in acls]
    if not found:
        return None
    fields = Fields.of(f"Web ACL {found[0].get('Name')}", found[0], "", notices)
    references = ReferencedSets(
        ip_sets=description.ip_sets, regex_sets=description.regex_pattern_sets
    )
    return parse_web_acl(fields, references)


def _policies(mentioned: Mentioned, description: Description) -> PolicyCatalog:
    """AWS's managed policies, and the account's policies that are in use.

    A policy that no behavior uses is not parsed: it may need what localfront does not support.
    """
    cache = mentioned["CachePolicyId"] & description.cache_policies.keys()
    request = mentioned["OriginRequestPolicyId"] & description.origin_request_policies.keys()
    headers = mentioned["ResponseHeadersPolicyId"] & description.response_headers_policies.keys()
    return PolicyCatalog(
        cache={
            **MANAGED.cache,
            **{i: parse_cache_policy(i, description.cache_policies[i]) for i in cache},
        },
        origin_request={
            **MANAGED.origin_request,
            **{
                i: parse_origin_request_policy(i, description.origin_request_policies[i])
                for i in request
            },
        },
        response_headers={
            **MANAGED.response_headers,
            **{
                i: parse_response_headers_policy(i, description.response_headers_policies[i])
                for i in headers
            },
        },
    )


def _keys(group_id: str, description: Description, notices: list[Notice]) -> tuple[TrustedKey, ...]:
    ids = parse_key_group(group_id, description.key_groups[group_id])
    unknown = [i for i in ids if i not in description.public_keys]
    notices.extend(
        Notice(
            field=f"Key group {group_id}: Items",
            on_aws=f"names the public key {i}, which is in none of the files: `aws cloudfront "
            f"get-public-key --id {i} > FILE`, and --config FILE",
            here="requests signed with it get 403",
        )
        for i in unknown
    )
    return tuple(parse_public_key(i, description.public_keys[i]) for i in ids if i not in unknown)
