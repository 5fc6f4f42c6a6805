"""Reads distributions, and all that they refer to, from a CloudFront API.

The API is whatever the standard AWS environment names: an emulator, or AWS. One `read` gives one
consistent value; comparing two of them tells whether anything changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from localfront.config.aliases import check_aliases
from localfront.config.distribution import Distribution, TrustedKey
from localfront.config.managed_policies import MANAGED
from localfront.config.parsing import parse_distribution
from localfront.config.policies import PolicyCatalog, items
from localfront.config.policy_parsing import (
    parse_cache_policy,
    parse_origin_request_policy,
)
from localfront.config.trusted_keys import parse_key_group, parse_public_key
from localfront.errors import ConfigError
from localfront.origins.addresses import Endpoints, Service, resolve
from localfront.responses.headers_policy_parsing import (
    parse_response_headers_policy,
)

# A wrong address is told within seconds; following looks again anyway.
PATIENCE = Config(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 2})


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything that is served: distributions, and the policies of their buckets."""

    distributions: tuple[Distribution, ...] = ()
    bucket_policies: Mapping[str, Mapping[str, Any] | None] = field(
        default_factory=dict
    )

    @property
    def function_arns(self) -> frozenset[str]:
        return frozenset(
            association.lambda_function_arn
            for distribution in self.distributions
            for behavior in distribution.behaviors
            for association in behavior.lambda_function_associations
        )


@dataclass(frozen=True, slots=True)
class Invalidation:
    """Source: CloudFront API Reference, GetInvalidation."""

    distribution_id: str
    id: str
    paths: tuple[str, ...]


class ControlPlane:
    """A CloudFront API. Blocking: call it from a thread."""

    def __init__(
        self, session: boto3.Session, endpoints: Endpoints, distribution_id: str | None
    ) -> None:
        self._cloudfront = session.client("cloudfront", config=PATIENCE)
        self._s3 = session.client("s3", config=PATIENCE)
        self._endpoints = endpoints
        self._only = distribution_id

    def read(self) -> Configuration:
        """Raises ConfigError when a distribution can't be honoured, botocore's errors when the
        API does not answer.
        """
        distributions = tuple(self._distribution(i) for i in self._distribution_ids())
        check_aliases(distributions)
        for distribution in distributions:
            for origin in distribution.origins:
                resolve(origin, viewer_scheme="https", endpoints=self._endpoints)
        return Configuration(
            distributions=distributions,
            bucket_policies=self._bucket_policies(distributions),
        )

    def new_invalidations(
        self, configuration: Configuration, seen: Iterable[str]
    ) -> list[Invalidation]:
        """The invalidations whose ids were not seen before."""
        known = set(seen)
        found: list[Invalidation] = []
        for distribution in configuration.distributions:
            listed = self._cloudfront.list_invalidations(DistributionId=distribution.id)
            for summary in items(listed.get("InvalidationList")):
                if summary["Id"] not in known:
                    found.append(self._invalidation(distribution.id, summary["Id"]))
        return found

    def _invalidation(self, distribution_id: str, invalidation_id: str) -> Invalidation:
        answer = self._cloudfront.get_invalidation(
            DistributionId=distribution_id, Id=invalidation_id
        )
        batch = answer["Invalidation"]["InvalidationBatch"]
        return Invalidation(
            distribution_id, invalidation_id, tuple(items(batch["Paths"]))
        )

    def _distribution_ids(self) -> list[str]:
        if self._only is not None:
            return [self._only]
        pages = self._cloudfront.get_paginator("list_distributions").paginate()
        return [s["Id"] for page in pages for s in items(page.get("DistributionList"))]

    def _distribution(self, distribution_id: str) -> Distribution:
        description = self._cloudfront.get_distribution(Id=distribution_id)[
            "Distribution"
        ]
        config = description["DistributionConfig"]
        behaviors = [
            config["DefaultCacheBehavior"],
            *items(config.get("CacheBehaviors")),
        ]
        try:
            return parse_distribution(
                description,
                policies=self._policies(behaviors),
                signing_behaviors=self._signing_behaviors(items(config["Origins"])),
                key_groups=self._key_groups(behaviors),
                canonical_users=self._canonical_users(items(config["Origins"])),
            )
        except ConfigError as error:
            raise ConfigError(f"Distribution {distribution_id}: {error}") from error

    def _policies(self, behaviors: list[Mapping[str, Any]]) -> PolicyCatalog:
        """AWS's managed policies, and those of the account that the behaviors name."""
        client = self._cloudfront

        def account(
            field: str, managed: Mapping[str, Any], read: Callable[[str], Any]
        ) -> Any:
            named = {b[field] for b in behaviors if b.get(field)}
            return {**managed, **{i: read(i) for i in named - managed.keys()}}

        def config(answer: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
            found: Mapping[str, Any] = answer[kind][f"{kind}Config"]
            return found

        return PolicyCatalog(
            cache=account(
                "CachePolicyId",
                MANAGED.cache,
                lambda i: parse_cache_policy(
                    i, config(client.get_cache_policy(Id=i), "CachePolicy")
                ),
            ),
            origin_request=account(
                "OriginRequestPolicyId",
                MANAGED.origin_request,
                lambda i: parse_origin_request_policy(
                    i,
                    config(
                        client.get_origin_request_policy(Id=i), "OriginRequestPolicy"
                    ),
                ),
            ),
            response_headers=account(
                "ResponseHeadersPolicyId",
                MANAGED.response_headers,
                lambda i: parse_response_headers_policy(
                    i,
                    config(
                        client.get_response_headers_policy(Id=i),
                        "ResponseHeadersPolicy",
                    ),
                ),
            ),
        )

    def _signing_behaviors(self, origins: list[Mapping[str, Any]]) -> Mapping[str, str]:
        ids = {
            o["OriginAccessControlId"]
            for o in origins
            if o.get("OriginAccessControlId")
        }
        found: dict[str, str] = {}
        for control_id in ids:
            answer = self._cloudfront.get_origin_access_control(Id=control_id)
            config = answer["OriginAccessControl"]["OriginAccessControlConfig"]
            found[control_id] = config["SigningBehavior"]
        return found

    def _key_groups(
        self, behaviors: list[Mapping[str, Any]]
    ) -> Mapping[str, tuple[TrustedKey, ...]]:
        """The keys of the groups that the behaviors trust, by the group's id (SG-001)."""
        ids = {group for b in behaviors for group in items(b.get("TrustedKeyGroups"))}
        return {group_id: self._key_group(group_id) for group_id in ids}

    def _key_group(self, group_id: str) -> tuple[TrustedKey, ...]:
        answer = self._cloudfront.get_key_group(Id=group_id)
        key_ids = parse_key_group(group_id, answer["KeyGroup"]["KeyGroupConfig"])
        return tuple(map(self._public_key, key_ids))

    def _public_key(self, key_id: str) -> TrustedKey:
        answer = self._cloudfront.get_public_key(Id=key_id)
        return parse_public_key(key_id, answer["PublicKey"]["PublicKeyConfig"])

    def _canonical_users(self, origins: list[Mapping[str, Any]]) -> Mapping[str, str]:
        """By id of an origin access identity, the name that bucket policies may give it."""
        named = {
            (o.get("S3OriginConfig") or {}).get("OriginAccessIdentity") for o in origins
        }
        ids = {name.rpartition("/")[2] for name in named if name}
        found = {i: self._canonical_user(i) for i in ids}
        return {i: user for i, user in found.items() if user is not None}

    def _canonical_user(self, identity_id: str) -> str | None:
        """None where the API has no such identity: MiniStack knows none at all. Its ARN does."""
        try:
            answer = self._cloudfront.get_cloud_front_origin_access_identity(
                Id=identity_id
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise
        user: str = answer["CloudFrontOriginAccessIdentity"]["S3CanonicalUserId"]
        return user

    def _bucket_policies(
        self, distributions: tuple[Distribution, ...]
    ) -> Mapping[str, Mapping[str, Any] | None]:
        """Only an emulator's: AWS checks its buckets' policies itself."""
        addresses = [
            resolve(origin, viewer_scheme="https", endpoints=self._endpoints)
            for distribution in distributions
            for origin in distribution.origins
        ]
        return {
            address.bucket: self._bucket_policy(address.bucket)
            for address in addresses
            if address.service is Service.S3 and address.emulated
        }

    def _bucket_policy(self, bucket: str) -> Mapping[str, Any] | None:
        try:
            document = self._s3.get_bucket_policy(Bucket=bucket)["Policy"]
        except ClientError as error:
            if error.response["Error"]["Code"] in (
                "NoSuchBucketPolicy",
                "NoSuchBucket",
            ):
                return None
            raise
        policy: Mapping[str, Any] = json.loads(document)
        return policy
