"""CloudFront's GetDistribution → `distribution.Distribution`.

What localfront does not emulate is refused with the field's name, never ignored; so is a field that
nobody knows. WITHOUT_EFFECT are those whose values change nothing that a viewer on this machine
could see.

Sources: CloudFront API Reference, DistributionConfig; Developer Guide, "All distribution settings
reference", "Specify a default root object", "Restrict the geographic distribution of your content"
and "Quotas".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from localfront.config.aliases import parse_aliases
from localfront.config.behavior_parsing import BehaviorReader
from localfront.config.distribution import (
    CacheBehavior,
    Distribution,
    GeoRestriction,
    Origin,
    OriginGroup,
    TrustedKey,
)
from localfront.config.error_responses import parse_error_responses
from localfront.config.fields import Fields
from localfront.config.origin_parsing import parse_origin, parse_origin_group
from localfront.config.policies import PolicyCatalog
from localfront.profiles import PROFILE_2026, Profile

NOT_EMULATED = {
    "WebACLId": "names an AWS WAF web ACL, and localfront runs no rules of AWS WAF (PL-001)",
    "TenantConfig": "makes a multi-tenant distribution, and localfront serves none",
    "ViewerMtlsConfig": "asks viewers for certificates, which localfront does not do",
    "ConnectionFunctionAssociation": "names a connection function, and localfront runs none",
}
WITHOUT_EFFECT = (
    "CallerReference",
    "Comment",
    "Logging",
    "PriceClass",  # where edge locations are
    "HttpVersion",  # a viewer that asks for less gets it
    "IsIPV6Enabled",
    "AnycastIpListId",
    "ContinuousDeploymentPolicyId",  # all requests go to the primary distribution (MI-005)
    "CacheTagConfig",  # tags are for invalidations alone
)
READ = (
    "Aliases",
    "DefaultRootObject",
    "Origins",
    "OriginGroups",
    "DefaultCacheBehavior",
    "CacheBehaviors",
    "CustomErrorResponses",
    "Enabled",
    "ViewerCertificate",
    "Restrictions",
    "Staging",
    "ConnectionMode",
)
# RT-011
MOST = {"CacheBehaviors": 75, "Origins": 100, "OriginGroups": 10}
ROOT_OBJECT = re.compile(r"""[A-Za-z0-9_.*$~"'&-][A-Za-z0-9_.*$/~"'&-]{0,254}""")
COUNTRY = re.compile(r"[A-Z]{2}")


def parse_distribution(
    description: Mapping[str, Any],
    *,
    policies: PolicyCatalog,
    signing_behaviors: Mapping[str, str],
    key_groups: Mapping[str, Sequence[TrustedKey]] | None = None,
    canonical_users: Mapping[str, str] | None = None,
    profile: Profile = PROFILE_2026,
) -> Distribution:
    """Read the `Distribution` of CloudFront's GetDistribution.

    `signing_behaviors` are by id of an origin access control, the keys of `key_groups` by id of the
    group, `canonical_users` (S3CanonicalUserId) by id of an origin access identity. Raises
    ConfigError naming the field, whatever the description holds.
    """
    about = Fields.of("Distribution", description)
    config = Fields.of("DistributionConfig", about.values.get("DistributionConfig"))
    config.refuse(NOT_EMULATED)
    config.only(READ, WITHOUT_EFFECT)
    _check_connection_mode(config)
    _check_quotas(config)
    origins = tuple(
        parse_origin(
            fields,
            signing_behaviors=signing_behaviors,
            canonical_users=canonical_users or {},
            profile=profile,
        )
        for fields in config.parts("Origins")
    )
    groups = _origin_groups(config, origins)
    default, listed = _behaviors(
        config,
        BehaviorReader(
            policies=policies,
            targets=_targets(origins, groups),
            key_groups=key_groups or {},
        ),
    )
    return Distribution(
        id=about.text("Id"),
        arn=about.text("ARN"),
        domain_name=about.text("DomainName"),
        aliases=parse_aliases(config),
        enabled=config.flag("Enabled"),
        default_root_object=_default_root_object(config),
        origins=origins,
        origin_groups=groups,
        cache_behaviors=listed,
        default_cache_behavior=default,
        custom_error_responses=parse_error_responses(config),
        geo_restriction=_geo_restriction(config),
        is_staging=config.flag("Staging", False),
    )


def _check_connection_mode(config: Fields) -> None:
    if config.choice("ConnectionMode", ("direct", "tenant-only"), "direct") != "direct":
        raise config.wrong(
            "ConnectionMode",
            "makes a multi-tenant distribution, and localfront serves none",
            "Write direct.",
        )


def _check_quotas(config: Fields) -> None:
    for field, most in MOST.items():
        number = len(config.items(field))
        if number > most:
            raise config.wrong(
                field,
                f"has {number} members (RT-011)",
                f"CloudFront takes {most}.",
            )


def _origin_groups(
    config: Fields, origins: tuple[Origin, ...]
) -> tuple[OriginGroup, ...]:
    """Raises ConfigError also where two origins or groups have one id."""
    ids = [origin.id for origin in origins]
    groups = tuple(
        parse_origin_group(fields, ids) for fields in config.parts("OriginGroups")
    )
    ids += [group.id for group in groups]
    for twice in {name for name in ids if ids.count(name) > 1}:
        raise config.wrong(
            "Origins",
            f"and OriginGroups have more than one Id {twice!r}",
            "Give each an id of its own.",
        )
    return groups


def _targets(
    origins: tuple[Origin, ...], groups: tuple[OriginGroup, ...]
) -> Mapping[str, bool]:
    """What a behavior may send requests to, and whether they can end at S3."""
    targets = {origin.id: origin.is_s3 for origin in origins}
    for group in groups:
        targets[group.id] = targets[group.primary] or targets[group.secondary]
    return targets


def _behaviors(
    config: Fields, read: BehaviorReader
) -> tuple[CacheBehavior, tuple[CacheBehavior, ...]]:
    default = read.default(config.values.get("DefaultCacheBehavior"))
    return default, tuple(map(read.listed, config.parts("CacheBehaviors")))


def _default_root_object(config: Fields) -> str:
    """AWS answers 400 InvalidDefaultRootObject to what is refused here (RT-014)."""
    name = config.text("DefaultRootObject", "")
    if name and not ROOT_OBJECT.fullmatch(name):
        raise config.wrong(
            "DefaultRootObject",
            "is no name of a default root object (RT-014)",
            "It has no leading `/`, and at most 255 letters, digits and characters of "
            "_-.*$/~\"'&, such as index.html.",
        )
    return name


def _geo_restriction(config: Fields) -> GeoRestriction | None:
    """MI-004."""
    restrictions = config.part("Restrictions")
    geo = restrictions.part("GeoRestriction")
    kind = geo.choice("RestrictionType", ("none", "whitelist", "blacklist"), "none")
    if kind == "none":
        return None
    countries = restrictions.texts("GeoRestriction")
    if not countries or not all(map(COUNTRY.fullmatch, countries)):
        raise restrictions.wrong(
            "GeoRestriction",
            f"names {', '.join(countries) or 'no country'} (MI-004)",
            "Name countries by two upper-case letters (ISO 3166-1 alpha-2), or set RestrictionType "
            "to none.",
        )
    return GeoRestriction(
        allows_listed=kind == "whitelist", countries=frozenset(countries)
    )
