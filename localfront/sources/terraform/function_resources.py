"""aws_lambda_function → Lambda's GetFunction response; aws_cloudfront_function → its code.

The archive is a file: the resource's `filename`, or the `source` of the aws_s3_object that its code
comes from. Paths are relative to the folder where Terraform ran.

Source: Terraform AWS provider, aws_lambda_function, aws_s3_object and aws_cloudfront_function;
Lambda API Reference, GetFunction.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from localfront.sources.description import FunctionCode, Raw
from localfront.sources.lambda_archives import sha256_of
from localfront.sources.terraform.blocks import Block
from localfront.sources.terraform.links import Links
from localfront.sources.terraform.show import Resource, Show

CHANGES_NOTHING = "function handler(event) { return event.response || event.request; }"
OBJECTS = ("aws_s3_object", "aws_s3_bucket_object")


def lambda_function(
    resource: Resource, show: Show, links: Links, directory: Path
) -> dict[str, Any]:
    """The GetFunction response. `Code.Location` is the archive's path, "" if unknown."""
    archive = _archive(resource, show, links)
    path = (directory / archive).resolve() if archive else None
    block = Block.of(resource)
    arn, _, version = links.identities.lambda_arn(resource).rpartition(":")
    return {
        "Configuration": {
            "FunctionName": arn.rpartition(":")[2],
            "FunctionArn": f"{arn}:{version}",
            "Version": version,
            "Runtime": block.get("runtime"),
            "Handler": block.get("handler"),
            "MemorySize": block.get("memory_size") or 128,
            "Timeout": block.get("timeout") or 3,
            "PackageType": block.values.get("package_type") or "Zip",
            "Architectures": block.values.get("architectures") or ["x86_64"],
            "Layers": [{"Arn": layer} for layer in block.values.get("layers") or []],
            "Environment": {"Variables": _inner(resource, "environment").get("variables") or {}},
            "VpcConfig": {"SubnetIds": _inner(resource, "vpc_config").get("subnet_ids") or []},
            "DeadLetterConfig": {
                "TargetArn": _inner(resource, "dead_letter_config").get("target_arn")
            },
            "TracingConfig": {"Mode": _inner(resource, "tracing_config").get("mode")},
            "EphemeralStorage": {"Size": _inner(resource, "ephemeral_storage").get("size") or 512},
            "CodeSha256": sha256_of(path),
        },
        "Code": {"Location": str(path or "")},
    }


def cloudfront_function(resource: Resource, links: Links) -> FunctionCode:
    """The function's ARN and code.

    Code that a plan does not contain (such as code with a store's id) is replaced by a function
    that changes nothing, with a notice.
    """
    block = Block.of(resource)
    name = links.identities.function_arn(resource).rpartition("/")[2]
    code = str(block.values.get("code") or "")
    if block.is_unknown("code"):
        code = CHANGES_NOTHING
        here = f"the function changes nothing: set its code with --edge {name}=FILE.js"
        links.notice(block, "code", here)
    return FunctionCode(
        name=name,
        runtime=str(block.get("runtime")),
        code=code,
        key_value_store_arns=tuple(links.store_arns(block, "key_value_store_associations")),
    )


def _inner(resource: Resource, name: str) -> Raw:
    blocks = resource.values.get(name) or [{}]
    found: Raw = blocks[0] or {}
    return found


def _archive(resource: Resource, show: Show, links: Links) -> str | None:
    filename = resource.values.get("filename")
    if filename:
        return str(filename)
    key = resource.values.get("s3_key")
    block = Block.of(resource)
    named = [
        *links.behind(block, "s3_key", OBJECTS),
        *links.behind(block, "s3_bucket", OBJECTS),
    ]
    stored = [r for r in show.of_type(*OBJECTS) if key and r.values.get("key") == key]
    sources = {str(r.values["source"]) for r in named or stored if r.values.get("source")}
    return sources.pop() if len(sources) == 1 else None
