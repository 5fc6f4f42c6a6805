"""Terraform creates, updates and deletes an origin access identity on MiniStack."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.emulators.localstack import is_localstack
from harness.terraform.workspace import CHANGES, NO_CHANGES, STATE_FILE, Workspace
from tests.integration.provisioned import Provisioned

CONFIGURATION = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "endpoint" {}
variable "comment" { default = "one" }
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  endpoints {
    cloudfront = var.endpoint
  }
}
resource "aws_cloudfront_origin_access_identity" "pages" {
  comment = var.comment
}
output "identity" {
  value = {
    id   = aws_cloudfront_origin_access_identity.pages.id
    user = aws_cloudfront_origin_access_identity.pages.s3_canonical_user_id
  }
}
"""


def test_terraform_can_create_read_update_and_delete_an_access_identity(
    stack: Provisioned, workspace: Workspace, attached: Mapping[str, str], tmp_path: Path
) -> None:
    if is_localstack(stack.emulator.endpoint):
        pytest.skip("it is MiniStack whose API is mended")
    (tmp_path / "main.tf").write_text(CONFIGURATION)
    alone = replace(workspace.with_environment(attached), directory=tmp_path)

    def terraform(command: str, *options: str, comment: str = "two") -> int:
        given = (f"-var=endpoint={stack.emulator.cloudfront_endpoint}", f"-var=comment={comment}")
        finished = alone.run(command, "-input=false", *options, *given)
        return alone.require(finished, accept=(NO_CHANGES, CHANGES)).returncode

    def listed() -> dict[str, Any]:
        identities = stack.client("cloudfront").list_cloud_front_origin_access_identities()
        found: dict[str, Any] = identities["CloudFrontOriginAccessIdentityList"]
        return found

    alone.init()
    for comment in ("one", "two"):
        terraform("apply", "-auto-approve", comment=comment)
    assert terraform("plan", "-detailed-exitcode") == NO_CHANGES
    made = json.loads((tmp_path / STATE_FILE).read_text())["outputs"]["identity"]["value"]
    (summary,) = listed()["Items"]
    assert (summary["Id"], summary["Comment"]) == (made["id"], "two")
    assert summary["S3CanonicalUserId"] == made["user"]
    terraform("destroy", "-auto-approve")
    assert listed()["Quantity"] == 0
