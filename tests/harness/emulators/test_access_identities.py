"""Terraform makes, changes and removes an origin access identity on MiniStack."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from harness.emulators.emulators import Emulator
from tests.harness.emulators.test_ministack_mending import client, emulator

__all__ = ["emulator"]  # a fixture
PATIENCE = 300  # seconds, of a loaded machine
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


@pytest.mark.skipif(shutil.which("terraform") is None, reason="there is no terraform on PATH")
def test_terraform_applies_reads_back_changes_and_destroys_one(
    emulator: Emulator, tmp_path: Path
) -> None:
    (tmp_path / "main.tf").write_text(CONFIGURATION)
    given = f"-var=endpoint={emulator.endpoint}"

    def terraform(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["terraform", *arguments],
            cwd=tmp_path,
            env={**os.environ, "TF_IN_AUTOMATION": "1"},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    if terraform("init", "-input=false").returncode:
        pytest.skip("the AWS provider can not be had")
    for comment in ("one", "two"):
        applied = terraform(
            "apply", "-auto-approve", "-input=false", given, f"-var=comment={comment}"
        )
        assert applied.returncode == 0, applied.stderr
    again = terraform("plan", "-detailed-exitcode", "-input=false", given, "-var=comment=two")
    assert again.returncode == 0, again.stdout
    made = json.loads(terraform("output", "-json", "identity").stdout)
    listed = client(emulator, "cloudfront").list_cloud_front_origin_access_identities()
    (summary,) = listed["CloudFrontOriginAccessIdentityList"]["Items"]
    assert (summary["Id"], summary["Comment"]) == (made["id"], "two")
    assert summary["S3CanonicalUserId"] == made["user"]
    assert terraform("destroy", "-auto-approve", "-input=false", given).returncode == 0
    listed = client(emulator, "cloudfront").list_cloud_front_origin_access_identities()
    assert listed["CloudFrontOriginAccessIdentityList"]["Quantity"] == 0
