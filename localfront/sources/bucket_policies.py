"""Bucket policies and website settings from an emulator's S3. (AWS evaluates its own.)"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from localfront.aws.errors import client_error
from localfront.config.distribution import Distribution
from localfront.config.website import Website, parse_website
from localfront.origins.addresses import BUCKETS, Endpoints, OriginService, resolve
from localfront.origins.aws_names import S3_NAME, WEBSITE_NAME

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NONE_THERE = ("NoSuchBucketPolicy", "NoSuchBucket", "NoSuchWebsiteConfiguration")


def emulated_buckets(
    distributions: Iterable[Distribution],
    endpoints: Endpoints,
    *,
    services: Collection[OriginService] = BUCKETS,
) -> frozenset[str]:
    """The names of buckets in an emulator that are origins of these distributions."""
    addresses = (
        resolve(origin, viewer_scheme="https", endpoints=endpoints)
        for distribution in distributions
        for origin in distribution.origins
        if endpoints.s3 is not None
        and not origin.is_private
        and (S3_NAME.fullmatch(origin.domain_name) or WEBSITE_NAME.fullmatch(origin.domain_name))
    )
    return frozenset(
        address.bucket for address in addresses if address.service in services and address.emulated
    )


def read_bucket_policy(s3: S3Client, bucket: str) -> Mapping[str, Any] | None:
    """A bucket's policy, None when it or the bucket does not exist. Raises botocore's errors."""
    try:
        document = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    except client_error() as error:
        if error.response["Error"]["Code"] in NONE_THERE:
            return None
        raise
    policy: Mapping[str, Any] = json.loads(document)
    return policy


def read_websites(
    s3: S3Client, distributions: Iterable[Distribution], endpoints: Endpoints
) -> dict[str, Website]:
    """The website settings of buckets. Raises botocore's errors, and ConfigError."""
    found: dict[str, Website] = {}
    sites = {OriginService.S3_WEBSITE}
    for bucket in emulated_buckets(distributions, endpoints, services=sites):
        try:
            found[bucket] = parse_website(bucket, s3.get_bucket_website(Bucket=bucket))
        except client_error() as error:
            if error.response["Error"]["Code"] not in NONE_THERE:
                raise
    return found
