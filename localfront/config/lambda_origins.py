"""Origins that are code: function URLs, and APIs whose routes lead to Lambda functions.

They are identified by `code_name`: the id of the URL or API, without its region, or a custom domain
name.

Sources: Lambda API Reference, FunctionUrlConfig; API Gateway V2 API Reference, Route, Integration,
Stage and ApiMapping; API Gateway API Reference, Resource, Method, Stage and BasePathMapping.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_STAGE = "$default"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionUrl:
    """A function URL. `signed_only` is the auth type AWS_IAM; `function_arn` is the function's.

    `permitted`: the function's policy allows everybody to invoke it, or CloudFront for AWS_IAM.
    """

    function_arn: str
    signed_only: bool = False
    permitted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRoute:
    """A route. `method` is an HTTP method or ANY.

    `path` may contain `{name}` and end in `{name+}`; None is the default route. `function_arn` is
    None if the integration is not a function. `has_role`: the integration has an IAM role to invoke
    it; otherwise the function's policy has to allow API Gateway, which `permitted` says.
    """

    method: str
    path: str | None
    function_arn: str | None
    payload_format: str = "1.0"
    has_role: bool = False
    permitted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A REST API, or an HTTP API (`is_http`).

    `stages` maps names to stage variables; `binary_media_types` are for REST APIs.
    """

    id: str
    is_http: bool
    routes: tuple[ApiRoute, ...]
    stages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    binary_media_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiMapping:
    """An API mapping. `base_path` has no slashes around it; "" matches the rest of the domain.

    Without a `stage` here, the path starts with the stage.
    """

    base_path: str
    api: Api
    stage: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomDomain:
    """A custom domain name of APIs."""

    mappings: tuple[ApiMapping, ...]


LambdaOrigin = FunctionUrl | Api | CustomDomain


def function_arns(origin: LambdaOrigin) -> frozenset[str]:
    """The ARNs of all functions that an origin may invoke."""
    if isinstance(origin, CustomDomain):
        return frozenset().union(*(function_arns(m.api) for m in origin.mappings))
    if isinstance(origin, FunctionUrl):
        return frozenset({origin.function_arn})
    return frozenset(route.function_arn for route in origin.routes if route.function_arn)
