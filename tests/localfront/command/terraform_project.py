"""A user's Terraform folder, and the command that serves it."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

from localfront.user_cache import user_cache
from tests.localfront.warm_start.command import localfront

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
resource "aws_acm_certificate" "site" {
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
  certificate_arn         = aws_acm_certificate.site.arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}
resource "aws_cloudfront_distribution" "site" {
  enabled             = true
  default_root_object = "index.html"
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


WEB_ACL = """
resource "aws_wafv2_web_acl" "site" {
  name  = "site"
  scope = "CLOUDFRONT"
  default_action {
    allow {}
  }
  visibility_config {
    cloudwatch_metrics_enabled = false
    metric_name                = "site"
    sampled_requests_enabled   = false
  }
}
"""


ALIAS = """
provider "aws" {
  alias  = "edge"
  region = "us-east-1"
}
data "aws_region" "default" {}
data "aws_region" "edge" {
  provider = aws.edge
}
"""
IN_BOTH_REGIONS = (
    'data.aws_region.edge.name == "us-east-1" && data.aws_region.default.name == var.region'
)
HAVE_THE_ALIAS = ("aws_wafv2_web_acl", "aws_acm_certificate", "aws_acm_certificate_validation")


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


# A for_each whose keys are known only after the apply; in the JSON syntax.
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


# A repeated module, which reads data and repeats another one.
SHOPS = """
module "shops" {
  source   = "./shop"
  for_each = toset(["shop.de", "shop.fr"])
  name     = each.key
}
"""
SHOP = """
variable "name" {}
data "aws_acm_certificate" "mine" { domain = var.name }
module "bucket" {
  source = "../bucket"
  count  = 2
  name   = "${var.name}-${count.index}"
}
output "certificate" { value = data.aws_acm_certificate.mine.arn }
"""


# The provider validates ARNs, also in references, and refuses others.
ARNS = {
    "data": {"aws_canonical_user_id": {"mine": {}}},
    "resource": {
        "aws_cloudwatch_event_rule": {"nightly": {"schedule_expression": "rate(1 day)"}},
        "aws_iam_policy": {"mine": {"policy": "{}"}},
        "aws_iam_role_policy_attachment": {
            "mine": {"role": "mine", "policy_arn": "${aws_iam_policy.mine.id}"}
        },
        "aws_lambda_permission": {
            name: {
                "action": "lambda:InvokeFunction",
                "function_name": "mine",
                "principal": f"{service}.amazonaws.com",
                "source_arn": source,
            }
            for name, service, source in (
                ("site", "cloudfront", "${aws_cloudfront_distribution.site.arn}"),
                ("nightly", "events", "${aws_cloudwatch_event_rule.nightly.arn}"),
                ("api", "apigateway", "${aws_apigatewayv2_api.mine.execution_arn}/*/*"),
            )
        },
        "aws_apigatewayv2_api": {"mine": {"name": "mine", "protocol_type": "HTTP"}},
    },
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


def with_a_web_acl(text: str) -> str:
    """The same with a web ACL, whose nested type costs Terraform half as much again."""
    begin = "  default_root_object ="
    assert begin in text
    return text.replace(begin, f"  web_acl_id = aws_wafv2_web_acl.site.arn\n{begin}") + WEB_ACL


def with_an_alias(text: str) -> str:
    """The same with two configurations of the provider."""
    for kind in HAVE_THE_ALIAS:
        begin = f'resource "{kind}" "site" {{\n'
        assert begin in text
        text = text.replace(begin, f"{begin}  provider = aws.edge\n")
    page = '"index.html"'
    assert page in text
    return text.replace(page, f"{IN_BOTH_REGIONS} ? {page} : null") + ALIAS


def recording_terraform(project: Path, name: str) -> str:
    """A PATH with Terraform as `name`, which records TF_REATTACH_PROVIDERS of each start."""
    terraform = shutil.which("terraform")
    program = project / "bin" / name
    program.parent.mkdir()
    record = shlex.quote(str(project / "attached"))
    program.write_text(
        f'#!/bin/sh\necho "$TF_REATTACH_PROVIDERS" >>{record}\nexec {terraform} "$@"\n'
    )
    program.chmod(0o755)
    return str(program.parent)


def command(project: Path, *options: str) -> list[str]:
    return [
        *localfront("serve", str(project / "terraform")),
        *("-var", "name=mine", "--http-port", "0", "--https-port", "0"),
        *("--ca-dir", str(project / "ca")),
        *("--origin-override", f"S3-mine-pages={project / 'pages'}", *options),
    ]


def environment(**more: str) -> dict[str, str]:
    names = ("PATH", "TF_CLI_CONFIG_FILE")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    cache = str(user_cache().parent)  # has the provider's schema, if it was ever computed
    return {**kept, "HOME": "/nonexistent", "XDG_CACHE_HOME": cache, **more}
