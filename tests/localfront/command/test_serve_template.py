"""A CloudFormation template served before its deployment: no account, and edits are live."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.localfront.command.log_lines import PATIENCE, LogLines
from tests.localfront.command.test_serve_files import (
    REPOSITORY,
    get,
    serving_command,
    wait_for,
)
from tests.localfront.warm_start.command import localfront

TEMPLATE = """\
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Page: {Type: String, Default: index.html}
  Domain: {Type: String}
  Stage: {Type: String}
Conditions:
  IsLive: !Equals [!Ref Stage, live]
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub '${AWS::StackName}-pages'}}
  Acl: {Type: AWS::WAFv2::WebACL, Properties: {Scope: CLOUDFRONT}}
  Folder:
    Type: AWS::Lambda::Function
    Properties: {Handler: index.handler, Runtime: python3.12, Code: edge}
  FolderVersion: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Folder}}
  Inline:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: python3.12
      Code:
        ZipFile: |
          def handler(event, context):
              return {"status": "200", "body": "inline"}
  InlineVersion: {Type: AWS::Lambda::Version, Properties: {FunctionName: !GetAtt Inline.Arn}}
  Script:
    Type: AWS::CloudFront::Function
    Properties:
      Name: !Sub '${AWS::StackName}-script'
      FunctionConfig: {Runtime: cloudfront-js-2.0}
      FunctionCode: !Sub |
        function handler(event) {
          return {statusCode: 200, body: {encoding: 'text', data: 'script of ${AWS::StackName}'}};
        }
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Comment: !Ref Domain
        Aliases: [!Ref Domain]
        WebACLId: !GetAtt Acl.Arn
        DefaultRootObject: !If [IsLive, !Ref Page, none.html]
        Origins:
          - Id: pages
            DomainName: !GetAtt Bucket.RegionalDomainName
            S3OriginConfig: {}
        DefaultCacheBehavior: &plain
          TargetOriginId: pages
          ViewerProtocolPolicy: allow-all
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
        CacheBehaviors:
          - <<: *plain
            PathPattern: /folder
            LambdaFunctionAssociations:
              - {EventType: viewer-request, LambdaFunctionARN: !Ref FolderVersion}
          - <<: *plain
            PathPattern: /inline
            LambdaFunctionAssociations:
              - {EventType: origin-request, LambdaFunctionARN: !Ref InlineVersion}
          - <<: *plain
            PathPattern: /script
            FunctionAssociations:
              - {EventType: viewer-request, FunctionARN: !Ref Script}
"""
EDGE = """\
def handler(event, context):
    return {{"status": "200", "body": "{}"}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    (folder / "edge").mkdir(parents=True)
    (folder / "template.yaml").write_text(TEMPLATE)
    (folder / "edge" / "index.py").write_text(EDGE.format("first"))
    (folder / "pages").mkdir()
    (folder / "pages" / "index.html").write_text("home")
    (folder / "pages" / "other.html").write_text("other")
    return folder


def command(project: Path, *options: str) -> list[str]:
    return [
        *localfront("serve", str(project / "template.yaml")),
        *("--http-port", "0", "--https-port", "0", "--ca-dir", str(project / "ca")),
        *("--origin-override", f"shop-pages={project / 'pages'}", *options),
    ]


def environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}


@contextmanager
def serving(project: Path, *options: str) -> Iterator[tuple[int, LogLines]]:
    with serving_command(command(project, *options), environment()) as served:
        yield served


def test_a_template_is_served_with_its_functions_and_followed(project: Path) -> None:
    with serving(project, "--parameter", "Stage=live") as (port, log):
        assert "Aliases.Items[0] depends on the parameter Domain" in wait_for(log, "Aliases")
        assert get(port, "/") == (200, b"home")
        assert get(port, "/none.html")[0] == 403
        assert get(port, "/inline") == (200, b"inline")
        assert get(port, "/script") == (200, b"script of shop")
        assert get(port, "/folder") == (200, b"first")

        (project / "edge" / "index.py").write_text(EDGE.format("second"))
        assert get(port, "/folder") == (200, b"second")

        edited = TEMPLATE.replace("Default: index.html", "Default: other.html")
        (project / "template.yaml").write_text(edited)
        wait_for(log, "configuration changed")
        assert get(port, "/") == (200, b"other")


def test_a_condition_that_cannot_be_decided_is_refused_with_the_option(project: Path) -> None:
    done = subprocess.run(
        command(project),
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "condition IsLive depends on the parameter Stage" in line
    assert "Give --parameter Stage=VALUE." in line
