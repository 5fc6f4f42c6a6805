"""Terraform's provider through the fault proxy: CloudFront is `InProgress` for a while and throttles,
and the page waits for it.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.promotion.account import Account
from harness.promotion.live_checks import Site
from tests.harness.promotion import faults
from tests.integration.promotion import rehearsal

ENVIRONMENT, NAME = "waiting", "9" * 12
IN_PROGRESS, THROTTLED = 2, 2
RESOURCES = """
provider "aws" { region = "us-east-1" }

resource "aws_cloudfront_distribution" "site" {
  # An enabled one would answer to `localhost` beside the stack's own, and so neither of them.
  enabled             = false
  wait_for_deployment = var.wait_for_deployment

  origin {
    domain_name = "origin.example.com"
    origin_id   = "origin"

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6" # Managed-CachingOptimized
    target_origin_id       = "origin"
    viewer_protocol_policy = "https-only"
  }

  restrictions {
    geo_restriction { restriction_type = "none" }
  }

  viewer_certificate { cloudfront_default_certificate = true }
}

resource "terraform_data" "page" {
  provisioner "local-exec" {
    command = "cp -r ../build/frontend/assets ../build/frontend/login.html 'SITE'"
  }

  depends_on = [aws_cloudfront_distribution.site]
}

output "distribution_id" { value = aws_cloudfront_distribution.site.id }
"""
VARIABLES = rehearsal.CONFIGURATION.partition("\nresource")[0]


def test_pages_are_uploaded_after_cloudfront_has_rolled_out_everywhere(
    account: Account,
    environ: Mapping[str, str],
    attached: Mapping[str, str],
    site: Site,
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert account.emulator
    configuration = f"{VARIABLES}\n{RESOURCES}"
    made = rehearsal.make(tmp_path, NAME, distribution="", site=folder, configuration=configuration)
    with faults.before(account.emulator.endpoint) as proxy:
        proxy.plan(faults.of_cloudfront("Throttling", 400, times=THROTTLED))
        proxy.plan(faults.in_progress(times=IN_PROGRESS))
        through = {"AWS_ENDPOINT_URL": proxy.url, "AWS_ENDPOINT_URL_CLOUDFRONT": proxy.url}
        of = rehearsal.promotion(
            ENVIRONMENT, tmp_path, environ={**environ, **attached, **through}, answered_by=site
        )
        rehearsal.promote(of, made)

    met = [response.call for response in proxy.met_at]
    assert len(met) == IN_PROGRESS + THROTTLED, met
    page = folder / "login.html"
    assert page.stat().st_mtime > max(response.at for response in proxy.met_at)
    assert f"is live in {ENVIRONMENT}" in capsys.readouterr().out
