"""Resources that a killed Terraform did not record are adopted by the next run."""

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.promotion import history, state_lock
from harness.promotion.account import Account
from harness.promotion.history import LIVE, UNDER_WAY
from tests.integration.promotion import rehearsal
from tests.integration.promotion.rehearsal import in_a_process, wait_until

ENVIRONMENT = "adopting"
STACK = f"{ENVIRONMENT}-site"
# One resource for each way to find it: by name, in a list, and by no property of its own.
RESOURCES = """
provider "aws" { region = "us-east-1" }

resource "aws_dynamodb_table" "logs" {
  name         = "${var.name}-logs"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_cloudwatch_log_group" "access" { name = "/aws/${var.name}" }

resource "aws_cloudfront_origin_access_control" "site" {
  name                              = "${var.name}-site"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_api_gateway_rest_api" "api" { name = var.name }

resource "terraform_data" "waits" {
  provisioner "local-exec" {
    command = "touch 'SITE/made'; until [ -e 'SITE/go' ]; do sleep 0.1; done"
  }

  depends_on = [
    aws_api_gateway_rest_api.api, aws_cloudfront_origin_access_control.site,
    aws_cloudwatch_log_group.access, aws_dynamodb_table.logs,
  ]
}
"""
VARIABLES = rehearsal.CONFIGURATION.partition("\nresource")[0]
OUTPUT = 'output "distribution_id" { value = "DISTRIBUTION" }\n'
NEVER_WRITTEN = {"TF_STATE_PERSIST_INTERVAL": "3600"}  # seconds; 20 otherwise


def test_resources_created_by_a_killed_terraform_are_adopted_with_their_data(
    account: Account,
    environ: Mapping[str, str],
    attached: Mapping[str, str],
    distribution: str,
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    where = rehearsal.target(ENVIRONMENT)
    environ = {**environ, **attached}
    made = rehearsal.make(
        tmp_path,
        "444444444444",
        distribution=distribution,
        site=folder,
        configuration=f"{VARIABLES}\n{RESOURCES}\n{OUTPUT}",
    )
    with in_a_process(
        made, tmp_path, {**environ, **NEVER_WRITTEN}, environment=ENVIRONMENT
    ) as process:
        wait_until(lambda: (folder / "made").exists(), by=process)
        terraform = child_of(process.pid)
        process.kill()
        os.killpg(terraform, signal.SIGKILL)
    assert history.read(account, where).entries[0].outcome == UNDER_WAY
    [first] = apis(account)
    account.dynamodb.put_item(TableName=f"{STACK}-logs", Item={"id": {"S": "kept"}})
    (folder / "go").touch()
    state_lock.break_lock(account, where)

    of = rehearsal.promotion(ENVIRONMENT, tmp_path, environ=environ)
    rehearsal.promote(of, made)

    output = capsys.readouterr().out
    for address in (
        "aws_cloudfront_origin_access_control.site",
        "aws_cloudwatch_log_group.access",
        "aws_dynamodb_table.logs",
    ):
        assert f"adopted    {address}" in output
    assert f"delete-rest-api --rest-api-id {first} " in output
    assert history.read(account, where).entries[0].outcome == LIVE
    assert account.dynamodb.scan(TableName=f"{STACK}-logs")["Items"] == [{"id": {"S": "kept"}}]
    assert len(apis(account)) == 2  # ours, and the one that the line removes


def child_of(pid: int) -> int:
    """Terraform's process, which leads its own process group."""
    done = subprocess.run(
        ["pgrep", "-P", str(pid)],
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    [child] = done.stdout.split()
    return int(child)


def apis(account: Account) -> list[str]:
    apis = account.client("apigateway").get_rest_apis()["items"]
    return [str(api["id"]) for api in apis if api["name"] == STACK]
