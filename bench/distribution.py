"""The distribution that is measured, created through a CloudFront API as a user would."""

from __future__ import annotations

import io
import shutil
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
# `/computing/hit?ms=2`: of processor time, so that it is the same work on a core of any speed.
COMPUTES = """\
from time import thread_time

def handler(event, context):
    request = event["Records"][0]["cf"]["request"]
    end = thread_time() + int(request["querystring"].removeprefix("ms=")) / 1000
    while thread_time() < end:
        pass
    return request
"""
IN_NODE = "exports.handler = async (event) => event.Records[0].cf.request;\n"
IN_CLOUDFRONT = "function handler(event) { return event.request; }\n"  # AWS::CloudFront::Function
IN_PYTHON = {
    "bench-edge": GIVES_THE_REQUEST_BACK,
    "bench-reload": GIVES_THE_REQUEST_BACK,
    "bench-computing": COMPUTES,
}


@dataclass(frozen=True, slots=True)
class CreatedDistribution:
    """A created distribution. At `domain_name` the emulator's own data plane serves it."""

    id: str
    domain_name: str


def has_node() -> bool:
    return shutil.which("node") is not None


def make(session: boto3.Session, endpoint: str, *, origin_port: int) -> CreatedDistribution:
    """Create the functions, then the distribution.

    Node.js functions only if Node.js is installed.
    """
    functions = session.client("lambda", endpoint_url=endpoint)
    at_the_edge = {name: publish(functions, name) for name in IN_PYTHON}
    if has_node():
        at_the_edge["bench-node"] = publish(functions, "bench-node")
    cloudfront: Any = session.client("cloudfront", endpoint_url=endpoint)
    in_cloudfront = publish_in_cloudfront(cloudfront, "bench-js")
    config = distribution_config(origin_port, at_the_edge, in_cloudfront)
    made = cloudfront.create_distribution(DistributionConfig=config)["Distribution"]
    return CreatedDistribution(made["Id"], made["DomainName"])


def publish(functions: Any, name: str) -> str:
    """Return the ARN of the function's first version."""
    in_node = name == "bench-node"
    code = archive("edge.js", IN_NODE) if in_node else archive("edge.py", IN_PYTHON[name])
    functions.create_function(
        FunctionName=name,
        Runtime="nodejs22.x" if in_node else "python3.13",
        Handler="edge.handler",
        Role=f"arn:aws:iam::{ACCOUNT}:role/bench",
        Code={"ZipFile": code},
        Timeout=5,
        MemorySize=128,
    )
    version = functions.publish_version(FunctionName=name)["Version"]
    return f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}:{version}"


def publish_in_cloudfront(cloudfront: Any, name: str) -> str:
    """Return the ARN of a CloudFront Function that is live."""
    made = cloudfront.create_function(
        Name=name,
        FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"},
        FunctionCode=IN_CLOUDFRONT.encode(),
    )
    live = cloudfront.publish_function(Name=name, IfMatch=made["ETag"])
    arn: str = live["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    return arn


def archive(name: str, text: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(name, text)
    return file.getvalue()


def distribution_config(
    origin_port: int, at_the_edge: dict[str, str], in_cloudfront: str
) -> dict[str, Any]:
    """The DistributionConfig, in the CloudFront API's form."""
    behaviors = [
        behavior("/edge/*", CACHED, at_the_edge=at_the_edge["bench-edge"]),
        behavior("/reload/*", UNCACHED, at_the_edge=at_the_edge["bench-reload"]),
        behavior("/computing/*", CACHED, at_the_edge=at_the_edge["bench-computing"]),
        behavior("/js/*", CACHED, in_cloudfront=in_cloudfront),
        behavior("/stream*", UNCACHED),
    ]
    if node := at_the_edge.get("bench-node"):
        behaviors.append(behavior("/node/*", CACHED, at_the_edge=node))
    return config_of(origin_port, behaviors)


def config_of(origin_port: int, behaviors: list[dict[str, Any]]) -> dict[str, Any]:
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
    """One behavior with TTLs of its own, for an API without policies."""
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


def behavior(
    pattern: str, policy: str, *, at_the_edge: str = "", in_cloudfront: str = ""
) -> dict[str, Any]:
    """A CacheBehavior, with the ARNs of its viewer-request functions, if any."""
    event = {"EventType": "viewer-request"}
    lambdas = [event | {"LambdaFunctionARN": at_the_edge, "IncludeBody": False}]
    functions = [event | {"FunctionARN": in_cloudfront}]
    return {
        "PathPattern": pattern,
        "TargetOriginId": "origin",
        "ViewerProtocolPolicy": "allow-all",
        "CachePolicyId": policy,
        "LambdaFunctionAssociations": listed(lambdas if at_the_edge else []),
        "FunctionAssociations": listed(functions if in_cloudfront else []),
    }


def listed(items: list[Any]) -> dict[str, Any]:
    return {"Quantity": len(items), "Items": items}
