"""Read distributions, and everything they refer to, from a CloudFront API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import ClientError

from localfront.config.distribution import TrustedKey
from localfront.config.managed_policies import MANAGED
from localfront.config.policies import items
from localfront.origins.addresses import Endpoints
from localfront.profiles import PROFILE_2026, Profile
from localfront.sources.bucket_policies import (
    emulated_buckets,
    read_bucket_policy,
    read_websites,
)
from localfront.sources.configuration import Configuration, configure
from localfront.sources.description import Description, Raw, named, read_from
from localfront.sources.function_versions import newest, unqualified, with_versions
from localfront.sources.key_value_api import KeyValueStores
from localfront.sources.key_value_files import StoreFiles
from localfront.sources.source import (
    CloudFrontFunctionsApi,
    Invalidation,
    LambdaFunctions,
)

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient

    from localfront.aws.session import AwsSession

HOME_REGION = "us-east-1"  # of Lambda@Edge (LA-002)
IDENTITY = "origin-access-identity/cloudfront/"
# A wrong address is reported within seconds; polling retries anyway.
PATIENCE = Config(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 2})


class CloudFrontApi:
    """A `Source`: the distributions of an account, or only one of them."""

    def __init__(
        self,
        session: AwsSession,
        endpoints: Endpoints,
        distribution_id: str | None = None,
        *,
        profile: Profile = PROFILE_2026,
        signers: Mapping[str, Sequence[TrustedKey]] | None = None,
        store_files: Mapping[str, Path] | None = None,
    ) -> None:
        self._cloudfront: CloudFrontClient = session.client("cloudfront", config=PATIENCE)
        self._s3 = session.client("s3", config=PATIENCE)
        self._lambda = session.client("lambda", region_name=HOME_REGION)
        self._endpoints = endpoints
        self._only = distribution_id
        self._profile = profile
        self._signers = signers
        self._known = _Known(self._cloudfront)
        self._last: Configuration | None = None
        self._stores = StoreFiles(store_files or {}, KeyValueStores(session))

    def read(self) -> Configuration:
        described, configuration = self.describe(), self._last
        if configuration is None or configuration.described != described:
            configuration = self._last = configure(
                described, self._endpoints, profile=self._profile, signers=self._signers
            )
        buckets = emulated_buckets(configuration.distributions, self._endpoints)
        policies = {b: read_bucket_policy(self._s3, b) for b in buckets}
        return replace(
            configuration,
            bucket_policies=policies,
            websites=read_websites(self._s3, configuration.distributions, self._endpoints),
        )

    def forget(self) -> None:
        self._known = _Known(self._cloudfront)
        self._last = None

    def new_invalidations(
        self, configuration: Configuration, seen: Iterable[str]
    ) -> list[Invalidation]:
        known_ids = set(seen)
        found: list[Invalidation] = []
        for distribution in configuration.distributions:
            listed = self._cloudfront.list_invalidations(DistributionId=distribution.id)
            for summary in items(listed.get("InvalidationList")):
                if summary["Id"] not in known_ids:
                    found.append(self._invalidation(distribution.id, summary["Id"]))
        return found

    @property
    def lambda_functions(self) -> LambdaFunctions:
        return self._lambda

    @property
    def cloudfront_functions(self) -> CloudFrontFunctionsApi:
        return self._cloudfront

    @property
    def key_value_stores(self) -> StoreFiles:
        return self._stores

    def _invalidation(self, distribution_id: str, invalidation_id: str) -> Invalidation:
        response = self._cloudfront.get_invalidation(
            DistributionId=distribution_id, Id=invalidation_id
        )
        batch = response["Invalidation"]["InvalidationBatch"]
        return Invalidation(distribution_id, invalidation_id, tuple(items(batch["Paths"])))

    def describe(self) -> Description:
        """Describe the distributions. Raises botocore's errors."""
        found = list(self._distributions())
        distributions, notices = with_versions(found, self._versions(found))
        client = self._cloudfront

        def of_account(field: str, managed: Mapping[str, Any]) -> Iterable[str]:
            return sorted(named(distributions, field) - managed.keys())

        key_groups = {
            i: client.get_key_group(Id=i)["KeyGroup"]["KeyGroupConfig"]
            for i in sorted(named(distributions, "TrustedKeyGroups"))
        }
        described = Description(
            distributions=distributions,
            cache_policies={
                i: client.get_cache_policy(Id=i)["CachePolicy"]["CachePolicyConfig"]
                for i in of_account("CachePolicyId", MANAGED.cache)
            },
            origin_request_policies={
                i: client.get_origin_request_policy(Id=i)["OriginRequestPolicy"][
                    "OriginRequestPolicyConfig"
                ]
                for i in of_account("OriginRequestPolicyId", MANAGED.origin_request)
            },
            response_headers_policies={
                i: client.get_response_headers_policy(Id=i)["ResponseHeadersPolicy"][
                    "ResponseHeadersPolicyConfig"
                ]
                for i in of_account("ResponseHeadersPolicyId", MANAGED.response_headers)
            },
            origin_access_controls={
                i: client.get_origin_access_control(Id=i)["OriginAccessControl"][
                    "OriginAccessControlConfig"
                ]
                for i in sorted(named(distributions, "OriginAccessControlId"))
            },
            canonical_users=self._canonical_users(distributions),
            key_groups=key_groups,
            public_keys={
                i: client.get_public_key(Id=i)["PublicKey"]["PublicKeyConfig"]
                for i in sorted(named(list(key_groups.values()), "Items"))
            },
            continuous_deployment_policies=self._deployments(distributions),
            notices=notices,
        )
        return read_from(f"the CloudFront API at {client.meta.endpoint_url}", described)

    def _deployments(self, distributions: tuple[Raw, ...]) -> dict[str, Raw]:
        """Continuous deployment policies; emulators may not support them."""
        found: dict[str, Raw] = {}
        for i in sorted(named(distributions, "ContinuousDeploymentPolicyId")):
            try:
                response = self._cloudfront.get_continuous_deployment_policy(Id=i)
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == 403:
                    raise
                continue
            policy = response["ContinuousDeploymentPolicy"]
            found[i] = policy["ContinuousDeploymentPolicyConfig"]
        return found

    def _versions(self, distributions: list[Raw]) -> dict[str, str]:
        """The newest published version of each function referenced without one."""
        found: dict[str, str] = {}
        for arn in unqualified(distributions):
            pages = self._lambda.get_paginator("list_versions_by_function")
            versions = [
                v["Version"] for p in pages.paginate(FunctionName=arn) for v in p["Versions"]
            ]
            version = newest(versions)
            if version is not None:
                found[arn] = version
        return found

    def _distributions(self) -> Iterable[Raw]:
        if self._only is not None:
            return [self._cloudfront.get_distribution(Id=self._only)["Distribution"]]
        pages = self._cloudfront.get_paginator("list_distributions").paginate()
        return [
            self._known.distribution(summary)
            for page in pages
            for summary in items(page.get("DistributionList"))
        ]

    def _canonical_users(self, distributions: tuple[Raw, ...]) -> Mapping[str, str]:
        ids = {path.removeprefix(IDENTITY) for path in named(distributions, "OriginAccessIdentity")}
        found = {i: self._canonical_user(i) for i in sorted(ids)}
        return {i: user for i, user in found.items() if user is not None}

    def _canonical_user(self, identity_id: str) -> str | None:
        """The canonical user id; None if the API does not have it. The ARN is sufficient."""
        try:
            response = self._cloudfront.get_cloud_front_origin_access_identity(Id=identity_id)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise
        return response["CloudFrontOriginAccessIdentity"]["S3CanonicalUserId"]


class _Known:
    """A cache of fetched resources by ETag.

    An API whose lists have no ETags (an emulator's) is asked for each resource every time.
    """

    def __init__(self, cloudfront: CloudFrontClient) -> None:
        self._cloudfront = cloudfront
        self._distributions: dict[str, tuple[str, Raw]] = {}

    def distribution(self, summary: Raw) -> Raw:
        """Fetch the Distribution of a DistributionSummary."""
        distribution_id, tag = summary["Id"], summary.get("ETag")
        cached_tag, cached = self._distributions.get(distribution_id, ("", {}))
        if tag and tag == cached_tag:
            return cached
        response = self._cloudfront.get_distribution(Id=distribution_id)
        found: Raw = response["Distribution"]
        self._distributions[distribution_id] = (response.get("ETag", ""), found)
        return found
