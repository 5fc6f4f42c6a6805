"""Parse a distribution as CloudFront's GetDistribution returns it.

Fields that localfront does not emulate, and unknown ones, get a notice and are never ignored
silently. WITHOUT_EFFECT are fields whose values change nothing for a viewer on this machine. What
CloudFront itself refuses is refused, all reasons at once.

Sources: CloudFront API Reference, DistributionConfig; Developer Guide, "All distribution settings
reference", "Specify a default root object", "Restrict the geographic distribution of your content"
and "Quotas".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from functools import partial
from typing import Any

from localfront.config.aliases import parse_aliases
from localfront.config.behavior_parsing import BehaviorReader
from localfront.config.continuous_deployment import deployment_of
from localfront.config.distribution import (
    Distribution,
    GeoRestriction,
    OriginGroup,
    TrustedKey,
)
from localfront.config.error_responses import parse_error_responses
from localfront.config.fields import Fields, structures
from localfront.config.notices import NotHonoured, Notice, Refusals
from localfront.config.origin_parsing import parse_origin, parse_origin_group
from localfront.config.policies import PolicyCatalog
from localfront.config.web_acl import WebAcl
from localfront.profiles import PROFILE_2026, Profile

TENANTS = NotHonoured(
    "makes this a multi-tenant distribution, whose tenants have their own names and parameters",
    "it is served as a standard distribution, at its own id",
)
NOT_EMULATED = {
    "WebACLId": NotHonoured(
        "names an AWS WAF web ACL, whose rules AWS applies before anything else (PL-001): `aws "
        "wafv2 get-web-acl --scope CLOUDFRONT --region us-east-1 --name NAME --id ID > FILE`, "
        "and --config FILE",
        "none of its rules are applied: every request passes",
    ),
    "TenantConfig": TENANTS,
    "ViewerMtlsConfig": NotHonoured(
        "requests client certificates from viewers", "no certificate is requested"
    ),
    "ConnectionFunctionAssociation": NotHonoured(
        "names a connection function, which runs when a viewer connects",
        "it does not run",
    ),
}
WITHOUT_EFFECT = (
    "CallerReference",
    "Comment",
    "Logging",
    "PriceClass",  # the regions of edge locations
    "IsIPV6Enabled",
    "AnycastIpListId",
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
    "ContinuousDeploymentPolicyId",
    "ConnectionMode",
    "CacheTagConfig",
    "HttpVersion",
)
HTTP2 = ("http2", "http2and3")  # HTTP/3 is not supported
# RT-011
MOST = {"CacheBehaviors": 75, "Origins": 100, "OriginGroups": 10}
ROOT_OBJECT = re.compile(r"""[A-Za-z0-9_.*$~"'&-][A-Za-z0-9_.*$/~"'&-]{0,254}""")
ARN = re.compile(r"arn:[^:\s]+:cloudfront:[^:\s]*:[^:\s]*:[^\s]+")
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}")
COUNTRY = re.compile(r"[A-Z]{2}")


def parse_distribution(
    description: Mapping[str, Any],
    *,
    policies: PolicyCatalog,
    signing_behaviors: Mapping[str, str],
    keys: Mapping[str, Sequence[TrustedKey]] | None = None,
    canonical_users: Mapping[str, str] | None = None,
    deployments: Mapping[str, Mapping[str, Any]] | None = None,
    web_acl: WebAcl | None = None,
    profile: Profile = PROFILE_2026,
    notices: list[Notice] | None = None,
) -> Distribution:
    """Parse the `Distribution` of CloudFront's GetDistribution.

    `signing_behaviors` is keyed by id of an origin access control, `keys` by id of a key group or
    by account, `canonical_users` (S3CanonicalUserId) by id of an origin access identity,
    `deployments` (ContinuousDeploymentPolicyConfig) by id; `web_acl` is the one named by WebACLId.
    Notices are added to `notices`. Raises ConfigError naming each field that CloudFront would
    refuse.
    """
    about = Fields.of("Distribution", description)
    config = _known_fields(about, notices, noticed_elsewhere={"WebACLId"} if web_acl else set())
    refusals = Refusals()
    attempt = refusals.of
    attempt(_note_tenants, config)
    origin = partial(
        parse_origin,
        signing_behaviors=signing_behaviors,
        canonical_users=canonical_users or {},
        profile=profile,
    )
    origins = refusals.of_each(origin, attempt(config.parts, "Origins"))
    reader = BehaviorReader(
        policies=policies, targets=_targets(config), keys=keys or {}, notices=config.notices
    )
    listed = refusals.of_each(reader.listed, attempt(config.parts, "CacheBehaviors"))
    parts: dict[str, Any] = {
        "id": attempt(about.text, "Id"),
        "arn": attempt(_arn, about),
        "domain_name": attempt(about.text, "DomainName"),
        "origin_groups": attempt(_origin_groups, config),
        "default_cache_behavior": attempt(
            reader.default, config.values.get("DefaultCacheBehavior")
        ),
        "continuous_deployment": attempt(deployment_of, config, deployments or {}),
        **_own_fields(config, refusals),
    }
    refusals.end()
    return Distribution(
        origins=origins,
        cache_behaviors=listed,
        web_acl=web_acl,
        **parts,
    )


def _known_fields(
    about: Fields, notices: list[Notice] | None, *, noticed_elsewhere: Set[str]
) -> Fields:
    """The DistributionConfig, checked for unknown fields and quotas of lists."""
    config = Fields.of("DistributionConfig", about.values.get("DistributionConfig"), "", notices)
    config.notice_each(
        {name: reason for name, reason in NOT_EMULATED.items() if name not in noticed_elsewhere}
    )
    config.only(READ, WITHOUT_EFFECT, NOT_EMULATED)
    for field, most in MOST.items():
        number = len(config.items(field))
        if number > most:
            raise config.wrong(
                field,
                f"has {number} members (RT-011)",
                f"CloudFront accepts at most {most}.",
            )
    return config


def _own_fields(config: Fields, refusals: Refusals) -> dict[str, Any]:
    """The DistributionConfig's own fields, without references."""
    attempt = refusals.of
    return {
        "aliases": attempt(parse_aliases, config),
        "enabled": attempt(config.flag, "Enabled"),
        "default_root_object": attempt(_default_root_object, config),
        "custom_error_responses": attempt(parse_error_responses, config),
        "geo_restriction": attempt(_geo_restriction, config),
        "is_staging": attempt(config.flag, "Staging", False),
        "cache_tag_header": attempt(_cache_tag_header, config),
        "offers_http2": str(config.values.get("HttpVersion") or "http2").lower() in HTTP2,
    }


def _arn(about: Fields) -> str:
    """The distribution's ARN, which bucket policies compare, as its account."""
    arn = about.text("ARN")
    if not ARN.fullmatch(arn):
        raise about.wrong("ARN", "is not an ARN", "Write it as GetDistribution shows it.")
    return arn


def _cache_tag_header(config: Fields) -> str | None:
    """The origin's header with cache tags (IN-008)."""
    if not config.has("CacheTagConfig"):
        return None
    part = config.part("CacheTagConfig")
    part.only(["HeaderName"])
    name = part.text("HeaderName")
    if not HEADER_NAME.fullmatch(name):
        raise part.wrong(
            "HeaderName", "is not a valid header name", "Write one, such as cache-tag."
        )
    return name


def _note_tenants(config: Fields) -> None:
    if config.choice("ConnectionMode", ("direct", "tenant-only"), "direct") != "direct":
        config.notice("ConnectionMode", TENANTS)


def _origin_groups(config: Fields) -> tuple[OriginGroup, ...]:
    """Parse the origin groups. Raises ConfigError, also for a duplicate id of origins or groups."""
    ids = [str(origin.values.get("Id")) for origin in config.parts("Origins")]
    groups = tuple(parse_origin_group(fields, ids) for fields in config.parts("OriginGroups"))
    ids += [group.id for group in groups]
    for twice in {name for name in ids if ids.count(name) > 1}:
        raise config.wrong(
            "Origins",
            f"and OriginGroups have more than one Id {twice!r}",
            "Give each an id of its own.",
        )
    return groups


def _targets(config: Fields) -> Mapping[str, bool]:
    """The ids that TargetOriginId may name, and whether each is S3.

    Refused origins are included, so that one mistake is reported once.
    """
    targets = {
        str(origin.get("Id")): origin.get("S3OriginConfig") is not None
        for origin in structures(config.values.get("Origins"))
    }
    for group in structures(config.values.get("OriginGroups")):
        members = structures(group.get("Members"))
        ids = [str(member.get("OriginId")) for member in members]
        targets[str(group.get("Id"))] = any(targets.get(i, False) for i in ids)
    return targets


def _default_root_object(config: Fields) -> str:
    """Parse DefaultRootObject. What is refused is InvalidDefaultRootObject on AWS (RT-014)."""
    name = config.text("DefaultRootObject", "")
    if name and not ROOT_OBJECT.fullmatch(name):
        raise config.wrong(
            "DefaultRootObject",
            "is not a valid default root object (RT-014)",
            "It must have no leading `/` and at most 255 letters, digits and characters of "
            "_-.*$/~\"'&, such as index.html.",
        )
    return name


def _geo_restriction(config: Fields) -> GeoRestriction | None:
    """Parse Restrictions.GeoRestriction; None if there is none (MI-004)."""
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
    return GeoRestriction(allows_listed=kind == "whitelist", countries=frozenset(countries))
