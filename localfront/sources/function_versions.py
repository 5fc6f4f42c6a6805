"""Versions of Lambda functions whose ARN in a distribution has none, as with some emulators.

Lambda@Edge runs only numbered versions (LA-001). On AWS, Terraform's `qualified_arn` ends in the
number, but MiniStack omits it. The version is then looked up, with a notice.

Source: Lambda API Reference, ListVersionsByFunction; Terraform AWS provider, aws_lambda_function.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from localfront.config.notices import Notice
from localfront.sources.description import Raw, named

UNQUALIFIED = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}")


def unqualified(distributions: Iterable[Raw]) -> list[str]:
    """The function ARNs without a version."""
    arns = named(list(distributions), "LambdaFunctionARN")
    return sorted(arn for arn in arns if UNQUALIFIED.fullmatch(arn))


def newest(versions: Iterable[str]) -> str | None:
    """The highest version; None if none is published."""
    numbers = [int(version) for version in versions if version.isdecimal()]
    return str(max(numbers)) if numbers else None


def with_versions(
    distributions: Iterable[Raw], versions: Mapping[str, str]
) -> tuple[tuple[Raw, ...], tuple[Notice, ...]]:
    """The description with versions added to these ARNs, and notices that say so."""
    distributions = list(distributions)
    if not versions:
        return tuple(distributions), ()
    versions = {a: versions[a] for a in unqualified(distributions) if a in versions}
    qualified = {arn: f"{arn}:{version}" for arn, version in versions.items()}
    notices = tuple(
        Notice(
            field=f"LambdaFunctionARN {arn}",
            on_aws="ends in a version number (LA-001)",
            here=f"it had none, so version {version} runs, the newest known",
        )
        for arn, version in sorted(versions.items())
    )
    return tuple(_replaced(d, qualified) for d in distributions), notices


def _replaced(value: Any, texts: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return texts.get(value, value)
    if isinstance(value, Mapping):
        return {name: _replaced(inner, texts) for name, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, texts) for inner in value]
    return value
