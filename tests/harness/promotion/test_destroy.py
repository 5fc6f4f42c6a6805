"""Protected resources stay, and leftovers are reported with a remedy."""

import json
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from harness.commands.destroy import deployed_release
from harness.errors import HarnessError
from harness.packaging.packages import archive
from harness.progress import Progress
from harness.promotion.account import Account, open_account
from harness.promotion.destroy import Destruction, still_costs
from harness.promotion.history import DESTROYED, FAILED, LIVE, Entry, History
from harness.promotion.target import Target
from tests.harness.promotion import faults
from tests.harness.promotion.faults import Faults

TARGET = Target(
    environment="doomed",
    site="doomed.example.com",
    zone="example.com",
    account="000000000000",
    stack="doomed-website",
    prerequisites="doomed",
)
LOGS = f"{TARGET.stack}-logs"
EDGE = f"{TARGET.stack}-edge"
STATEMENT = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})


def destruction(account: Account) -> Destruction:
    return Destruction(
        account=account, target=TARGET, progress=Progress(), confirm=lambda _name: True
    )


@pytest.fixture
def table(account: Account) -> Iterator[str]:
    account.dynamodb.create_table(
        TableName=LOGS,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        DeletionProtectionEnabled=True,
    )
    yield LOGS
    account.dynamodb.update_table(TableName=LOGS, DeletionProtectionEnabled=False)
    account.dynamodb.delete_table(TableName=LOGS)


@pytest.fixture
def proxy(account: Account) -> Iterator[Faults]:
    assert account.emulator
    with faults.before(account.emulator.endpoint) as proxy:
        yield proxy


@pytest.fixture
def through(proxy: Faults) -> Account:
    """The account, through the proxy."""
    environ = {"AWS_ENDPOINT_URL": proxy.url, "AWS_ACCESS_KEY_ID": "test"}
    return open_account("000000000000", {**environ, "AWS_SECRET_ACCESS_KEY": "test"})


@pytest.fixture
def edge(account: Account) -> Iterator[str]:
    iam, functions = account.client("iam"), account.client("lambda")
    iam.create_role(RoleName=EDGE, AssumeRolePolicyDocument=POLICY)
    iam.put_role_policy(RoleName=EDGE, PolicyName="edge", PolicyDocument=POLICY)
    functions.create_function(
        FunctionName=EDGE,
        Runtime="python3.13",
        Handler="x.y",
        Role=f"arn:aws:iam::000000000000:role/{EDGE}",
        Code={"ZipFile": archive({"x.py": b""})},
    )
    yield EDGE
    with suppress(functions.exceptions.ResourceNotFoundException):
        functions.delete_function(FunctionName=EDGE)
    with suppress(iam.exceptions.NoSuchEntityException):
        iam.delete_role_policy(RoleName=EDGE, PolicyName="edge")
        iam.delete_role(RoleName=EDGE)


def roles(account: Account) -> list[str]:
    return [role["RoleName"] for role in account.client("iam").list_roles()["Roles"]]


def test_a_protected_table_stops_before_anything_is_touched(account: Account, table: str) -> None:
    with pytest.raises(HarnessError, match=f"{table} cannot be deleted.*Nothing was changed"):
        destruction(account).require_unprotected(may_unprotect=False)

    destruction(account).require_unprotected(may_unprotect=True)
    assert destruction(account).protected() == [table]  # looking takes nothing off


def test_without_tables_nothing_is_protected(account: Account) -> None:
    assert destruction(account).protected() == []


def test_the_captains_entries_are_saved_to_a_private_file(
    account: Account, table: str, tmp_path: Path
) -> None:
    for number in range(3):
        account.dynamodb.put_item(TableName=table, Item={"id": {"S": f"{number} \n é"}})
    file = tmp_path / "exports" / "logs.jsonl"

    assert destruction(account).export(file) == 3

    items = [json.loads(line) for line in file.read_text().splitlines()]
    assert sorted(item["id"]["S"] for item in items) == [f"{number} \n é" for number in range(3)]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):  # an earlier copy is worth more
        destruction(account).export(file)


def test_a_replicated_edge_function_is_deleted_later(
    account: Account, proxy: Faults, through: Account, edge: str
) -> None:
    proxy.plan(faults.replicated(edge, times=1))

    [stays] = destruction(through).edge_function()

    assert proxy.met
    assert stays.startswith(f"{edge}: CloudFront keeps replicas")
    assert edge in roles(account)  # the function still needs it

    assert list(destruction(through).edge_function()) == []
    assert edge not in roles(account)
    assert list(destruction(through).edge_function()) == []  # nor is it missed


def test_log_groups_are_deleted_in_every_region(account: Account) -> None:
    group = f"/aws/lambda/us-east-1.{TARGET.stack}-edge"
    for region in ("us-east-1", "eu-central-1"):
        account.client("logs", region=region).create_log_group(logGroupName=group)
    account.client("logs", region="eu-central-1").create_log_group(logGroupName=f"{group}-kept")

    assert "eu-central-1" in destruction(account).edge_log_groups()

    left = account.client("logs", region="eu-central-1").describe_log_groups()["logGroups"]
    assert [one["logGroupName"] for one in left] == [f"{group}-kept"]
    assert destruction(account).edge_log_groups() == []
    account.client("logs", region="eu-central-1").delete_log_group(logGroupName=f"{group}-kept")


def test_captains_are_deleted_recoverably_and_other_sites_captains_are_kept(
    account: Account,
) -> None:
    for name in (f"{TARGET.stack}/captains/q", "other-website/captains/q"):
        account.secretsmanager.create_secret(Name=name, SecretString="{}")

    [export] = destruction(account).captains()

    assert export.startswith("1 captains")
    kept = account.secretsmanager.list_secrets(IncludePlannedDeletion=True)["SecretList"]
    going = {one["Name"]: "DeletedDate" in one for one in kept}
    assert going == {f"{TARGET.stack}/captains/q": True, "other-website/captains/q": False}
    for name in going:
        account.secretsmanager.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


def test_the_deployed_release_is_the_live_or_the_unfinished_one() -> None:
    def of(*outcomes: tuple[str, str]) -> History:
        return History(
            entries=tuple(
                Entry(tree=tree, commit="", began="", by="", outcome=outcome)
                for tree, outcome in outcomes
            )
        )

    assert deployed_release(of(("b", FAILED), ("a", LIVE))) == "a"
    assert deployed_release(of(("b", FAILED))) == "b"
    assert deployed_release(of(("b", DESTROYED), ("a", LIVE))) == ""
    assert deployed_release(of(("c", FAILED), ("b", DESTROYED), ("a", LIVE))) == "c"
    with pytest.raises(HarnessError, match="No release was ever promoted"):
        deployed_release(of())


def test_the_distribution_is_disabled_and_its_functions_detached_in_one_change(
    account: Account,
) -> None:
    cloudfront = account.client("cloudfront")
    functions = {
        "Quantity": 1,
        "Items": [
            {
                "LambdaFunctionARN": f"arn:aws:lambda:us-east-1:000000000000:function:{EDGE}:1",
                "EventType": "viewer-request",
            }
        ],
    }
    behavior = {
        "TargetOriginId": "site",
        "ViewerProtocolPolicy": "https-only",
        "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        "LambdaFunctionAssociations": functions,
    }
    made = cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": TARGET.stack,
            "Comment": TARGET.stack,
            "Enabled": True,
            "Origins": {
                "Quantity": 1,
                "Items": [
                    {
                        "Id": "site",
                        "DomainName": "site.s3.amazonaws.com",
                        "S3OriginConfig": {"OriginAccessIdentity": ""},
                    }
                ],
            },
            "DefaultCacheBehavior": behavior,
            "CacheBehaviors": {
                "Quantity": 1,
                "Items": [{"PathPattern": "/guarded/*", **behavior}],
            },
        }
    )
    identity = made["Distribution"]["Id"]

    destruction(account).disable_distribution(identity)

    now = cloudfront.get_distribution(Id=identity)["Distribution"]
    config = now["DistributionConfig"]
    assert now["Status"] == "Deployed"
    assert config["Enabled"] is False
    behaviors = [config["DefaultCacheBehavior"], *config["CacheBehaviors"]["Items"]]
    assert [one["LambdaFunctionAssociations"]["Quantity"] for one in behaviors] == [0, 0]
    assert config["CacheBehaviors"]["Items"][0]["PathPattern"] == "/guarded/*"


def test_remaining_costs_are_those_of_shared_resources() -> None:
    text = "\n".join(still_costs(TARGET))

    for what in (TARGET.state_bucket, TARGET.releases_bucket, f"zone {TARGET.zone}"):
        assert what in text
