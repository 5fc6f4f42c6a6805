from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from localfront.check.evidence.evidence import Evidence
from localfront.check.rules.all_rules import check
from tests.localfront.check.checking import (
    described,
    evidence,
    finding,
    findings,
    report,
    unchecked,
)
from tests.localfront.emulated import LISTABLE, READABLE, allowing
from tests.localfront.factories import (
    a_custom_origin_description,
    an_s3_origin_description,
    listing,
)

OTHER = {"StringEquals": {"AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/E1"}}
IDENTITY = {
    "S3OriginConfig": {"OriginAccessIdentity": "origin-access-identity/cloudfront/E127"},
    "OriginAccessControlId": "",
}


def with_policy(*statements: Any) -> Evidence:
    return evidence(bucket_policies={"pages": {"Statement": list(statements)}})


def origins(**changes: Any) -> dict[str, Any]:
    bucket = an_s3_origin_description(**changes)
    return {"Origins": listing(bucket, a_custom_origin_description())}


@pytest.mark.proves("S3-002")
@pytest.mark.parametrize(
    "statement",
    [
        LISTABLE,
        {**READABLE, "Condition": OTHER},
        {**READABLE, "Principal": {"AWS": "arn:aws:iam::123456789012:root"}},
        {**READABLE, "Effect": "Deny"},
        {**READABLE, "Resource": "arn:aws:s3:::another/*"},
    ],
)
def test_a_bucket_that_cloudfront_may_not_read_is_found(statement: Any) -> None:
    found = finding("S3-002", with_policy(statement))

    assert found.resource.endswith("origin 'pages'")
    assert "AWS:SourceArn equals arn:aws:cloudfront::" in found.remedy


@pytest.mark.proves("S3-002")
def test_a_bucket_without_a_policy_is_found() -> None:
    found = finding("S3-002", evidence(bucket_policies={"pages": None}))

    assert "Bucket pages has no policy" in found.message


@pytest.mark.proves("S3-002")
def test_a_policy_that_allows_a_part_of_the_bucket_is_no_finding() -> None:
    part = allowing("s3:GetObject", resource="arn:aws:s3:::pages/public/*")

    assert report(with_policy(part)).findings == ()


@pytest.mark.proves("S3-002")
def test_an_older_identity_is_named_in_the_remedy() -> None:
    found = finding("S3-002", with_policy(READABLE), **origins(**IDENTITY))

    assert "CloudFront Origin Access Identity E127" in found.remedy


def test_conditions_that_only_aws_evaluates_cause_no_finding() -> None:
    condition = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    facts = with_policy({**READABLE, "Condition": condition})

    assert findings("S3-002", facts) == ()
    assert "only AWS evaluates" in unchecked(facts)


def test_an_identity_whose_canonical_user_is_unknown_causes_no_finding() -> None:
    user = {**READABLE, "Principal": {"CanonicalUser": "79a5"}}
    del user["Condition"]

    assert findings("S3-002", with_policy(user), **origins(**IDENTITY)) == ()


def test_a_bucket_whose_policy_is_unknown_causes_no_finding() -> None:
    facts = evidence(bucket_policies={})

    assert report(facts).findings == ()
    assert "the bucket's policy is not known" in unchecked(facts)


def test_an_undescribed_access_control_causes_no_finding() -> None:
    description = replace(described(), origin_access_controls={})

    result = check(description, evidence(bucket_policies={"pages": None}))

    assert result.findings == ()
    assert any("E2QWRUHAPOMQZL" in u.what for u in result.unchecked)
