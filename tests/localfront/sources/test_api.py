"""A CloudFront API as a source: its calls, and which are not repeated."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError

from localfront.errors import ConfigError
from localfront.origins.addresses import Endpoints
from localfront.sources.api import CloudFrontApi
from localfront.sources.source import Invalidation
from tests.localfront.factories import (
    DISTRIBUTION_ID,
    a_behavior_description,
    a_distribution_description,
    listing,
)

EMULATOR = Endpoints(s3="http://127.0.0.1:4566", api_gateway="http://127.0.0.1:4566")
POLICY = "0c0ffee0-0000-4000-8000-000000000000"


class FakeAws:
    """A session and its clients: one distribution, what it names, and the calls that were made."""

    def __init__(self, **config: Any) -> None:
        self.config = config
        self.tag: str | None = "E1"
        self.policy: str | None = '{"Statement": []}'
        self.calls: list[str] = []
        self.meta = SimpleNamespace(endpoint_url="http://aws.test")

    def client(self, _service: str, **_: Any) -> FakeAws:
        return self

    def count(self, call: str) -> int:
        return self.calls.count(call)

    def get_paginator(self, _operation: str) -> FakeAws:
        return self

    def paginate(self, **parameters: str) -> Iterator[dict[str, Any]]:
        if parameters:
            yield {"Versions": [{"Version": v} for v in ("$LATEST", "2", "10")]}
            return
        self.calls.append("list_distributions")
        summary = {"Id": DISTRIBUTION_ID}
        if self.tag:
            summary["ETag"] = self.tag
        yield {"DistributionList": listing(summary)}

    def get_distribution(self, **_: str) -> dict[str, Any]:
        self.calls.append("get_distribution")
        return {
            "ETag": self.tag or "E",
            "Distribution": a_distribution_description(**self.config),
        }

    def get_origin_access_control(self, **parameters: str) -> dict[str, Any]:
        self.calls.append(f"control {parameters['Id']}")
        return {"OriginAccessControl": {"OriginAccessControlConfig": {"SigningBehavior": "always"}}}

    def get_cache_policy(self, **parameters: str) -> dict[str, Any]:
        self.calls.append(f"policy {parameters['Id']}")
        return {"CachePolicy": {"CachePolicyConfig": {"MinTTL": 7}}}

    def get_bucket_policy(self, **parameters: str) -> dict[str, str]:
        self.calls.append(f"bucket {parameters['Bucket']}")
        if self.policy is None:
            error = {"Error": {"Code": "NoSuchBucketPolicy", "Message": ""}}
            raise ClientError(cast(Any, error), "GetBucketPolicy")
        return {"Policy": self.policy}

    def get_bucket_website(self, **parameters: str) -> dict[str, Any]:
        self.calls.append(f"website {parameters['Bucket']}")
        return {"IndexDocument": {"Suffix": "start.html"}}

    def list_invalidations(self, **_: str) -> dict[str, Any]:
        return {"InvalidationList": listing({"Id": "I1"}, {"Id": "I2"})}

    def get_invalidation(self, **parameters: str) -> dict[str, Any]:
        batch = {"Paths": listing(f"/{parameters['Id']}")}
        return {"Invalidation": {"InvalidationBatch": batch}}


def reading(
    aws: FakeAws, endpoints: Endpoints = EMULATOR, only: str | None = None
) -> CloudFrontApi:
    return CloudFrontApi(cast(boto3.Session, aws), endpoints, only)


def test_a_distribution_is_read_with_the_resources_it_references() -> None:
    aws = FakeAws(DefaultCacheBehavior=a_behavior_description(CachePolicyId=POLICY))

    configuration = reading(aws).read()

    (site,) = configuration.distributions
    assert site.default_cache_behavior.cache_policy.min_ttl == 7
    assert site.origins[0].origin_access_control == "always"
    assert configuration.bucket_policies == {"pages": {"Statement": []}}
    assert aws.count(f"policy {POLICY}") == 1


def test_a_resource_with_an_unchanged_etag_is_not_fetched_again() -> None:
    aws = FakeAws()
    source = reading(aws)

    first, second = source.read(), source.read()
    aws.tag = "E2"
    source.read()

    assert first == second
    assert aws.count("list_distributions") == 3
    assert aws.count("get_distribution") == 2


def test_if_lists_have_no_etags_everything_is_fetched() -> None:
    aws = FakeAws()
    aws.tag = None
    source = reading(aws)

    source.read()
    aws.config = {"DefaultRootObject": "a.html"}

    assert source.read().distributions[0].default_root_object == "a.html"


def test_an_unchanged_description_is_not_parsed_again() -> None:
    aws = FakeAws()
    source = reading(aws)

    first, second = source.read(), source.read()
    source.forget()
    third = source.read()
    aws.tag, aws.config = "E2", {"DefaultRootObject": "a.html"}
    fourth = source.read()

    assert second.distributions is first.distributions
    assert third.distributions is not first.distributions
    assert third == first
    assert fourth.distributions[0].default_root_object == "a.html"


def test_a_named_distribution_is_read_without_listing() -> None:
    aws = FakeAws()

    reading(aws, only=DISTRIBUTION_ID).read()

    assert aws.count("list_distributions") == 0


def test_a_bucket_without_a_policy_is_recorded_as_such() -> None:
    aws = FakeAws()
    aws.policy = None

    assert reading(aws).read().bucket_policies == {"pages": None}


def test_bucket_policies_are_not_read_from_aws_itself() -> None:
    aws = FakeAws()

    configuration = reading(aws, Endpoints(aws=True)).read()

    assert configuration.bucket_policies == {}
    assert aws.count("bucket pages") == 0


def test_an_origin_without_an_address_is_refused_at_once() -> None:
    with pytest.raises(ConfigError, match="--origin-override pages=DIR"):
        reading(FakeAws(), Endpoints()).read()


def test_only_new_invalidations_are_returned() -> None:
    source = reading(FakeAws())

    found = source.new_invalidations(source.read(), {"I1"})

    assert found == [Invalidation(DISTRIBUTION_ID, "I2", ("/I2",))]


@pytest.mark.proves("LA-001")
def test_a_function_arn_without_a_version_from_an_emulator_gets_the_newest() -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:guard"
    association = {"EventType": "viewer-request", "LambdaFunctionARN": arn, "IncludeBody": False}
    behavior = a_behavior_description(LambdaFunctionAssociations=listing(association))
    aws = FakeAws(DefaultCacheBehavior=behavior)

    configuration = CloudFrontApi(cast(boto3.Session, aws), EMULATOR).read()

    assert configuration.lambda_arns == {f"{arn}:10"}
    assert "version 10 runs" in "".join(map(str, configuration.notices))
