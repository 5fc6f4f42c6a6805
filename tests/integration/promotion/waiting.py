"""A release with a real distribution, promoted in a process parallel to other tests."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.promotion.live_checks import Site
from tests.harness.promotion import faults
from tests.harness.promotion.faults import Faults
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
CONFIGURATION = f"{rehearsal.CONFIGURATION.partition(chr(10) + 'resource')[0]}\n{RESOURCES}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    process: "subprocess.Popen[str]"
    proxy: Faults
    page: Path
    planned: int = IN_PROGRESS + THROTTLED

    def ended(self) -> str:
        """Its output, once it has ended."""
        said, _ = self.process.communicate(timeout=rehearsal.SOON * 2)
        return said


def start(
    proxy: Faults, environ: Mapping[str, str], site: Site, folder: Path, root: Path
) -> Waiting:
    proxy.plan(faults.of_cloudfront("Throttling", 400, times=THROTTLED))
    proxy.plan(faults.in_progress(times=IN_PROGRESS))
    made = rehearsal.make(root, NAME, distribution="", site=folder, configuration=CONFIGURATION)
    through = {"AWS_ENDPOINT_URL": proxy.url, "AWS_ENDPOINT_URL_CLOUDFRONT": proxy.url}
    process = rehearsal.in_a_process(
        made, root, {**environ, **through, "SITE": site.url}, environment=ENVIRONMENT
    )
    return Waiting(process=process, proxy=proxy, page=folder / "login.html")
