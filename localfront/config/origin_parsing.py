"""Parse the origins and origin groups of a DistributionConfig.

Origin Shield is accepted and has no effect: it is one more cache between edge and origin, and here
there is only one cache. IpAddressType is accepted too.

Sources: CloudFront API Reference, Origin, CustomOriginConfig and OriginGroup; Developer Guide,
"Origin settings" and "Optimize high availability with CloudFront origin failover".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from localfront.config.distribution import Origin, OriginGroup
from localfront.config.fields import Fields, is_set
from localfront.config.not_described import ACCESS_CONTROL
from localfront.config.notices import NotHonoured
from localfront.config.origin_headers import parse_custom_headers
from localfront.errors import ConfigError
from localfront.profiles import Profile

SIGNING_BEHAVIORS = ("always", "never", "no-override")  # S3-001
SSL_PROTOCOLS = ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2")
FAILOVER_CODES = (400, 403, 404, 416, 429, 500, 502, 503, 504)  # OG-007
DOMAIN_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
PATH = re.compile(r"/(?:[^?#\x00-\x20\x7f-\U0010ffff]*[^/?#\x00-\x20\x7f-\U0010ffff])")
MAX_PATH = 255
IDENTITY = re.compile(r"origin-access-identity/cloudfront/([A-Za-z0-9]+)")
NOT_EMULATED = {
    "VpcOriginConfig": NotHonoured(
        "names an origin in a VPC, which only CloudFront can reach",
        "requests go to its --origin-override",
    ),
}
NO_CLIENT_CERTIFICATE = {
    "OriginMtlsConfig": NotHonoured(
        "presents a client certificate to the origin", "no certificate is presented"
    ),
}
MEDIA_QUALITY = NotHonoured(
    "selects the member by the media quality score of AWS Elemental",
    "the group fails over only by status codes",
)
ABOVE_QUOTA = NotHonoured(
    "is above CloudFront's quota, which AWS raises on request (OG-002)",
    "it is used as written",
)
MOST_SECONDS = 3_600
# A VPC origin has this in place of a CustomOriginConfig (API Reference, VpcOriginEndpointConfig).
VPC_STAND_IN = {
    "HTTPPort": 80,
    "HTTPSPort": 443,
    "OriginProtocolPolicy": "match-viewer",
    "OriginSslProtocols": {"Quantity": 1, "Items": ["TLSv1.2"]},
}


def parse_origin(
    fields: Fields,
    *,
    signing_behaviors: Mapping[str, str],
    canonical_users: Mapping[str, str],
    profile: Profile,
) -> Origin:
    """Parse an Origin. Raises ConfigError.

    `signing_behaviors` maps ids of origin access controls, `canonical_users` ids of origin access
    identities.
    """
    fields = fields.called(f"Origin {fields.text('Id')!r}")
    fields = _out_of_the_vpc(fields)
    fields.only(
        ["Id", "DomainName", "OriginPath", "CustomHeaders", "S3OriginConfig"],
        ["CustomOriginConfig", "ConnectionAttempts", "ConnectionTimeout"],
        ["ResponseCompletionTimeout", "OriginAccessControlId", "OriginShield"],
        ["VpcOriginConfig"],
    )
    if fields.has("CustomOriginConfig") == fields.has("S3OriginConfig"):
        raise fields.wrong(
            "S3OriginConfig",
            "is set together with CustomOriginConfig",
            "Write exactly one of S3OriginConfig and CustomOriginConfig.",
        )
    common: dict[str, Any] = {
        "id": fields.text("Id"),
        "domain_name": _domain_name(fields),
        "origin_path": _path(fields),
        "custom_headers": parse_custom_headers(fields),
        "origin_access_control": _signing_behavior(fields, signing_behaviors),
        "connection_attempts": fields.number("ConnectionAttempts", 3, low=1, high=3, rule="OG-001"),
        "connection_timeout": fields.number("ConnectionTimeout", 10, low=1, high=10, rule="OG-001"),
    }
    if fields.has("VpcOriginConfig"):
        common["is_private"] = True
    if fields.has("S3OriginConfig"):
        return _s3_origin(fields, common, canonical_users, profile)
    return _custom_origin(fields, common, profile)


def _out_of_the_vpc(fields: Fields) -> Fields:
    """A VPC origin as a custom origin."""
    fields.notice_each(NOT_EMULATED)
    if not is_set(fields.values.get("VpcOriginConfig")) or not {
        "CustomOriginConfig",
        "S3OriginConfig",
    }.isdisjoint(fields.values):
        return fields
    values = {**fields.values, "CustomOriginConfig": VPC_STAND_IN}
    return replace(fields, values=values)


def parse_origin_group(fields: Fields, origin_ids: Sequence[str]) -> OriginGroup:
    """Parse an OriginGroup (OG-007). Raises ConfigError."""
    fields = fields.called(f"Origin group {fields.text('Id')!r}")
    fields.only(["Id", "FailoverCriteria", "Members", "SelectionCriteria"])
    if (
        fields.choice("SelectionCriteria", ("default", "media-quality-based"), "default")
        != "default"
    ):
        fields.notice("SelectionCriteria", MEDIA_QUALITY)
    criteria = fields.part("FailoverCriteria")
    codes = criteria.items("StatusCodes")
    if not codes or any(c not in FAILOVER_CODES or isinstance(c, bool) for c in codes):
        valid = ", ".join(map(str, FAILOVER_CODES))
        raise criteria.wrong(
            "StatusCodes",
            f"holds {codes!r:.120}, which is not a list of failover codes (OG-007)",
            f"CloudFront accepts one or more of {valid}.",
        )
    members = [member.text("OriginId") for member in fields.parts("Members")]
    unknown = [member for member in members if member not in origin_ids]
    if len(members) != 2 or unknown or members[0] == members[1]:
        raise fields.wrong(
            "Members",
            f"names {', '.join(map(repr, members)) or 'nothing'} (OG-007)",
            "Name two different origins, the primary first. The distribution defines "
            f"{', '.join(sorted(origin_ids))}.",
        )
    return OriginGroup(
        id=fields.text("Id"),
        primary=members[0],
        secondary=members[1],
        failover_status_codes=frozenset(codes),
    )


def _s3_origin(
    fields: Fields,
    common: Mapping[str, Any],
    canonical_users: Mapping[str, str],
    profile: Profile,
) -> Origin:
    settings = fields.part("S3OriginConfig")
    settings.only(["OriginAccessIdentity", "OriginReadTimeout"])
    named = settings.text("OriginAccessIdentity", "")
    match = IDENTITY.fullmatch(named)
    if named and match is None:
        raise settings.wrong(
            "OriginAccessIdentity",
            "is not an origin access identity",
            "Write origin-access-identity/cloudfront/ID.",
        )
    if named and common["origin_access_control"] is not None:
        raise settings.wrong(
            "OriginAccessIdentity",
            "is set together with OriginAccessControlId",
            "Keep one of the two; AWS recommends origin access control.",
        )
    identity = match[1] if match else None
    read_timeout = _seconds(settings, "OriginReadTimeout", 30, profile)
    return Origin(
        is_s3=True,
        origin_access_identity=identity,
        s3_canonical_user_id=canonical_users.get(identity) if identity else None,
        read_timeout=read_timeout,
        response_completion_timeout=_completion_timeout(fields, read_timeout),
        **common,
    )


def _custom_origin(fields: Fields, common: Mapping[str, Any], profile: Profile) -> Origin:
    settings = fields.part("CustomOriginConfig")
    settings.notice_each(NO_CLIENT_CERTIFICATE)
    settings.only(
        ["HTTPPort", "HTTPSPort", "OriginProtocolPolicy", "OriginSslProtocols"],
        ["OriginReadTimeout", "OriginKeepaliveTimeout", "IpAddressType"],
        NO_CLIENT_CERTIFICATE,
    )
    protocols = settings.texts("OriginSslProtocols")
    if not set(protocols) <= set(SSL_PROTOCOLS):
        raise settings.wrong(
            "OriginSslProtocols",
            f"holds {', '.join(protocols)}",
            f"CloudFront accepts {', '.join(SSL_PROTOCOLS)}.",
        )
    read_timeout = _seconds(settings, "OriginReadTimeout", 30, profile)
    return Origin(
        protocol_policy=settings.choice(
            "OriginProtocolPolicy", ("http-only", "https-only", "match-viewer")
        ),
        http_port=_port(settings, "HTTPPort"),
        https_port=_port(settings, "HTTPSPort"),
        ssl_protocols=protocols or ("TLSv1.2",),
        read_timeout=read_timeout,
        keepalive_timeout=_seconds(settings, "OriginKeepaliveTimeout", 5, profile),
        response_completion_timeout=_completion_timeout(fields, read_timeout),
        **common,
    )


def _seconds(settings: Fields, field: str, default: int, profile: Profile) -> int:
    """A time-out in seconds, within CloudFront's range (OG-002; table D.1 row 12)."""
    most = profile.max_origin_timeout
    value = settings.values.get(field)
    if type(value) is int and most < value <= MOST_SECONDS:
        settings.notice(field, ABOVE_QUOTA)
        return value
    return settings.number(field, default, low=1, high=most, rule="OG-002")


def _completion_timeout(fields: Fields, read_timeout: int) -> int | None:
    """The response completion time-out; some clients write 0 for none (OG-005)."""
    seconds = fields.number("ResponseCompletionTimeout", 0)
    if 0 < seconds < read_timeout:
        raise fields.wrong(
            "ResponseCompletionTimeout",
            f"is less than OriginReadTimeout {read_timeout} (OG-005)",
            f"Write {read_timeout} or more.",
        )
    return seconds or None


def _port(settings: Fields, field: str) -> int:
    port = settings.number(field, high=65_535, rule="OR-015")
    if port not in (80, 443) and port < 1024:
        raise settings.wrong(
            field,
            "is not a port that CloudFront connects to (OR-015)",
            "Valid are 80, 443 and 1024 to 65535.",
        )
    return port


def _domain_name(fields: Fields) -> str:
    name = fields.text("DomainName").lower()
    if not DOMAIN_NAME.fullmatch(name):
        raise fields.wrong(
            "DomainName",
            "is not a domain name",
            "Write only the name, without scheme, port and path.",
        )
    return name


def _path(fields: Fields) -> str:
    path = fields.text("OriginPath", "")
    if path and (len(path) > MAX_PATH or not PATH.fullmatch(path)):
        raise fields.wrong(
            "OriginPath",
            "is not an origin path (OR-011)",
            "It must start with `/`, not end with it, and have no query string and at most "
            f"{MAX_PATH} characters.",
        )
    return path


def _signing_behavior(fields: Fields, signing_behaviors: Mapping[str, str]) -> str | None:
    control_id = fields.text("OriginAccessControlId", "")
    if not control_id:
        return None
    behavior = signing_behaviors.get(control_id)
    if behavior is None:
        return ACCESS_CONTROL.of(fields, "OriginAccessControlId", control_id)
    if behavior not in SIGNING_BEHAVIORS:
        raise ConfigError(
            f"Origin access control {control_id}: SigningBehavior {behavior!r} is none of "
            f"{', '.join(SIGNING_BEHAVIORS)} (S3-001). Write one of them."
        )
    return behavior
