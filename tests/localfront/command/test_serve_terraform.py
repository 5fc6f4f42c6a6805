"""A folder with Terraform, served before its first apply: evaluated by Terraform, and nothing run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.localfront.command.log_lines import PATIENCE
from tests.localfront.command.test_serve_files import (
    REPOSITORY,
    get,
    serving_command,
    wait_for,
)

TERRAFORM = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region  = var.region
  profile = "one-that-is-not-there"
  assume_role { role_arn = "arn:aws:iam::123456789012:role/deployer" }
}
provider "aws" {
  alias  = "edge"
  region = "us-east-1"
}
variable "region" { default = "eu-west-1" }
variable "name" {}
locals {
  origins = { site = module.site.domain_name }
  id      = "S3-${module.site.bucket}"
}
module "site" {
  source = "./bucket"
  name   = var.name
}
data "aws_cloudfront_cache_policy" "none" { name = "Managed-CachingDisabled" }
resource "aws_cloudfront_origin_access_control" "site" {
  name                              = "site"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}
resource "aws_wafv2_web_acl" "site" {
  provider = aws.edge
  name     = "site"
  scope    = "CLOUDFRONT"
  default_action {
    allow {}
  }
  visibility_config {
    cloudwatch_metrics_enabled = false
    metric_name                = "site"
    sampled_requests_enabled   = false
  }
}
resource "aws_acm_certificate" "site" {
  provider                  = aws.edge
  domain_name               = "mine.example.com"
  subject_alternative_names = ["www.mine.example.com"]
  validation_method         = "DNS"
}
resource "aws_route53_record" "validation" {
  for_each = {
    for dvo in aws_acm_certificate.site.domain_validation_options : dvo.domain_name => dvo
  }
  zone_id = "Z0123456789"
  name    = each.value.resource_record_name
  type    = each.value.resource_record_type
  records = [each.value.resource_record_value]
  ttl     = 60
}
resource "aws_acm_certificate_validation" "site" {
  provider                = aws.edge
  certificate_arn         = aws_acm_certificate.site.arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}
resource "aws_cloudfront_distribution" "site" {
  enabled             = true
  default_root_object = "index.html"
  web_acl_id          = aws_wafv2_web_acl.site.arn
  dynamic "origin" {
    for_each = local.origins
    content {
      origin_id                = local.id
      domain_name              = origin.value
      origin_access_control_id = aws_cloudfront_origin_access_control.site.id
    }
  }
  default_cache_behavior {
    target_origin_id       = local.id
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    viewer_protocol_policy = "allow-all"
    cache_policy_id        = data.aws_cloudfront_cache_policy.none.id
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
      locations        = []
    }
  }
  viewer_certificate {
    acm_certificate_arn = aws_acm_certificate_validation.site.certificate_arn
    ssl_support_method  = "sni-only"
  }
}
resource "aws_s3_bucket_policy" "site" {
  bucket = module.site.bucket
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "s3:GetObject"
      Resource  = "${module.site.arn}/*"
      Principal = { Service = "cloudfront.amazonaws.com" }
      Condition = { StringEquals = { "AWS:SourceArn" = aws_cloudfront_distribution.site.arn } }
    }]
  })
}
"""
BUCKET = """
variable "name" {}
resource "aws_s3_bucket" "this" {
  bucket = "${var.name}-pages"
}
output "bucket" { value = aws_s3_bucket.this.id }
output "arn" { value = aws_s3_bucket.this.arn }
output "domain_name" { value = aws_s3_bucket.this.bucket_regional_domain_name }
"""
PROVISIONER = """
resource "terraform_data" "deployed" {
  input = aws_cloudfront_distribution.site.id
  provisioner "local-exec" {
    command = "touch ${path.root}/PROVISIONED"
  }
}
"""
# Known after the apply only, and yet the plan has to know how many there are; in the JSON syntax.
LATE = {
    "resource": {
        "aws_s3_bucket_ownership_controls": {
            "late": {
                "count": '${aws_cloudfront_distribution.site.id == "" ? 0 : 1}',
                "bucket": "${module.site.bucket}",
                "rule": [{"object_ownership": "BucketOwnerEnforced"}],
            }
        }
    }
}
TEST_OF_THE_USER = """
run "for_real" {
  command = apply
  module { source = "./real" }
}
"""
REAL = """
resource "terraform_data" "real" {
  provisioner "local-exec" {
    command = "touch ${path.module}/../TESTED"
  }
}
"""


@pytest.fixture(scope="module")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose providers are here. Skips where there is no Terraform, or no provider."""
    if shutil.which("terraform") is None:
        pytest.skip("there is no terraform on PATH")
    folder = tmp_path_factory.mktemp("project") / "terraform"
    for name, text in {
        "main.tf": TERRAFORM,
        "bucket/main.tf": BUCKET,
        "real/main.tf": REAL,
        "site.tftest.hcl": TEST_OF_THE_USER,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    done = subprocess.run(
        ["terraform", "init", "-backend=false", "-input=false"],  # noqa: S607
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"terraform init has no AWS provider here: {done.stderr[-300:]}")
    return folder


@pytest.fixture
def project(initialised: Path, tmp_path: Path) -> Path:
    """A copy of its own, beside the pages."""
    shutil.copytree(initialised, tmp_path / "terraform", symlinks=True)
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.html").write_text("home")
    return tmp_path


def command(project: Path, *options: str) -> list[str]:
    return [
        *(sys.executable, "-m", "localfront", "serve", str(project / "terraform")),
        *("-var", "name=mine", "--http-port", "0", "--https-port", "0"),
        *("--ca-dir", str(project / "ca")),
        *("--origin-override", f"S3-mine-pages={project / 'pages'}", *options),
    ]


def environment(**more: str) -> dict[str, str]:
    names = ("PATH", "TF_CLI_CONFIG_FILE")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return {**kept, "HOME": "/nonexistent", **more}


@pytest.mark.parametrize("with_provisioner", [False, True])
def test_a_folder_is_served_before_its_first_apply_and_nothing_of_it_runs(
    project: Path, with_provisioner: bool
) -> None:
    folder = project / "terraform"
    if with_provisioner:
        (folder / "deployed.tf").write_text(PROVISIONER)
    before = sorted(path.name for path in folder.iterdir())

    with serving_command(command(project), environment()) as (port, log):
        assert get(port, "/") == (200, b"home")
        assert get(port, "/none.html")[0] == 403
        assert "WebACLId" in wait_for(log, "aws_cloudfront_distribution.site")

    assert sorted(path.name for path in folder.iterdir()) == before
    assert not list(project.rglob("PROVISIONED"))
    assert not list(project.rglob("TESTED"))
    assert not list(project.rglob("*localfront*.tftest.hcl"))
    assert not list(project.rglob("terraform.tfstate"))


def test_what_a_plan_would_have_to_know_too_early_does_not_stand_in_the_way(
    project: Path,
) -> None:
    (project / "terraform" / "late.tf.json").write_text(json.dumps(LATE))

    with serving_command(command(project), environment()) as (port, _):
        assert get(port, "/") == (200, b"home")


def test_the_region_is_that_of_a_file_with_variables(project: Path) -> None:
    given = project / "given.tfvars"
    given.write_text('region = "eu-central-1" # Frankfurt\n')
    bucket = "mine-pages.s3.eu-central-1.amazonaws.com"
    arguments = command(project, "-var-file", str(given))
    arguments[arguments.index(f"S3-mine-pages={project / 'pages'}")] = (
        f"{bucket}={project / 'pages'}"
    )

    with serving_command(arguments, environment()) as (port, _):
        assert get(port, "/") == (200, b"home")


def test_an_edit_is_served_and_one_that_is_wrong_is_told_in_terraforms_words(
    project: Path,
) -> None:
    main = project / "terraform" / "main.tf"
    (project / "pages" / "other.html").write_text("other")

    with serving_command(command(project), environment()) as (port, log):
        main.write_text(TERRAFORM.replace('= "index.html"', "= nonsense.here"))
        wait_for(log, "main.tf:")
        assert get(port, "/") == (200, b"home")

        main.write_text(TERRAFORM.replace("index.html", "other.html"))
        wait_for(log, "configuration changed")
        assert get(port, "/") == (200, b"other")


def test_no_endpoint_of_the_users_is_asked(project: Path) -> None:
    asked: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_error(500)

        do_GET = do_HEAD = do_CONNECT = do_POST  # noqa: N815

    canary = HTTPServer(("127.0.0.1", 0), Canary)
    Thread(target=canary.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{canary.server_port}"
    try:
        done = subprocess.run(  # noqa: S603
            [
                *(sys.executable, "-m", "localfront", "check", "-var", "name=mine"),
                *("--format", "json", str(project / "terraform")),
            ],
            cwd=REPOSITORY,
            env=environment(
                AWS_ENDPOINT_URL=url,
                HTTPS_PROXY=url,
                HTTP_PROXY=url,
                AWS_PROFILE="somebody",
            ),
            capture_output=True,
            text=True,
            timeout=PATIENCE * 2,
            check=False,
        )
    finally:
        canary.shutdown()
        canary.server_close()

    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert not report["findings"]
    assert asked == []


def test_nothing_but_loopback_is_asked(project: Path) -> None:
    """Every connect() of localfront, of Terraform and of its providers, as the kernel saw it."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("there is no strace on PATH")
    record = project / "connects"
    done = subprocess.run(  # noqa: S603
        [
            *(strace, "-f", "-qq", "-e", "trace=connect", "-e", "signal=none", "-o", str(record)),
            *(sys.executable, "-m", "localfront", "check", "-var", "name=mine"),
            str(project / "terraform"),
        ],
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE * 8,
        check=False,
    )
    if not record.exists() or "attach" in done.stderr:
        pytest.skip(f"strace may not trace here: {done.stderr[-200:]}")

    assert done.returncode == 0, done.stdout + done.stderr
    asked = [
        line for line in record.read_text().splitlines() if "sin_addr" in line or "sin6" in line
    ]
    assert asked, "Terraform asked its stub at the least"
    elsewhere = [line for line in asked if '"127.0.0.1"' not in line and '"::1"' not in line]
    assert elsewhere == []


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("variable", "Give it with -var NAME=VALUE"),
        ("init", "init -backend=false"),
        ("empty", "no *.tf file"),
        ("syntax", "main.tf"),
    ],
)
def test_what_is_missing_is_one_line_with_the_way_out(
    broken: str, told: str, project: Path
) -> None:
    folder = project / "terraform"
    arguments = command(project)
    if broken == "variable":
        arguments[arguments.index("name=mine")] = "region=eu-west-1"
    elif broken == "init":
        shutil.rmtree(folder / ".terraform")
    elif broken == "empty":
        (folder / "main.tf").unlink()
    else:
        (folder / "main.tf").write_text("resource {{{")

    done = subprocess.run(  # noqa: S603
        arguments,
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
