"""A template with continuous deployment: its header selects the staging distribution."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.localfront.command.test_serve_files import serving_command, wait_until
from tests.localfront.command.test_serve_staging import get
from tests.localfront.sources.cloudformation.templates import NO_CACHE
from tests.localfront.warm_start.command import localfront

TEMPLATE = f"""
Parameters:
  Host: {{Type: String, Default: old.example.com}}
Resources:
  Old:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Aliases: [!Ref Host]
        ContinuousDeploymentPolicyId: !Ref Policy
        DefaultRootObject: old.html
        Origins: [{{Id: pages, DomainName: pages.s3.us-east-1.amazonaws.com, S3OriginConfig: {{}}}}]
        DefaultCacheBehavior: &behavior
          {{TargetOriginId: pages, ViewerProtocolPolicy: allow-all, CachePolicyId: {NO_CACHE}}}
        ViewerCertificate: {{AcmCertificateArn: c, SslSupportMethod: sni-only}}
  New:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Staging: true
        DefaultRootObject: new.html
        Origins: [{{Id: pages, DomainName: pages.s3.us-east-1.amazonaws.com, S3OriginConfig: {{}}}}]
        DefaultCacheBehavior: *behavior
  Policy:
    Type: AWS::CloudFront::ContinuousDeploymentPolicy
    Properties:
      ContinuousDeploymentPolicyConfig:
        Enabled: true
        StagingDistributionDnsNames: [!GetAtt New.DomainName]
        TrafficConfig:
          Type: SingleHeader
          SingleHeaderConfig: {{Header: aws-cf-cd-next, Value: "yes"}}
"""


@pytest.mark.proves("MI-005")
def test_the_header_of_a_templates_policy_routes_to_its_staging_distribution(
    tmp_path: Path,
) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "pages").mkdir()
    for name in ("old", "new"):
        (tmp_path / "pages" / f"{name}.html").write_text(name)
    command = [
        *localfront("serve", str(tmp_path / "template.yaml")),
        *("--http-port", "0", "--https-port", "0", "--ca-dir", str(tmp_path / "ca")),
        *("--origin-override", f"pages={tmp_path / 'pages'}"),
    ]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    with serving_command(command, environment) as (port, log):
        assert get(port, "/", Host="old.example.com") == (200, b"old")
        assert get(port, "/", Host="old.example.com", aws_cf_cd_next="yes") == (200, b"new")
        assert get(port, "/", Host="old.example.com", aws_cf_cd_next="no") == (200, b"old")
        assert "Staging" not in wait_until(log, "GET")
