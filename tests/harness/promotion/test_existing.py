"""Resources that a plan would create but that exist already are found."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from harness.packaging.packages import archive
from harness.promotion import existing
from harness.promotion.account import Account, open_account
from harness.promotion.existing import Found
from tests.harness.promotion import faults

NAME = "left-website"
ROLE = f"arn:aws:iam::000000000000:role/{NAME}"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "lambda.amazonaws.com"},
            }
        ],
    }
)
FUNCTION = {"function_name": NAME}
AT_ALIAS = {**FUNCTION, "statement_id": "api", "qualifier": "live"}
# Each with what a plan knows of it, and what an import asks for.
NAMED: dict[str, tuple[dict[str, Any], str]] = {
    "aws_cloudwatch_log_group": ({"name": f"/aws/{NAME}"}, f"/aws/{NAME}"),
    "aws_dynamodb_table": ({"name": NAME}, NAME),
    "aws_iam_role": ({"name": NAME}, NAME),
    "aws_lambda_alias": ({**FUNCTION, "name": "live"}, f"{NAME}/live"),
    "aws_lambda_function": (FUNCTION, NAME),
    "aws_lambda_permission": (AT_ALIAS, f"{NAME}:live/api"),
    "aws_s3_bucket": ({"bucket": NAME}, NAME),
    "aws_scheduler_schedule": ({"name": NAME, "group_name": None}, f"default/{NAME}"),
    "aws_sns_topic": ({"name": NAME}, f"arn:aws:sns:us-east-1:000000000000:{NAME}"),
}


def a_plan(**of_type: dict[str, Any]) -> dict[str, Any]:
    changes = [
        {
            "address": f"{type_}.x",
            "mode": "managed",
            "type": type_,
            "change": {"actions": ["create"], "after": after},
        }
        for type_, after in of_type.items()
    ]
    return {"resource_changes": changes}


@pytest.fixture(scope="module")
def left(account: Account) -> Iterator[dict[str, str]]:
    """All resources, and the ids of the numbered ones."""
    functions = account.client("lambda")
    account.s3.create_bucket(Bucket=NAME)
    account.client("iam").create_role(RoleName=NAME, AssumeRolePolicyDocument=TRUST)
    account.client("logs").create_log_group(logGroupName=f"/aws/{NAME}")
    account.client("logs").create_log_group(logGroupName=f"/aws/{NAME}-other")
    account.client("sns").create_topic(Name=NAME)
    account.dynamodb.create_table(
        TableName=NAME,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    code = {"ZipFile": archive({"x.py": b""})}
    functions.create_function(
        FunctionName=NAME,
        Runtime="python3.13",
        Handler="x.y",
        Role=ROLE,
        Code=code,
        Publish=True,
    )
    functions.create_alias(FunctionName=NAME, Name="live", FunctionVersion="1")
    functions.add_permission(
        FunctionName=NAME,
        Qualifier="live",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    account.client("scheduler").create_schedule(
        Name=NAME,
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": f"arn:aws:lambda:us-east-1:000000000000:function:{NAME}", "RoleArn": ROLE},
    )
    yield numbered(account)
    account.client("iam").delete_role(RoleName=NAME)
    functions.delete_function(FunctionName=NAME)


def numbered(account: Account) -> dict[str, str]:
    control = account.client("cloudfront").create_origin_access_control(
        OriginAccessControlConfig={
            "Name": NAME,
            "SigningProtocol": "sigv4",
            "SigningBehavior": "always",
            "OriginAccessControlOriginType": "s3",
        }
    )
    route53 = account.client("route53")
    zone = route53.create_hosted_zone(Name="left.example", CallerReference="x")["HostedZone"]["Id"]
    record = {
        "Name": "logs.left.example",
        "Type": "A",
        "TTL": 60,
        "ResourceRecords": [{"Value": "192.0.2.1"}],
    }
    route53.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
    )
    acl = account.client("wafv2").create_web_acl(
        Name=NAME,
        Scope="CLOUDFRONT",
        DefaultAction={"Allow": {}},
        VisibilityConfig={
            "SampledRequestsEnabled": False,
            "CloudWatchMetricsEnabled": False,
            "MetricName": "x",
        },
    )
    return {
        "access_control": control["OriginAccessControl"]["Id"],
        "record": zone.removeprefix("/hostedzone/"),
        "web_acl": acl["Summary"]["Id"],
    }


@pytest.mark.parametrize("type_", NAMED)
def test_a_resource_with_a_name_is_found_by_its_name(
    account: Account, left: dict[str, str], type_: str
) -> None:
    assert left
    values, identity = NAMED[type_]

    there = list(existing.look(account, a_plan(**{type_: values})))
    other = {name: f"{value}-new" for name, value in values.items() if value}

    assert there == [Found(address=f"{type_}.x", id=identity)]
    assert list(existing.look(account, a_plan(**{type_: other}))) == []


def test_a_resource_with_an_id_is_found_by_its_unique_field(
    account: Account, left: dict[str, str]
) -> None:
    record = {"zone_id": left["record"], "name": "logs.left.example", "type": "A"}
    plan = a_plan(
        aws_cloudfront_origin_access_control={"name": NAME},
        aws_route53_record=record,
        aws_wafv2_web_acl={"name": NAME, "scope": "CLOUDFRONT"},
    )

    assert [found.id for found in existing.look(account, plan)] == [
        left["access_control"],
        f"{left['record']}_logs.left.example_A",
        f"{left['web_acl']}/{NAME}/CLOUDFRONT",
    ]
    record["type"] = "AAAA"
    assert list(existing.look(account, a_plan(aws_route53_record=record))) == []


def test_only_resources_to_be_created_with_a_known_name_are_looked_up(
    account: Account, left: dict[str, str]
) -> None:
    assert left
    plan = a_plan(aws_s3_bucket={"bucket": NAME}, aws_dynamodb_table={"name": None})
    plan["resource_changes"][0]["change"]["actions"] = ["update"]

    assert list(existing.look(account, plan)) == []


def test_a_lookup_without_permission_is_reported(account: Account) -> None:
    assert account.emulator
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    with faults.before(account.emulator.endpoint) as proxy:
        proxy.plan(faults.of_s3("Denied", 403, fits=lambda method, _: method == "HEAD", times=9))
        through = open_account(account.number, {"AWS_ENDPOINT_URL": proxy.url, **keys})

        [found] = existing.look(through, a_plan(aws_s3_bucket={"bucket": NAME}))

    assert not found.id
    assert "403" in found.fault
