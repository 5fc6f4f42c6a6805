"""Read the AWS CLI's JSON; each output is recognised by its top-level key.

| command | key |
| --- | --- |
| `aws cloudfront get-distribution` | Distribution |
| `aws cloudfront get-distribution-config` | DistributionConfig |
| `aws cloudfront list-distributions`, which leaves out the default root object | DistributionList |
| `aws cloudfront get-cache-policy`, `get-origin-request-policy`, `get-response-headers-policy` | the policy |
| `aws cloudfront get-origin-access-control`, `get-key-group`, `get-public-key` | its name |
| `aws cloudfront get-continuous-deployment-policy` | ContinuousDeploymentPolicy |
| `aws cloudfront get-cloud-front-origin-access-identity` | CloudFrontOriginAccessIdentity |
| `aws cloudfront describe-function`, its code beside it in NAME.js | FunctionSummary |
| `aws lambda get-function`, `get-function-configuration` | Configuration, FunctionArn |
| `aws s3api get-bucket-policy` | Policy |
| `aws wafv2 get-web-acl`, `get-ip-set`, `get-regex-pattern-set` | its name (`web_acl_json`) |

A file may hold several, as a list or one after the other.

Source: AWS CLI Command Reference, "Output" of each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from localfront.config.notices import NotHonoured, Notice
from localfront.config.policies import items
from localfront.errors import ConfigError
from localfront.sources import placeholder_ids, web_acl_json
from localfront.sources.description import (
    Description,
    FunctionCode,
    Raw,
    joined,
    named,
)

# The top-level key, and the field of Description for such a response.
BY_ID = {
    "CachePolicy": "cache_policies",
    "OriginRequestPolicy": "origin_request_policies",
    "ResponseHeadersPolicy": "response_headers_policies",
    "OriginAccessControl": "origin_access_controls",
    "KeyGroup": "key_groups",
    "PublicKey": "public_keys",
    "ContinuousDeploymentPolicy": "continuous_deployment_policies",
}
# In a DistributionSummary but not in a DistributionConfig.
NOT_OF_THE_CONFIG = frozenset(
    {"Id", "ARN", "DomainName", "ETag", "Status", "LastModifiedTime"} | {"AliasICPRecordals"}
)
NO_ROOT = NotHonoured(
    "is not in the output of list-distributions: `aws cloudfront get-distribution --id {}` has it",
    "`/` is requested from the origin as `/`",
)
KNOWN = (
    "Distribution, DistributionConfig, CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy, "
    "OriginAccessControl, CloudFrontOriginAccessIdentity, KeyGroup, PublicKey, FunctionSummary, "
    "ContinuousDeploymentPolicy, "
    "DistributionList, WebACL, IPSet, RegexPatternSet, Configuration (of a Lambda function) or "
    "Policy (of a bucket)"
)


def describe_output(document: Raw, file: Path) -> Description:
    """Parse an output of the AWS CLI. Raises ConfigError for any other document."""
    for key, part in BY_ID.items():
        if key in document:
            parts: dict[str, Any] = {part: _by_id(document, key)}
            return Description(**parts)
    for key, read in READERS.items():
        if key in document:
            return read(document, file)
    if {
        "Origins",
        "DefaultCacheBehavior",
    } <= document.keys():  # the form that create-distribution takes
        return _config({"DistributionConfig": document}, file)
    raise ConfigError(
        "It is neither the output of `terraform show -json` nor of the AWS CLI: it has none of "
        f"{KNOWN}."
    )


def _by_id(document: Raw, key: str) -> dict[str, Raw]:
    thing = _structure(document, key)
    return {_text(thing, key, "Id"): _structure(thing, f"{key}Config", f"{key}.")}


def _distribution(document: Raw, file: Path) -> Description:
    found = _structure(document, "Distribution")
    _structure(found, "DistributionConfig", "Distribution.")
    return _described(found, file)


def _summaries(document: Raw, file: Path) -> Description:
    """Distributions from a list. A DistributionSummary lacks the default root object."""
    listed = document.get("DistributionList")
    found = [item for item in items(listed) if isinstance(item, Mapping)]
    if not found:
        raise ConfigError("DistributionList has no Items: the account has no distribution.")
    return joined(_summary(item, file) for item in found)


def _summary(item: Raw, file: Path) -> Description:
    distribution_id = _text(item, "DistributionList.Items", "Id")
    config = {k: v for k, v in item.items() if k not in NOT_OF_THE_CONFIG}
    top = {k: item.get(k) for k in ("Id", "ARN", "DomainName")}
    label = f"{file}: {distribution_id}"
    return Description(
        distributions=({**top, "DistributionConfig": config},),
        labels={distribution_id: label},
        notices=(
            Notice(
                field=f"{label}: DefaultRootObject",
                on_aws=NO_ROOT.on_aws.format(distribution_id),
                here=NO_ROOT.here,
            ),
        ),
    )


def each_once(description: Description) -> Description:
    """Each distribution once: the later one of two counts, a summary only if it is alone."""
    found: dict[str, Raw] = {}
    for distribution in description.distributions:
        name = str(distribution.get("Id"))
        if name not in found or not _is_summary(distribution):
            found[name] = distribution
    whole = {
        NO_ROOT.on_aws.format(name)
        for name, distribution in found.items()
        if not _is_summary(distribution)
    }
    return replace(
        description,
        distributions=tuple(found.values()),
        notices=tuple(n for n in description.notices if n.on_aws not in whole),
    )


def _is_summary(distribution: Raw) -> bool:
    """Whether it is a DistributionSummary, which unlike a config has no CallerReference."""
    config = distribution.get("DistributionConfig")
    return (
        isinstance(config, Mapping) and not {"CallerReference", "DefaultRootObject"} & config.keys()
    )


def _config(document: Raw, file: Path) -> Description:
    """A distribution from its configuration, with an id derived from its constant fields."""
    config = _structure(document, "DistributionConfig")
    name = str(config.get("CallerReference") or file.name)
    distribution_id = placeholder_ids.short_id("E", name)
    found = {
        "Id": distribution_id,
        "ARN": placeholder_ids.distribution_arn(distribution_id),
        "DomainName": placeholder_ids.distribution_domain_name(name),
        "DistributionConfig": config,
    }
    return _described(found, file)


def _described(distribution: Raw, file: Path) -> Description:
    labels = {str(distribution.get("Id")): str(file)}
    return Description(distributions=(distribution,), labels=labels)


def _identity(document: Raw, file: Path) -> Description:
    identity = _structure(document, "CloudFrontOriginAccessIdentity")
    user = identity.get("S3CanonicalUserId")
    name = _text(identity, "CloudFrontOriginAccessIdentity", "Id")
    return Description(canonical_users={name: str(user)} if user else {})


def _function(document: Raw, file: Path) -> Description:
    summary = _structure(document, "FunctionSummary")
    name = _text(summary, "FunctionSummary", "Name")
    config = _structure(summary, "FunctionConfig", "FunctionSummary.")
    metadata = _structure(summary, "FunctionMetadata", "FunctionSummary.")
    code = file.with_name(f"{name}.js")
    try:
        text = code.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"FunctionSummary: the code of {name} should be in {code}: {error}. Write it there "
            f"with `aws cloudfront get-function --name {name} --stage LIVE {code.name}`."
        ) from error
    stores = items(config.get("KeyValueStoreAssociations"))
    function = FunctionCode(
        name=name,
        runtime=_text(config, "FunctionSummary.FunctionConfig", "Runtime"),
        code=text,
        key_value_store_arns=tuple(
            _text(store, "KeyValueStoreAssociations.Items", "KeyValueStoreARN") for store in stores
        ),
        file=code,
    )
    arn = _text(metadata, "FunctionSummary.FunctionMetadata", "FunctionARN")
    return Description(functions={arn: function})


def _lambda(document: Raw, file: Path) -> Description:
    """A Lambda function without code (its URL expires in ten minutes): it needs a local folder."""
    config = document.get("Configuration", document)
    if not isinstance(config, Mapping):
        raise ConfigError("Configuration is not a structure.")
    arn, version = (
        _text(config, "Configuration", "FunctionArn"),
        str(config.get("Version")),
    )
    if not arn.endswith(f":{version}"):
        arn = f"{arn}:{version}"
    return Description(lambda_functions={arn: {"Configuration": config, "Code": {"Location": ""}}})


def _bucket_policy(document: Raw, file: Path) -> Description:
    """A bucket policy. The output does not name the bucket, but the policy's resources do."""
    try:
        policy = json.loads(document["Policy"])
    except (TypeError, ValueError) as error:
        raise ConfigError(f"Policy is not JSON text: {error}.") from error
    arns = named(policy, "Resource")
    buckets = {arn.rpartition(":")[2].partition("/")[0] for arn in arns}
    if len(buckets) != 1 or not isinstance(policy, Mapping):
        raise ConfigError(
            f"Policy: its Resource names {', '.join(sorted(buckets)) or 'no bucket'}, and it must "
            "name one bucket."
        )
    return Description(bucket_policies={buckets.pop(): policy})


READERS: Mapping[str, Callable[[Raw, Path], Description]] = {
    "Distribution": _distribution,
    "DistributionConfig": _config,
    "DistributionList": _summaries,
    "CloudFrontOriginAccessIdentity": _identity,
    "FunctionSummary": _function,
    "Configuration": _lambda,
    "FunctionArn": _lambda,
    "Policy": _bucket_policy,
    **web_acl_json.READERS,
}


def _structure(document: Raw, field: str, path: str = "") -> Raw:
    value: Any = document.get(field)
    if not isinstance(value, Mapping):
        raise ConfigError(f"{path}{field} is missing, or not a structure.")
    return value


def _text(document: Raw, path: str, field: str) -> str:
    value = document.get(field)
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{path}.{field} is missing, or not a string.")
    return value
