"""SAM's transform: expand SAM resources into the CloudFormation resources of a deployment.

Only those that a distribution can refer to are made: functions with versions, aliases, URLs and
roles, and APIs with their stages. `X.Version` is the logical id of function X's version, as
templates refer to it.

Source: AWS SAM Developer Guide, "AWS SAM resource and property reference" and "Generated CloudFormation
resources".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from localfront.config.function_permissions import EVERYBODY, INVOKE, INVOKE_URL
from localfront.sources.cloudformation.sam_apis import (
    http_api,
    implicit_apis,
    permission,
    rest_api,
    routes,
)
from localfront.sources.description import Raw

TRANSFORM = "AWS::Serverless-2016-10-31"
Resources = Iterator[tuple[str, dict[str, Any]]]
# Function properties with another name or form in CloudFormation.
OF_SAM = frozenset(
    {
        "AssumeRolePolicyDocument", "AutoPublishAlias", "AutoPublishAliasAllProperties",
        "AutoPublishCodeSha256", "CodeUri", "DeadLetterQueue", "DeploymentPreference", "EventInvokeConfig",
        "Events", "FunctionUrlConfig", "ImageUri", "InlineCode", "PermissionsBoundary", "Policies",
        "ProvisionedConcurrencyConfig", "RolePath", "Tracing", "VersionDescription",
    }
)  # fmt: skip
LAMBDA_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["sts:AssumeRole"],
            "Principal": {"Service": ["lambda.amazonaws.com"]},
        }
    ],
}
BASIC_EXECUTION = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def expanded(template: Raw) -> Raw:
    """The expanded template; the template itself if it does not use SAM's transform."""
    transforms = template.get("Transform")
    if TRANSFORM not in (transforms if isinstance(transforms, list) else [transforms]):
        return template
    given = template.get("Globals")
    shared: Raw = given if isinstance(given, Mapping) else {}
    resources: dict[str, Any] = {}
    for logical_id, raw in template["Resources"].items():
        written: Any = raw
        if isinstance(raw, Mapping):
            expand, section = EXPANSIONS.get(str(raw.get("Type")), (None, ""))
            if expand is not None:
                properties = _merged(shared.get(section), raw.get("Properties"))
                rest = {k: raw[k] for k in ("Condition", "Metadata") if k in raw}
                for name, resource in expand(str(logical_id), properties):
                    resources[name] = {**rest, **resource}
                continue
        resources[str(logical_id)] = written
    implicit = dict(implicit_apis(template["Resources"], shared))
    return {**template, "Resources": {**implicit, **resources}}


def _merged(shared: Any, own: Any) -> dict[str, Any]:
    """Globals merged with a resource's own properties: structures are merged, lists are joined.

    Source: AWS SAM Developer Guide, "Globals section of the AWS SAM template".
    """
    found = dict(shared) if isinstance(shared, Mapping) else {}
    for name, value in (own if isinstance(own, Mapping) else {}).items():
        other = found.get(name)
        if _is_plain(other) and _is_plain(value):
            found[name] = _merged(other, value)
        elif isinstance(other, list) and isinstance(value, list):
            found[name] = [*other, *value]
        else:
            found[name] = value
    return found


def _is_plain(value: Any) -> bool:
    """Whether the value is a structure but not an intrinsic function."""
    if not isinstance(value, Mapping):
        return False
    return not any(str(name) == "Ref" or str(name).startswith("Fn::") for name in value)


def _function(logical_id: str, properties: Mapping[str, Any]) -> Resources:
    kept = {k: v for k, v in properties.items() if k not in OF_SAM}
    yield (
        logical_id,
        {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Role": {"Fn::GetAtt": [f"{logical_id}Role", "Arn"]},
                **kept,
                "Code": _code(properties),
                "TracingConfig": {"Mode": properties.get("Tracing") or "PassThrough"},
                "DeadLetterConfig": properties.get("DeadLetterQueue") or {},
            },
        },
    )
    if "Role" not in properties:
        yield f"{logical_id}Role", _role(properties)
    target: Any = {"Ref": logical_id}
    alias = properties.get("AutoPublishAlias")
    if alias:
        version = {"FunctionName": target}
        yield f"{logical_id}.Version", {"Type": "AWS::Lambda::Version", "Properties": version}
        properties_of_alias = {
            "FunctionName": target,
            "FunctionVersion": {"Fn::GetAtt": [f"{logical_id}.Version", "Version"]},
            "Name": alias,
        }
        named = {"Type": "AWS::Lambda::Alias", "Properties": properties_of_alias}
        yield f"{logical_id}.Alias", named
        if isinstance(alias, str):
            yield f"{logical_id}Alias{alias}", named
    yield from routes(logical_id, properties)
    url = properties.get("FunctionUrlConfig")
    if isinstance(url, Mapping):
        target = {"Ref": f"{logical_id}.Alias"} if alias else target
        configured = {**url, "TargetFunctionArn": target}
        yield f"{logical_id}Url", {"Type": "AWS::Lambda::Url", "Properties": configured}
        if url.get("AuthType") == "NONE":
            for place, action in (("", INVOKE_URL), ("Invoke", INVOKE)):
                allowed = permission(logical_id, action, EVERYBODY)
                yield f"{logical_id}UrlPublicPermissions{place}", allowed


def _code(properties: Mapping[str, Any]) -> Any:
    """The code in Lambda's form; a local path stays a string."""
    uri = properties.get("CodeUri")
    if properties.get("InlineCode") is not None:
        return {"ZipFile": properties["InlineCode"]}
    if isinstance(uri, Mapping) and "Key" in uri:
        return {"S3Bucket": uri.get("Bucket"), "S3Key": uri["Key"]}
    if isinstance(uri, str) and uri.startswith("s3://"):
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return {"S3Bucket": bucket, "S3Key": key}
    if properties.get("ImageUri"):
        return {"ImageUri": properties["ImageUri"]}
    return "." if uri is None else uri


def _role(properties: Mapping[str, Any]) -> dict[str, Any]:
    policies = properties.get("Policies") or []
    members = policies if isinstance(policies, list) else [policies]
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": properties.get("AssumeRolePolicyDocument") or LAMBDA_TRUST,
            "ManagedPolicyArns": [BASIC_EXECUTION, *(p for p in members if isinstance(p, str))],
            "Policies": [
                {"PolicyName": f"Policy{place}", "PolicyDocument": policy}
                for place, policy in enumerate(members)
                if isinstance(policy, Mapping) and "Statement" in policy
            ],
        },
    }


def _layer(logical_id: str, properties: Mapping[str, Any]) -> Resources:
    yield logical_id, {"Type": "AWS::Lambda::LayerVersion", "Properties": properties}


def _table(logical_id: str, properties: Mapping[str, Any]) -> Resources:
    yield logical_id, {"Type": "AWS::DynamoDB::Table", "Properties": properties}


Expand = Callable[[str, Mapping[str, Any]], Resources]
# The expansion of each type, and its section in Globals.
EXPANSIONS: Mapping[str, tuple[Expand, str]] = {
    "AWS::Serverless::Api": (rest_api, "Api"),
    "AWS::Serverless::Function": (_function, "Function"),
    "AWS::Serverless::HttpApi": (http_api, "HttpApi"),
    "AWS::Serverless::LayerVersion": (_layer, "LayerVersion"),
    "AWS::Serverless::SimpleTable": (_table, "SimpleTable"),
}
