"""The result of a source: resources in the CloudFront API's own form, not parsed yet.

Every source makes one of these, and `configuration.configure` is the only reader.

Source: CloudFront API Reference, GetDistribution, GetCachePolicy, GetKeyGroup and their like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from localfront.config.lambda_origins import LambdaOrigin
from localfront.config.notices import Notice
from localfront.origins.overrides import Folder

Raw = Mapping[str, Any]
SCALARS = frozenset({bool, float, int, str})


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCode:
    """The published code of a CloudFront Function (FN-001).

    `file` is its source file, if it has one.
    """

    name: str
    runtime: str
    code: str
    key_value_store_arns: tuple[str, ...] = ()
    file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreContent:
    """The contents of a key value store from a source (FN-020)."""

    name: str
    values: Mapping[str, str]


def _empty() -> Any:
    return field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A source's resources.

    `distributions` are the `Distribution` of GetDistribution. Policies, access controls and key
    groups are the `…Config` of their Get action, by id. `labels` name distributions, and policies
    if the source has names for them, in messages. `lambda_functions` are Lambda's GetFunction
    responses by version ARN; `bucket_policies` are by bucket, None for a bucket without one.
    `lambda_origins` are by the id of a function URL or API; their functions are in
    `lambda_functions`, by an ARN with `:$LATEST` or a version. `web_acls` are WAFV2's WebACL by the
    value of a distribution's WebACLId; `ip_sets` (addresses) and `regex_pattern_sets` (expressions)
    are by ARN. `websites` are S3's WebsiteConfiguration by bucket; `bucket_folders` are uploaded
    into a bucket. `key_value_stores` are by ARN. `places` say where a resource was read, by id or
    ARN. `notices` name the values that the source replaced by placeholders.
    """

    distributions: tuple[Raw, ...] = ()
    labels: Mapping[str, str] = _empty()
    cache_policies: Mapping[str, Raw] = _empty()
    origin_request_policies: Mapping[str, Raw] = _empty()
    response_headers_policies: Mapping[str, Raw] = _empty()
    origin_access_controls: Mapping[str, Raw] = _empty()
    canonical_users: Mapping[str, str] = _empty()
    key_groups: Mapping[str, Raw] = _empty()
    public_keys: Mapping[str, Raw] = _empty()
    continuous_deployment_policies: Mapping[str, Raw] = _empty()
    web_acls: Mapping[str, Raw] = _empty()
    ip_sets: Mapping[str, tuple[str, ...]] = _empty()
    regex_pattern_sets: Mapping[str, tuple[str, ...]] = _empty()
    functions: Mapping[str, FunctionCode] = _empty()
    key_value_stores: Mapping[str, StoreContent] = _empty()
    lambda_functions: Mapping[str, Raw] = _empty()
    bucket_policies: Mapping[str, Raw | None] = _empty()
    websites: Mapping[str, Raw] = _empty()
    lambda_origins: Mapping[str, LambdaOrigin] = _empty()
    bucket_folders: Mapping[str, Folder] = _empty()
    places: Mapping[str, str] = _empty()
    notices: tuple[Notice, ...] = ()


def read_from(place: str, description: Description) -> Description:
    """The description with the place of each part."""
    found: dict[str, str] = {}
    for part in fields(Description):
        value = getattr(description, part.name)
        if isinstance(value, Mapping) and part.name not in ("labels", "places"):
            found |= dict.fromkeys(value, place)
    found |= {str(distribution.get("Id")): place for distribution in description.distributions}
    for name in found.keys() & description.labels.keys():
        label = description.labels[name]
        found[name] = place if label == place else f"{place}: {label}"
    return replace(description, places={**found, **description.places})


def joined(descriptions: Iterable[Description]) -> Description:
    """Merge descriptions; the later one of duplicates counts."""
    together: dict[str, Any] = {}
    for description in descriptions:
        for part in fields(Description):
            value = getattr(description, part.name)
            if isinstance(value, tuple):
                together[part.name] = (*together.get(part.name, ()), *value)
            else:
                together[part.name] = {**together.get(part.name, {}), **value}
    return Description(**together)


def named(value: Any, field_name: str) -> frozenset[str]:
    """The strings in fields with this name, at any depth, including those in lists."""
    return all_named(value, frozenset({field_name}))[field_name]


def all_named(value: Any, field_names: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """The strings in fields with these names, in a single pass."""
    found: dict[str, set[str]] = {name: set() for name in field_names}
    left = [value]
    while left:
        inner = left.pop()
        members: Iterable[Any] = ()
        if isinstance(inner, dict):
            members = inner.values()
            if not field_names.isdisjoint(inner):
                for name in field_names & inner.keys():
                    found[name] |= _texts(inner[name])
        elif isinstance(inner, list | tuple):
            members = inner
        left.extend([each for each in members if each and type(each) not in SCALARS])
    return {name: frozenset(texts) for name, texts in found.items()}


def _texts(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value} if value else set()
    members = value.get("Items") if isinstance(value, Mapping) else value
    if isinstance(members, str):
        members = [members]
    if not isinstance(members, list | tuple):
        return set()
    return {member for member in members if isinstance(member, str) and member}
