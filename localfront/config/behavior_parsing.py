"""Parse the cache behaviors of a DistributionConfig.

Sources: CloudFront API Reference, CacheBehavior and DefaultCacheBehavior; Developer Guide, "Cache
behavior settings".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from localfront.config.distribution import (
    CacheBehavior,
    TrustedKey,
    ViewerProtocolPolicy,
)
from localfront.config.edge_associations import (
    parse_function_associations,
    parse_lambda_associations,
)
from localfront.config.fields import Fields
from localfront.config.legacy_values import LEGACY, legacy_policies
from localfront.config.not_described import (
    CACHE_POLICY,
    ORIGIN_REQUEST_POLICY,
    RESPONSE_HEADERS_POLICY,
    named,
)
from localfront.config.notices import NotHonoured, Notice
from localfront.config.policies import (
    CachePolicy,
    OriginRequestPolicy,
    PolicyCatalog,
)
from localfront.config.trusted_keys import parse_trusted_keys

READS = frozenset({"GET", "HEAD"})
READS_AND_OPTIONS = READS | {"OPTIONS"}
ALL_METHODS = READS_AND_OPTIONS | {"PUT", "POST", "PATCH", "DELETE"}
PATTERN = re.compile(r"""[A-Za-z0-9_.*$/~"'@:+&?-]{1,255}""")  # RT-008
LEGACY_TTLS = ("MinTTL", "DefaultTTL", "MaxTTL")
BESIDE_A_POLICY = "belongs to the legacy settings, and CachePolicyId is set"
NOT_EMULATED = {
    "FieldLevelEncryptionId": NotHonoured(
        "encrypts fields in the bodies of POST requests", "they reach the origin unencrypted"
    ),
    "SmoothStreaming": NotHonoured(
        "serves media in the Microsoft Smooth Streaming format",
        "its files are served like any others",
    ),
    "GrpcConfig": NotHonoured(
        "allows gRPC requests, over HTTP/2 to the origin (MI-003)",
        "requests to origins use HTTP/1.1, without gRPC",
    ),
    "RealtimeLogConfigArn": NotHonoured(
        "sends a record of each request to a Kinesis data stream", "none is sent"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviorReader:
    """Parses behaviors, given what they may refer to.

    That is policies, keys of groups and accounts, and `targets`: origins and origin groups, each
    with whether it is S3.
    """

    policies: PolicyCatalog
    targets: Mapping[str, bool]
    keys: Mapping[str, Sequence[TrustedKey]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    def default(self, value: Any) -> CacheBehavior:
        """Parse a DefaultCacheBehavior. Raises ConfigError."""
        fields = Fields.of("DefaultCacheBehavior", value, "", self.notices)
        return self._read(fields, "*")

    def listed(self, fields: Fields) -> CacheBehavior:
        """Parse a CacheBehavior. Raises ConfigError."""
        pattern = fields.text("PathPattern")
        if not PATTERN.fullmatch(pattern):
            raise fields.wrong(
                "PathPattern",
                "is not a path pattern (RT-008)",
                "Use 1 to 255 letters, digits and characters of _-.*$/~\"'@:+&?.",
            )
        return self._read(fields.called(f"Behavior {pattern!r}"), pattern)

    def _read(self, fields: Fields, pattern: str) -> CacheBehavior:
        fields.notice_each(NOT_EMULATED)
        fields.only(
            ["PathPattern", "TargetOriginId", "TrustedSigners", "TrustedKeyGroups"],
            ["ViewerProtocolPolicy", "AllowedMethods", "Compress", "CachePolicyId"],
            [
                "LambdaFunctionAssociations",
                "FunctionAssociations",
                LEGACY,
                *LEGACY_TTLS,
            ],
            [
                "OriginRequestPolicyId",
                "ResponseHeadersPolicyId",
            ],
            NOT_EMULATED,
        )
        target = self._target(fields)
        cache, request = self._policies(fields, is_s3=self.targets[target])
        allowed, cached = _methods(fields)
        restricted, keys = parse_trusted_keys(fields, self.keys)
        return CacheBehavior(
            path_pattern=pattern,
            target_origin_id=target,
            viewer_protocol_policy=ViewerProtocolPolicy(
                fields.choice("ViewerProtocolPolicy", [p.value for p in ViewerProtocolPolicy])
            ),
            allowed_methods=allowed,
            cached_methods=cached,
            compress=fields.flag("Compress", False),
            cache_policy=cache,
            origin_request_policy=request,
            response_headers_policy=named(
                self.policies.response_headers,
                fields,
                "ResponseHeadersPolicyId",
                RESPONSE_HEADERS_POLICY,
            ),
            lambda_function_associations=parse_lambda_associations(fields),
            function_associations=parse_function_associations(fields),
            restricted=restricted,
            trusted_keys=keys,
        )

    def _target(self, fields: Fields) -> str:
        """The origin or origin group that TargetOriginId names (RT-009)."""
        target = fields.text("TargetOriginId")
        if target not in self.targets:
            raise fields.wrong(
                "TargetOriginId",
                "names no origin and no origin group of the distribution (RT-009)",
                f"It defines {', '.join(sorted(self.targets))}: add the origin, or correct the id.",
            )
        return target

    def _policies(
        self, fields: Fields, *, is_s3: bool
    ) -> tuple[CachePolicy, OriginRequestPolicy | None]:
        cache = named(self.policies.cache, fields, "CachePolicyId", CACHE_POLICY)
        request = named(
            self.policies.origin_request,
            fields,
            "OriginRequestPolicyId",
            ORIGIN_REQUEST_POLICY,
        )
        if cache is not None:
            fields.refuse(dict.fromkeys((LEGACY, *LEGACY_TTLS), BESIDE_A_POLICY))
            return cache, request
        if not fields.has(LEGACY):
            raise fields.wrong(
                "CachePolicyId", "is empty", f"Name a cache policy, or write {LEGACY}."
            )
        if request is not None:
            raise fields.wrong(
                "OriginRequestPolicyId",
                "needs a cache policy on the same behavior (PO-001)",
                f"Name one in CachePolicyId, in the place of {LEGACY}.",
            )
        return legacy_policies(fields, is_s3=is_s3)


def _methods(fields: Fields) -> tuple[frozenset[str], frozenset[str]]:
    """The methods that a behavior allows, and those whose responses it caches (VP-006, VP-007)."""
    methods = fields.part("AllowedMethods")
    methods.only(["Quantity", "Items", "CachedMethods"])
    allowed = frozenset(fields.texts("AllowedMethods")) or READS
    cached = frozenset(methods.texts("CachedMethods")) or READS
    if allowed not in (READS, READS_AND_OPTIONS, ALL_METHODS):
        raise fields.wrong(
            "AllowedMethods",
            f"has {', '.join(sorted(allowed))} (VP-006)",
            "CloudFront accepts GET and HEAD; those and OPTIONS; or all seven.",
        )
    if cached not in (READS, READS_AND_OPTIONS) or not cached <= allowed:
        raise methods.wrong(
            "CachedMethods",
            f"has {', '.join(sorted(cached))} (VP-007)",
            "CloudFront accepts GET and HEAD, or those and OPTIONS where OPTIONS is allowed.",
        )
    return allowed, cached
