"""A template's functions: GetFunction responses for Lambda, and the code of CloudFront Functions.

Code is a folder (edits are live), an archive, or inline text in the template.

Sources: CloudFormation Template Reference, AWS::Lambda::Function and AWS::CloudFront::Function; Lambda API
Reference, GetFunction.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from localfront.sources.cloudformation.identities import StackResource, function_arn
from localfront.sources.cloudformation.spelling import WHOLE
from localfront.sources.description import FunctionCode
from localfront.sources.lambda_archives import sha256_of

EARLIEST = (1980, 1, 1, 0, 0, 0)  # by archive entry: the same code gives the same archive


def lambda_function(named: StackResource, version_arn: str) -> dict[str, Any]:
    """The GetFunction response for a version or $LATEST.

    `Code` has the archive's path as `Location` ("" if unknown), a folder as `Directory`, or inline
    code as `ZipFile`.
    """
    properties = named.scope.properties(named.resource)
    code = _code(named, properties.get("Code"), str(properties.get("Runtime")))
    return {
        "Configuration": {
            "FunctionName": named.physical_name,
            "FunctionArn": version_arn.removesuffix(":$LATEST"),
            "Version": version_arn.rpartition(":")[2],
            "Runtime": properties.get("Runtime"),
            "Handler": properties.get("Handler"),
            "MemorySize": _number(properties.get("MemorySize"), 128),
            "Timeout": _number(properties.get("Timeout"), 3),
            "PackageType": properties.get("PackageType") or "Zip",
            "Architectures": properties.get("Architectures") or ["x86_64"],
            "Layers": [{"Arn": layer} for layer in properties.get("Layers") or []],
            "Environment": {"Variables": _part(properties, "Environment").get("Variables") or {}},
            "VpcConfig": {"SubnetIds": _part(properties, "VpcConfig").get("SubnetIds") or []},
            "DeadLetterConfig": {
                "TargetArn": _part(properties, "DeadLetterConfig").get("TargetArn")
            },
            "TracingConfig": {"Mode": _part(properties, "TracingConfig").get("Mode")},
            "EphemeralStorage": {
                "Size": _number(_part(properties, "EphemeralStorage").get("Size"), 512)
            },
            "CodeSha256": _sha256(code),
        },
        "Code": code,
    }


def cloudfront_function(named: StackResource) -> tuple[str, FunctionCode]:
    """The ARN and code of a CloudFront Function. Raises ConfigError."""
    properties = named.scope.properties(named.resource)
    config = _part(properties, "FunctionConfig")
    arn = function_arn(named)
    stores = config.get("KeyValueStoreAssociations") or []
    return arn, FunctionCode(
        name=arn.rpartition("/")[2],
        runtime=str(config.get("Runtime")),
        code=str(properties.get("FunctionCode") or ""),
        key_value_store_arns=tuple(str(s.get("KeyValueStoreARN")) for s in stores),
    )


def asset(named: StackResource, key: str) -> Path | None:
    """The file or folder that a deployment uploads under this key, with any folder prefix."""
    assets = named.scope.stack.assets
    return assets.get(key) or assets.get(key.rpartition("/")[2])


def _code(named: StackResource, written: Any, runtime: str) -> dict[str, Any]:
    path: Path | None = None
    if isinstance(written, str):  # the form that `aws cloudformation package` accepts
        path = (
            None
            if written.startswith("s3://")
            else (named.scope.stack.directory / written).resolve()
        )
    elif isinstance(written, Mapping):
        if isinstance(written.get("ZipFile"), str):
            return {"ZipFile": _archive_of(written["ZipFile"], runtime)}
        path = asset(named, str(written.get("S3Key")))
    if path is not None and path.is_dir():
        return {"Directory": str(path)}
    return {"Location": str(path or "")}


def _archive_of(text: str, runtime: str) -> bytes:
    """An archive with the inline code as its file `index`."""
    name = "index.py" if runtime.startswith("python") else "index.js"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        entry = zipfile.ZipInfo(name, EARLIEST)
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, text)
    return content.getvalue()


def _sha256(code: Mapping[str, Any]) -> str:
    if "ZipFile" in code:
        return base64.b64encode(hashlib.sha256(code["ZipFile"]).digest()).decode()
    return sha256_of(Path(code["Location"])) if code.get("Location") else ""


def _number(value: Any, default: int) -> Any:
    if value in (None, ""):
        return default
    return int(value) if isinstance(value, str) and WHOLE.fullmatch(value) else value


def _part(properties: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = properties.get(name)
    return value if isinstance(value, Mapping) else {}
