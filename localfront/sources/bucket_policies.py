"""The policies of an emulator's buckets: AWS checks its buckets' policies itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localfront.config.distribution import Distribution
from localfront.origins.addresses import Endpoints, Service, resolve

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NONE_THERE = ("NoSuchBucketPolicy", "NoSuchBucket")


def emulated_buckets(distributions: Iterable[Distribution], endpoints: Endpoints) -> frozenset[str]:
    """The buckets that an emulator keeps. Raises ConfigError for an origin that has no address."""
    addresses = (
        resolve(origin, viewer_scheme="https", endpoints=endpoints)
        for distribution in distributions
        for origin in distribution.origins
    )
    return frozenset(
        address.bucket
        for address in addresses
        if address.service is Service.S3 and address.emulated
    )


def read_bucket_policy(s3: S3Client, bucket: str) -> Mapping[str, Any] | None:
    """None when there is no policy, or no bucket. Raises botocore's errors."""
    try:
        document = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    except ClientError as error:
        if error.response["Error"]["Code"] in NONE_THERE:
            return None
        raise
    policy: Mapping[str, Any] = json.loads(document)
    return policy
