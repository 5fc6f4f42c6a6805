"""A CloudFront Function, by the ARN in behaviors and by the API's FunctionSummary.

Source: CloudFront API Reference, FunctionAssociation, DescribeFunction; CloudFront Developer
Guide, "JavaScript runtime features for CloudFront Functions".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localfront.cloudfront_functions.syntax import RUNTIME_1, RUNTIME_2
from localfront.config.policies import items
from localfront.errors import ConfigError
from localfront.exchange.request_trace import printable
from localfront.sources.key_value_store import KeyValueStore

LOG_GROUPS = "/aws/cloudfront/function/"  # FN-019
RUNTIMES = frozenset({RUNTIME_1, RUNTIME_2})

_ARN = re.compile(r"arn:aws[a-z-]*:cloudfront::\d{12}:function/(?P<name>[A-Za-z0-9_-]{1,64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudFrontFunction:
    """A CloudFront Function at a viewer event. `etag` is the LIVE stage's."""

    name: str
    etag: str
    code: bytes
    runtime: str = RUNTIME_2
    store: KeyValueStore | None = None
    store_arn: str = ""
    store_etag: str = ""

    @property
    def log_group(self) -> str:
        return f"{LOG_GROUPS}{self.name}"


def function_name(arn: str) -> str:
    """The function's name in an association's ARN. Raises ConfigError."""
    match = _ARN.fullmatch(arn)
    if match is None:
        raise ConfigError(
            f"FunctionARN {printable(arn)!r} is not the ARN of a CloudFront Function. The form is "
            "arn:aws:cloudfront::123456789012:function/NAME."
        )
    return match["name"]


def store_arn(name: str, summary: Mapping[str, Any]) -> str | None:
    """The key value store that a FunctionSummary associates.

    Raises ConfigError for more than one (FN-021), for one with a runtime other than 2.0 (FN-020),
    and for an unknown runtime.
    """
    config = summary["FunctionConfig"]
    runtime = config["Runtime"]
    if runtime not in RUNTIMES:
        raise ConfigError(
            f"Function {name} has the runtime {printable(str(runtime))!r}. Valid are "
            f"{', '.join(sorted(RUNTIMES))}."
        )
    arns = [
        association["KeyValueStoreARN"]
        for association in items(config.get("KeyValueStoreAssociations"))
    ]
    if len(arns) > 1:
        raise ConfigError(
            f"Function {name} has {len(arns)} key value stores; CloudFront accepts only one "
            "(FN-021)."
        )
    if arns and runtime != "cloudfront-js-2.0":
        raise ConfigError(
            f"Function {name} has a key value store and the runtime {runtime}; a store needs "
            "cloudfront-js-2.0 (FN-020)."
        )
    return arns[0] if arns else None
