"""Origins that are code: function URLs, and APIs whose routes lead to Lambda functions.

A source describes them by `code_name`: the id of the URL or of the API, which is the same whatever the
region, or a custom domain name of APIs.

Sources: Lambda API Reference, FunctionUrlConfig; API Gateway V2 API Reference, Route, Integration,
Stage and ApiMapping; API Gateway API Reference, Resource, Method, Stage and BasePathMapping.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_STAGE = "$default"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionUrl:
    """`signed_only` is the auth type AWS_IAM. `function_arn` is that of the function itself. `permitted`:
    the function's own policy lets everybody invoke it, or CloudFront where requests are signed.
    """

    function_arn: str
    signed_only: bool = False
    permitted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRoute:
    """`method` is one of HTTP's or ANY; `path` may have `{name}` and end in `{name+}`, and None is the
    route of all else. `function_arn` is None where something else than a function stands behind.
    `has_role`: the integration has an IAM role that invokes it; else the function's own policy has to
    let API Gateway do so, which `permitted` tells.
    """

    method: str
    path: str | None
    function_arn: str | None
    payload_format: str = "1.0"
    has_role: bool = False
    permitted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A REST API, or an HTTP API (`is_http`). `stages` have their variables by name; `binary_media_types`
    are a REST API's.
    """

    id: str
    is_http: bool
    routes: tuple[ApiRoute, ...]
    stages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    binary_media_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiMapping:
    """`base_path` has no slash around it, and is "" for the rest of a domain. Without a `stage` of the
    mapping's own the path names it.
    """

    base_path: str
    api: Api
    stage: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomDomain:
    """A domain name of somebody's own, whose paths lead to APIs."""

    mappings: tuple[ApiMapping, ...]


LambdaOrigin = FunctionUrl | Api | CustomDomain


def function_arns(origin: LambdaOrigin) -> frozenset[str]:
    """ARNs of all functions that it may run."""
    if isinstance(origin, CustomDomain):
        return frozenset().union(*(function_arns(m.api) for m in origin.mappings))
    if isinstance(origin, FunctionUrl):
        return frozenset({origin.function_arn})
    return frozenset(route.function_arn for route in origin.routes if route.function_arn)
