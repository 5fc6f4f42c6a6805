"""The distribution that is measured, made in a CloudFront API as a user would make it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import boto3

from localfront.config.managed_policies import CACHING_DISABLED, CACHING_OPTIMIZED

CACHED, UNCACHED = CACHING_OPTIMIZED.id, CACHING_DISABLED.id
ACCOUNT = "000000000000"
GIVES_THE_REQUEST_BACK = """\
def handler(event, context):
    return event["Records"][0]["cf"]["request"]
"""
FUNCTIONS = ("bench-edge", "bench-reload")


@dataclass(frozen=True, slots=True)
class Made:
    """`domain_name` is where the emulator's own data plane serves it."""

    id: str
    domain_name: str


def make(session: boto3.Session, endpoint: str, *, origin_port: int) -> Made:
    """Functions first, then the distribution that names them."""
    functions = session.client("lambda", endpoint_url=endpoint)
    versions = {name: publish(functions, name) for name in FUNCTIONS}
    cloudfront: Any = session.client("cloudfront", endpoint_url=endpoint)
    config = distribution_config(origin_port, versions)
    made = cloudfront.create_distribution(DistributionConfig=config)["Distribution"]
    return Made(made["Id"], made["DomainName"])


def publish(functions: Any, name: str) -> str:
    """Return the ARN of the function's first version."""
    functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="edge.handler",
        Role=f"arn:aws:iam::{ACCOUNT}:role/bench",
        Code={"ZipFile": archive("edge.py", GIVES_THE_REQUEST_BACK)},
        Timeout=5,
        MemorySize=128,
    )
    version = functions.publish_version(FunctionName=name)["Version"]
    return f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}:{version}"


def archive(name: str, text: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(name, text)
    return file.getvalue()


def distribution_config(origin_port: int, versions: dict[str, str]) -> dict[str, Any]:
    """What DistributionConfig has to hold, in the CloudFront API's names."""
    behaviors = [
        behavior("/edge/*", CACHED, function=versions["bench-edge"]),
        behavior("/reload/*", UNCACHED, function=versions["bench-reload"]),
        behavior("/stream*", UNCACHED),
    ]
    default = behavior("", CACHED)
    del default["PathPattern"]
    return {
        "CallerReference": "bench",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [custom_origin(origin_port)]},
        "DefaultCacheBehavior": default,
        "CacheBehaviors": {"Quantity": len(behaviors), "Items": behaviors},
    }


def legacy_config(origin_port: int) -> dict[str, Any]:
    """One behavior, with a TTL of its own: what an API that knows no policies takes."""
    default = behavior("", CACHED)
    del default["PathPattern"], default["CachePolicyId"]
    default |= {
        "MinTTL": 0,
        "DefaultTTL": 86_400,
        "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
    }
    return {
        "CallerReference": "bench",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [custom_origin(origin_port)]},
        "DefaultCacheBehavior": default,
    }


def custom_origin(port: int) -> dict[str, Any]:
    return {
        "Id": "origin",
        "DomainName": "localhost",
        "CustomOriginConfig": {
            "HTTPPort": port,
            "HTTPSPort": port,
            "OriginProtocolPolicy": "http-only",
            "OriginSslProtocols": {"Quantity": 1, "Items": ["TLSv1.2"]},
        },
    }


def behavior(pattern: str, policy: str, *, function: str = "") -> dict[str, Any]:
    association = {
        "EventType": "viewer-request",
        "LambdaFunctionARN": function,
        "IncludeBody": False,
    }
    associations = [association] if function else []
    return {
        "PathPattern": pattern,
        "TargetOriginId": "origin",
        "ViewerProtocolPolicy": "allow-all",
        "CachePolicyId": policy,
        "LambdaFunctionAssociations": {
            "Quantity": len(associations),
            "Items": associations,
        },
    }
