"""Templates for tests, and the configurations made from them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from localfront.origins.addresses import Endpoints
from localfront.sources.cloudformation.deployment import Deployment
from localfront.sources.cloudformation.intrinsics import resolve
from localfront.sources.cloudformation.sam import expanded
from localfront.sources.cloudformation.stack import Stack
from localfront.sources.cloudformation.stack_description import describe_stacks
from localfront.sources.cloudformation.template import parse_template
from localfront.sources.configuration import Configuration, configure
from localfront.sources.description import Description

ANYWHERE = Endpoints(aws=True)
NO_CACHE = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


def a_stack(text: str, name: str = "site", **changes: Any) -> Stack:
    template = parse_template(text.encode())
    assert template is not None
    return Stack(name=name, template=expanded(template), directory=Path("/nowhere"), **changes)


def value_of(text: str, **parameters: str) -> Any:
    """The result of `Value:` in a template with these other sections."""
    stack = a_stack("Resources: {}\n" + text)
    (scope,) = Deployment([stack], parameters).scopes()
    return resolve(stack.template["Value"], scope)


def a_site(distribution: str = "", rest: str = "") -> str:
    """A template with one distribution; `distribution` are more lines of its configuration."""
    lines = "".join(f"        {line}\n" for line in distribution.strip("\n").splitlines())
    origins = "" if "Origins:" in distribution else ORIGINS
    behavior = "" if "DefaultCacheBehavior:" in distribution else BEHAVIOR
    return f"{SITE}{lines}{origins}{behavior}{rest}"


SITE = """\
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
"""
ORIGINS = """\
        Origins:
          - {Id: pages, DomainName: !GetAtt Bucket.RegionalDomainName, S3OriginConfig: {}}
"""
BEHAVIOR = f"""\
        DefaultCacheBehavior:
          {{TargetOriginId: pages, ViewerProtocolPolicy: allow-all, CachePolicyId: {NO_CACHE}}}
"""


def described(*texts: str, parameters: Mapping[str, str] | None = None) -> Description:
    stacks = [a_stack(text, f"site{n}" if n else "site") for n, text in enumerate(texts)]
    return describe_stacks(stacks, parameters or {})


def configured(*texts: str, parameters: Mapping[str, str] | None = None) -> Configuration:
    return configure(described(*texts, parameters=parameters), ANYWHERE)
