"""A behavior's valid function associations, and findings for the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from localfront.check.evidence.refusals import Attempts
from localfront.config.distribution import CacheBehavior
from localfront.config.edge_associations import (
    parse_function_associations,
    parse_lambda_associations,
)
from localfront.config.fields import Fields
from localfront.sources.description import Raw

Association = TypeVar("Association")

LAMBDA = "LambdaFunctionAssociations"
CLOUDFRONT = "FunctionAssociations"
ARN = re.compile(
    r"arn:aws[a-z-]*:lambda:(?P<region>[a-z0-9-]+):(?P<account>\d{12})"
    r":function:(?P<name>[A-Za-z0-9_-]{1,64})(?::(?P<version>[A-Za-z0-9$_-]+))?"
)
HOME_REGION = "us-east-1"


def with_associations(
    behavior: CacheBehavior | None, fields: Fields, at: str, attempts: Attempts
) -> CacheBehavior | None:
    """The behavior with the functions that CloudFront accepts; the others are findings."""
    at_edge = _taken(fields, LAMBDA, parse_lambda_associations, at, attempts)
    at_viewer = _taken(fields, CLOUDFRONT, parse_function_associations, at, attempts)
    together = replace(fields, values={LAMBDA: _items(at_edge), CLOUDFRONT: _items(at_viewer)})
    attempts.to(at, parse_lambda_associations, together)
    attempts.to(at, parse_function_associations, together)
    if behavior is None:
        return None
    return replace(
        behavior,
        lambda_function_associations=tuple(parsed for _, parsed in at_edge),
        function_associations=tuple(parsed for _, parsed in at_viewer),
    )


def _taken(
    fields: Fields,
    field: str,
    parse: Callable[[Fields], tuple[Association, ...]],
    at: str,
    attempts: Attempts,
) -> list[tuple[Raw, Association]]:
    """The associations that are valid by themselves, raw and parsed."""
    found = []
    for part in attempts.to(at, fields.parts, field) or ():
        alone = replace(fields, values={field: {"Items": [part.values]}})
        for parsed in attempts.to(at, parse, alone) or ():
            found.append((part.values, parsed))
    return found


def _items(taken: Iterable[tuple[Raw, object]]) -> Raw:
    return {"Items": [raw for raw, _ in taken]}
