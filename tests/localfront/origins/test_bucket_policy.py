from __future__ import annotations

import time
from typing import Any

import pytest

from localfront.origins.bucket_policy import Caller, allows, cloudfront
from tests.localfront.factories import DISTRIBUTION_ARN

CLOUDFRONT = cloudfront(DISTRIBUTION_ARN)
OBJECT = "arn:aws:s3:::pages/home.html"
OTHER_ARN = "arn:aws:cloudfront::123456789012:distribution/E2OTHER"


def statement(**changes: Any) -> dict[str, Any]:
    """The statement that the guide gives for origin access control."""
    return {
        "Sid": "AllowCloudFrontServicePrincipalReadOnly",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::pages/*",
        "Condition": {"StringEquals": {"AWS:SourceArn": DISTRIBUTION_ARN}},
        **changes,
    }


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def may_read(
    document: dict[str, Any] | None,
    caller: Caller = CLOUDFRONT,
    resource: str = OBJECT,
    action: str = "s3:GetObject",
) -> bool:
    return allows(document, caller=caller, action=action, resource=resource)


@pytest.mark.proves("S3-002")
def test_the_documented_policy_allows_the_distribution_to_read() -> None:
    assert may_read(policy(statement()))


@pytest.mark.proves("S3-002")
def test_a_single_statement_needs_no_list() -> None:
    assert may_read({"Statement": statement()})


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(None, id="no policy"),
        pytest.param({}, id="no statement"),
        pytest.param(policy(), id="an empty list"),
    ],
)
@pytest.mark.proves("S3-002")
def test_a_bucket_without_a_policy_denies_reading(
    document: dict[str, Any] | None,
) -> None:
    assert not may_read(document)


@pytest.mark.parametrize(
    "caller",
    [
        pytest.param(cloudfront(OTHER_ARN), id="another distribution"),
        pytest.param(Caller(), id="nobody"),
        pytest.param(
            Caller(service="lambda.amazonaws.com", source_arn=DISTRIBUTION_ARN),
            id="another service",
        ),
    ],
)
@pytest.mark.proves("S3-002")
def test_only_the_named_distribution_may_read(caller: Caller) -> None:
    assert not may_read(policy(statement()), caller)


@pytest.mark.parametrize(
    ("resource", "action"),
    [
        pytest.param("arn:aws:s3:::pages", "s3:GetObject", id="the bucket itself"),
        pytest.param("arn:aws:s3:::pages2/a", "s3:GetObject", id="another bucket"),
        pytest.param("arn:aws:s3:::PAGES/a", "s3:GetObject", id="another case"),
        pytest.param(OBJECT, "s3:PutObject", id="another action"),
        pytest.param(OBJECT, "s3:GetObjectVersion", id="a longer action"),
        pytest.param("arn:aws:s3:::pages", "s3:ListBucket", id="listing"),
    ],
)
@pytest.mark.proves("S3-002", "S3-003", "S3-008")
def test_only_the_named_actions_and_resources_are_allowed(resource: str, action: str) -> None:
    assert not may_read(policy(statement()), resource=resource, action=action)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"Action": "s3:*"}, id="all actions of S3"),
        pytest.param({"Action": "*"}, id="all actions"),
        pytest.param({"Action": ["s3:PutObject", "s3:getobject"]}, id="a list, any case"),
        pytest.param({"Action": "s3:Get*"}, id="a star in an action"),
        pytest.param({"Resource": ["arn:aws:s3:::x", OBJECT]}, id="a list of resources"),
        pytest.param({"Resource": "arn:aws:s3:::pages/hom?.html"}, id="a question mark"),
        pytest.param({"Resource": "*"}, id="all resources"),
        pytest.param({"Principal": "*"}, id="everybody"),
        pytest.param({"Principal": {"AWS": "*"}}, id="everybody, the longer way"),
        pytest.param(
            {"Principal": {"Service": ["lambda.amazonaws.com", "cloudfront.amazonaws.com"]}},
            id="a list of services",
        ),
        pytest.param({"Condition": {}}, id="no condition"),
        pytest.param(
            {"Condition": {"StringEquals": {"aws:sourcearn": [OTHER_ARN, DISTRIBUTION_ARN]}}},
            id="a list of values, a key in lower case",
        ),
        pytest.param(
            {"Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:cloudfront::*:distribution/*"}}},
            id="ArnLike",
        ),
        pytest.param(
            {"Condition": {"StringLike": {"AWS:SourceArn": DISTRIBUTION_ARN[:-1] + "?"}}},
            id="StringLike",
        ),
        pytest.param(
            {"Condition": {"StringEquals": {"AWS:SourceAccount": "123456789012"}}},
            id="account",
        ),
        pytest.param(
            {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, id="HTTPS"
        ),
        pytest.param(
            {"Condition": {"Bool": {"aws:SecureTransport": True}}}, id="HTTPS, a Boolean"
        ),
    ],
)  # fmt: skip
@pytest.mark.proves("S3-002")
def test_a_statement_allows_these_requests(changes: dict[str, Any]) -> None:
    assert may_read(policy(statement(**changes)))


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param({"StringEquals": {"AWS:SourceArn": OTHER_ARN}}, id="wrong source"),
        pytest.param(
            {"StringEquals": {"AWS:SourceArn": DISTRIBUTION_ARN[:-1] + "*"}},
            id="a star in StringEquals is literal",
        ),
        pytest.param(
            {"StringEquals": {"AWS:SourceArn": DISTRIBUTION_ARN.lower()}},
            id="values have case",
        ),
        pytest.param({"StringEquals": {"AWS:SourceArn": []}}, id="no value"),
        pytest.param({"StringEquals": {"aws:PrincipalTag/x": "1"}}, id="unknown key"),
        pytest.param({"StringEqualsIfExists": {"aws:x": "1"}}, id="unknown operator"),
        pytest.param({"Null": {"aws:SourceArn": "false"}}, id="Null"),
        pytest.param({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, id="IpAddress"),
        pytest.param({"StringNotEquals": {"AWS:SourceArn": OTHER_ARN}}, id="StringNotEquals"),
        pytest.param(
            {
                "StringEquals": {"AWS:SourceArn": DISTRIBUTION_ARN},
                "Bool": {"aws:SecureTransport": "false"},
            },
            id="one of two does not hold",
        ),
        pytest.param(
            {
                "StringEquals": {
                    "AWS:SourceArn": DISTRIBUTION_ARN,
                    "AWS:SourceAccount": "999999999999",
                }
            },
            id="one of two keys does not hold",
        ),
    ],
)
@pytest.mark.proves("S3-002")
def test_an_allow_with_an_unproven_condition_does_not_allow(
    condition: dict[str, Any],
) -> None:
    assert not may_read(policy(statement(Condition=condition)))


def test_a_source_condition_is_never_met_by_an_unsigned_request() -> None:
    public = statement(Principal="*")

    assert not may_read(policy(public), Caller())
    assert may_read(policy(statement(Principal="*", Condition={})), Caller())


ALLOW = statement()
DENY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::pages/*",
}


@pytest.mark.parametrize("statements", [(ALLOW, DENY), (DENY, ALLOW), (DENY,)])
def test_a_deny_overrides_an_allow_in_any_order(statements: tuple[dict[str, Any], ...]) -> None:
    assert not may_read(policy(*statements))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"Action": "s3:PutObject"}, id="another action"),
        pytest.param({"Resource": "arn:aws:s3:::pages/secret/*"}, id="another resource"),
        pytest.param({"Principal": {"Service": "x.amazonaws.com"}}, id="another caller"),
        pytest.param({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, id="HTTP alone"),
        pytest.param(
            {"Condition": {"StringEquals": {"AWS:SourceArn": OTHER_ARN}}},
            id="another distribution",
        ),
    ],
)
def test_a_deny_of_something_else_has_no_effect(changes: dict[str, Any]) -> None:
    assert may_read(policy(ALLOW, {**DENY, **changes}))


@pytest.mark.parametrize(
    "denial",
    [
        pytest.param(
            {**DENY, "Condition": {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
            id="an unknown operator",
        ),
        pytest.param(
            {**DENY, "Condition": {"StringEquals": {"aws:SourceIp": "x"}}},
            id="an unknown key",
        ),
        pytest.param(
            {k: v for k, v in DENY.items() if k != "Principal"}
            | {"NotPrincipal": {"AWS": "arn:aws:iam::1:root"}},
            id="NotPrincipal",
        ),
        pytest.param(
            {k: v for k, v in DENY.items() if k != "Action"} | {"NotAction": "s3:GetObject"},
            id="NotAction",
        ),
        pytest.param(
            {k: v for k, v in DENY.items() if k != "Resource"} | {"NotResource": "x"},
            id="NotResource",
        ),
        pytest.param({**DENY, "Principal": "everybody"}, id="a principal of no known form"),
    ],
)
def test_a_deny_that_is_not_understood_denies(denial: dict[str, Any]) -> None:
    assert not may_read(policy(ALLOW, denial))


@pytest.mark.parametrize("key", ["NotPrincipal", "NotAction", "NotResource"])
def test_an_allow_that_is_not_understood_does_not_allow(key: str) -> None:
    allowed = {k: v for k, v in ALLOW.items() if k != key.removeprefix("Not")}

    assert not may_read(policy({**allowed, key: "nothing"}))


def test_a_principal_of_no_known_form_is_not_allowed() -> None:
    assert not may_read(policy(statement(Principal="cloudfront.amazonaws.com")))


def test_a_deny_of_plain_http_applies_to_plain_http() -> None:
    deny = {**DENY, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}

    assert not may_read(policy(ALLOW, deny), cloudfront(DISTRIBUTION_ARN, secure=False))


def test_a_hostile_key_is_matched_quickly() -> None:
    began = time.process_time()

    assert not may_read(
        policy(statement(Resource="arn:aws:s3:::pages/*/*/*/*/*.html")),
        resource="arn:aws:s3:::pages" + "/" * 8000,
    )
    assert time.process_time() - began < 2  # seconds; with backtracking it is years
