"""Origins that are code: function URLs, and APIs whose routes lead to Lambda functions.

A source describes them by the first label of the domain name that they have: the id of the URL or of
the API, which is the same whatever the region.

Sources: Lambda API Reference, FunctionUrlConfig; API Gateway V2 API Reference, Route, Integration and
Stage; API Gateway API Reference, Resource, Method and Stage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_STAGE = "$default"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionUrl:
    """`signed_only` is the auth type AWS_IAM. `function_arn` is that of the function itself."""

    function_arn: str
    signed_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`method` is one of HTTP's or ANY; `path` may have `{name}` and end in `{name+}`, and None is the
    route of all else. `function_arn` is None where something else than a function stands behind.
    """

    method: str
    path: str | None
    function_arn: str | None
    payload_format: str = "1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A REST API, or an HTTP API (`is_http`). `stages` have their variables by name; `binary_media_types`
    are a REST API's.
    """

    id: str
    is_http: bool
    routes: tuple[Route, ...]
    stages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    binary_media_types: tuple[str, ...] = ()


LambdaOrigin = FunctionUrl | Api


def function_arns(origin: LambdaOrigin) -> frozenset[str]:
    """ARNs of all functions that it may run."""
    if isinstance(origin, FunctionUrl):
        return frozenset({origin.function_arn})
    return frozenset(route.function_arn for route in origin.routes if route.function_arn)
