"""Evidence from an account: the real clients against moto's IAM, Lambda, S3 and ACM."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from localfront.aws.settings import Settings
from localfront.check.evidence.account import account_evidence
from localfront.check.evidence.evidence import Evidence
from localfront.check.findings import Unchecked
from tests.localfront.check.checking import (
    TODAY,
    TRUST,
    at_edge,
    described,
    logging_to,
)
from tests.localfront.emulated import READABLE
from tests.localfront.factories import (
    DISTRIBUTION_ID,
    EDGE_ARN,
    HOST,
    a_behavior_description,
)

AWS = Settings.load({"AWS_ACCESS_KEY_ID": "test"})
NOWHERE = Settings.load({})
REGION = "us-east-1"


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    from moto import mock_aws  # slow to import, for each process that collects these tests

    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MOTO_ALLOW_NONEXISTENT_REGION", "false")
    with mock_aws():
        yield boto3.Session(
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )


def learned(
    session: boto3.Session,
    *,
    settings: Settings = AWS,
    arn: str = EDGE_ARN,
    **config: Any,
) -> Evidence:
    behavior = a_behavior_description(**at_edge(LambdaFunctionARN=arn))
    description = described(DefaultCacheBehavior=behavior, **config)
    return Evidence(today=TODAY, **account_evidence(description, session, settings))


def make_role(session: boto3.Session) -> str:
    iam = session.client("iam")
    made = iam.create_role(RoleName="edge", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(
        RoleName="edge", PolicyName="logs", PolicyDocument=json.dumps(logging_to("*"))
    )
    own = iam.create_policy(
        PolicyName="own",
        PolicyDocument=json.dumps(logging_to("arn:aws:logs:*:*:*")),
    )
    iam.attach_role_policy(RoleName="edge", PolicyArn=own["Policy"]["Arn"])
    return str(made["Role"]["Arn"])


def make_function(session: boto3.Session, role: str) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("index.py", "def handler(event, context): ...")
    made = session.client("lambda").create_function(
        FunctionName="edge",
        Role=role,
        Handler="index.handler",
        Runtime="python3.13",
        Code={"ZipFile": archive.getvalue()},
        Publish=True,
    )
    return f"{made['FunctionArn'].removesuffix(':1')}:1"


def test_a_function_is_read_with_its_role_and_all_of_its_policies(
    session: boto3.Session,
) -> None:
    role = make_role(session)
    arn = make_function(session, role)

    evidence = learned(session, arn=arn)

    config = evidence.functions[arn]
    assert config is not None
    assert config["Runtime"] == "python3.13"
    assert config["CodeSize"] > 0
    assert evidence.roles[role].trust == TRUST
    assert evidence.roles[role].complete
    assert logging_to("*") in evidence.roles[role].policies


@pytest.mark.proves("LA-001")
def test_a_function_that_does_not_exist_is_recorded_as_missing(
    session: boto3.Session,
) -> None:
    assert learned(session).functions == {EDGE_ARN: None}


def test_buckets_and_certificates_are_read(session: boto3.Session) -> None:
    s3 = session.client("s3")
    s3.create_bucket(Bucket="pages")
    s3.put_bucket_policy(
        Bucket="pages",
        Policy=json.dumps({"Version": "2012-10-17", "Statement": [READABLE]}),
    )
    arn = session.client("acm").request_certificate(
        DomainName=HOST, SubjectAlternativeNames=["www.example.com"]
    )["CertificateArn"]

    evidence = learned(session, ViewerCertificate={"ACMCertificateArn": arn})

    policy = evidence.bucket_policies["pages"]
    assert policy is not None
    assert policy["Statement"] == [READABLE]
    assert set(evidence.certificates[DISTRIBUTION_ID]) == {HOST, "www.example.com"}


def test_a_denied_api_call_leaves_its_fact_unknown_and_is_reported(session: boto3.Session) -> None:
    missing = "arn:aws:acm:us-east-1:123456789012:certificate/none"

    evidence = learned(session, ViewerCertificate={"ACMCertificateArn": missing})

    assert evidence.certificates == {}
    assert missing in unchecked_lines(evidence)


def test_a_service_that_was_not_chosen_is_not_called(session: boto3.Session) -> None:
    evidence = learned(session, settings=NOWHERE)

    assert (evidence.functions, evidence.bucket_policies) == ({}, {})
    assert "no endpoint of lambda is named" in unchecked_lines(evidence)
    assert "no endpoint of s3 is named" in unchecked_lines(evidence)


def unchecked_lines(evidence: Evidence) -> str:
    return "\n".join(f"{o.what}: {o.why}" for o in evidence.outcomes if isinstance(o, Unchecked))
