"""A template's buckets: policies, websites, and the folders that CDK uploads.

Source: CloudFormation Template Reference, AWS::S3::BucketPolicy and AWS::S3::Bucket; S3 API Reference,
WebsiteConfiguration; AWS CDK, BucketDeployment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from localfront.origins.overrides import Folder
from localfront.sources.cloudformation.functions import asset
from localfront.sources.cloudformation.identities import StackResource
from localfront.sources.cloudformation.scope import StackScope
from localfront.sources.description import Raw

BUCKET, POLICY = "AWS::S3::Bucket", "AWS::S3::BucketPolicy"
DEPLOYMENT = "Custom::CDKBucketDeployment"
NOTHING = ".nothing-is-uploaded-without-a-prefix"


def bucket_policies(scopes: Iterable[StackScope]) -> dict[str, Raw]:
    """Bucket policies, by bucket name. Raises ConfigError."""
    found: dict[str, Raw] = {}
    for scope in scopes:
        for resource in scope.of_type(POLICY):
            properties = scope.properties(resource)
            document = properties.get("PolicyDocument")
            if isinstance(document, Mapping):
                found[str(properties.get("Bucket"))] = document
    return found


def websites(scopes: Iterable[StackScope]) -> dict[str, Raw]:
    """S3's WebsiteConfiguration, by bucket name. Raises ConfigError."""
    found: dict[str, Raw] = {}
    for scope in scopes:
        for resource in scope.of_type(BUCKET):
            site = scope.value(resource, "WebsiteConfiguration")
            if isinstance(site, Mapping):
                found[StackResource(scope, resource).physical_name] = _website(site)
    return found


def _website(written: Raw) -> dict[str, Any]:
    site: dict[str, Any] = {}
    if written.get("IndexDocument"):
        site["IndexDocument"] = {"Suffix": written["IndexDocument"]}
    if written.get("ErrorDocument"):
        site["ErrorDocument"] = {"Key": written["ErrorDocument"]}
    if isinstance(written.get("RedirectAllRequestsTo"), Mapping):
        site["RedirectAllRequestsTo"] = written["RedirectAllRequestsTo"]
    rules = written.get("RoutingRules") or []
    site["RoutingRules"] = [
        {
            "Condition": _as_texts(rule.get("RoutingRuleCondition")),
            "Redirect": _as_texts(rule.get("RedirectRule")),
        }
        for rule in rules
        if isinstance(rule, Mapping)
    ]
    return site


def _as_texts(written: Any) -> dict[str, str]:
    return {k: str(v) for k, v in written.items()} if isinstance(written, Mapping) else {}


def bucket_folders(scopes: Iterable[StackScope]) -> dict[str, Folder]:
    """The folders uploaded to each bucket, the latest upload first. Raises ConfigError."""
    found: dict[str, list[tuple[str, Path]]] = {}
    for scope in scopes:
        for bucket, prefix, folder in _uploads(scope):
            found.setdefault(bucket, []).insert(0, (prefix, folder))
    return {bucket: _together(folders) for bucket, folders in found.items()}


def _together(folders: list[tuple[str, Path]]) -> Folder:
    whole = [folder for prefix, folder in folders if not prefix]
    root = whole[-1] if whole else folders[0][1] / NOTHING
    return Folder(root, tuple(member for member in folders if member != ("", root)))


def _uploads(scope: StackScope) -> Iterator[tuple[str, str, Path]]:
    """Bucket, prefix and folder of each of CDK's BucketDeployments."""
    for resource in scope.of_type(DEPLOYMENT):
        properties = scope.properties(resource)
        bucket = str(properties.get("DestinationBucketName"))
        prefix = str(properties.get("DestinationBucketKeyPrefix") or "").strip("/")
        for key in properties.get("SourceObjectKeys") or []:
            folder = asset(StackResource(scope, resource), str(key))
            if folder is not None and folder.is_dir():
                yield bucket, prefix, folder
