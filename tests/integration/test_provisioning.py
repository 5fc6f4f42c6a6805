"""The resources that Terraform created in the emulator."""

from collections.abc import Mapping

import pytest

from harness.emulators.emulators import MINISTACKS_FOLDER
from harness.emulators.localstack import is_localstack
from harness.stack.demo_captains import CAPTAINS
from harness.stack.seeding import seed
from harness.terraform.domain import DOMAIN
from harness.terraform.workspace import Workspace
from tests.integration.provisioned import Provisioned


def test_a_second_plan_changes_nothing(
    stack: Provisioned, workspace: Workspace, attached: Mapping[str, str]
) -> None:
    plan = workspace.with_environment(attached)

    assert not plan.has_changes(stack.terraform_variables)


def test_the_distribution_runs_a_numbered_version_of_the_edge_function(
    stack: Provisioned,
) -> None:
    cloudfront = stack.client("cloudfront")
    config = cloudfront.get_distribution_config(Id=stack.outputs.distribution_id)

    behavior = config["DistributionConfig"]["DefaultCacheBehavior"]
    [association] = behavior["LambdaFunctionAssociations"]["Items"]

    function, _, version = association["LambdaFunctionARN"].rpartition(":")
    assert association["EventType"] == "viewer-request"
    assert function.endswith(f":function:{stack.outputs.edge_function_name}")
    assert version.isdigit()


def test_the_edge_function_has_no_environment_variables(stack: Provisioned) -> None:
    functions = stack.client("lambda")
    edge = functions.get_function_configuration(FunctionName=stack.outputs.edge_function_name)

    assert not edge.get("Environment", {}).get("Variables")


def test_a_function_starts_without_writing_bytecode_that_is_never_read(stack: Provisioned) -> None:
    if is_localstack(stack.emulator.endpoint):
        pytest.skip("its functions are in containers")
    files = stack.terraform_directory.parent / MINISTACKS_FOLDER

    assert list(files.glob("ministack-lambda-*/code/lambdas"))
    assert not list(files.glob("ministack-lambda-*/code/**/__pycache__"))


def test_each_kind_of_file_has_its_type_and_its_caching_rule(
    stack: Provisioned,
) -> None:
    s3 = stack.client("s3")
    listed = s3.list_objects_v2(Bucket=stack.outputs.bucket)["Contents"]
    heads = {
        item["Key"]: s3.head_object(Bucket=stack.outputs.bucket, Key=item["Key"]) for item in listed
    }

    types = {key.rpartition(".")[2]: head["ContentType"] for key, head in heads.items()}
    assert {"home.html", "login.html", "error.html"} <= heads.keys()
    assert types["html"] == "text/html; charset=utf-8"
    assert types["js"] == "text/javascript; charset=utf-8"
    assert types["css"] == "text/css; charset=utf-8"
    rules = {(key.startswith("assets/"), head["CacheControl"]) for key, head in heads.items()}
    assert rules == {
        (False, "public, max-age=0, s-maxage=60, must-revalidate"),
        (True, "public, max-age=31536000, immutable"),
    }


def test_dynamodb_deletes_expired_sessions(stack: Provisioned) -> None:
    dynamodb = stack.client("dynamodb")
    ttl = dynamodb.describe_time_to_live(TableName=stack.outputs.sessions_table)

    assert ttl["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED"
    assert ttl["TimeToLiveDescription"]["AttributeName"] == "ttl"


def test_the_site_has_an_ipv4_and_an_ipv6_record(stack: Provisioned) -> None:
    route53 = stack.client("route53")
    [zone] = route53.list_hosted_zones_by_name(DNSName=DOMAIN)["HostedZones"]
    records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])

    of_the_site = {
        record["Type"]: record["AliasTarget"]["DNSName"].rstrip(".")
        for record in records["ResourceRecordSets"]
        if record["Name"] == f"logs.{DOMAIN}."
    }
    target = stack.outputs.distribution_domain_name
    assert of_the_site == {"A": target, "AAAA": target}


def test_terraforms_state_contains_no_password_and_no_hash(stack: Provisioned) -> None:
    state = (stack.terraform_directory / "terraform.tfstate").read_text()

    assert stack.outputs.secret_prefix in state
    assert "scrypt" not in state
    for captain in CAPTAINS:
        assert captain.password not in state


def test_seeding_again_adds_no_entry(stack: Provisioned) -> None:
    dynamodb = stack.client("dynamodb")
    before = dynamodb.scan(TableName=stack.outputs.logs_table, Select="COUNT")["Count"]

    seed(stack.emulator, stack.outputs)

    after = dynamodb.scan(TableName=stack.outputs.logs_table, Select="COUNT")["Count"]
    assert after == before
