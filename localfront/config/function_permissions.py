"""Check that resource-based policies allow API Gateway and CloudFront to invoke functions.

Only the permissions in the same plan or template are known, and only their absence is reported:
conditions on the source and qualifiers are assumed to match. A permission of an unknown function
may be for any function.

Sources: Lambda Developer Guide, "Control access to Lambda function URLs", "Working with resource-based
IAM policies in Lambda"; API Gateway Developer Guide, "Troubleshooting HTTP API Lambda integrations".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from localfront.config.lambda_origins import (
    Api,
    CustomDomain,
    FunctionUrl,
    LambdaOrigin,
    function_arns,
)
from localfront.config.notices import Notice

API_GATEWAY = "apigateway.amazonaws.com"
CLOUDFRONT = "cloudfront.amazonaws.com"
EVERYBODY = "*"
INVOKE = "lambda:InvokeFunction"
INVOKE_URL = "lambda:InvokeFunctionUrl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """A statement of a function's policy; `function` is its name, None if unknown."""

    function: str | None
    principal: str
    action: str

    @classmethod
    def of(cls, function_arn: str | None, *, principal: object, action: object) -> Permission:
        name = _name(function_arn) if function_arn else None
        return cls(function=name, principal=str(principal), action=str(action))


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """All permissions of a plan or template.

    `kind` is their resource type there, for messages. `of_urls`: a function URL with auth type NONE
    gets its permission implicitly.
    """

    kind: str
    all: tuple[Permission, ...]
    of_urls: bool = False

    def permits(self, arn: str, principal: str, action: str) -> bool:
        name = _name(arn)
        return any(
            permission.function in (name, None)
            and permission.principal in (principal, EVERYBODY)
            and permission.action in (action, "lambda:*", "*")
            for permission in self.all
        )

    def judged(self, origin: LambdaOrigin) -> LambdaOrigin:
        """The origin, with `permitted` set by its functions' policies."""
        match origin:
            case FunctionUrl():
                given = self.of_urls and not origin.signed_only
                principal = _principal(origin)
                permitted = given or self.permits(origin.function_arn, principal, INVOKE_URL)
                return replace(origin, permitted=permitted)
            case Api():
                return self._api(origin)
            case CustomDomain():
                mappings = (replace(m, api=self._api(m.api)) for m in origin.mappings)
                return replace(origin, mappings=tuple(mappings))

    def _api(self, api: Api) -> Api:
        routes = (
            replace(
                route,
                permitted=route.has_role
                or route.function_arn is None
                or self.permits(route.function_arn, API_GATEWAY, INVOKE),
            )
            for route in api.routes
        )
        return replace(api, routes=tuple(routes))

    def notices(self, origins: Iterable[LambdaOrigin]) -> Iterator[Notice]:
        """Notices for missing permissions, once for each function and API or URL."""
        for origin in origins:
            if isinstance(origin, FunctionUrl):
                yield from self._of_url(origin)
                continue
            for arn in sorted(function_arns(origin) & _refused(origin)):
                yield Notice(
                    field=f"Function {_name(arn)}",
                    on_aws=f"has no {self.kind} for {API_GATEWAY}, which therefore returns 500",
                    here="its routes return 500 too",
                )

    def _of_url(self, url: FunctionUrl) -> Iterator[Notice]:
        principal, name = _principal(url), _name(url.function_arn)
        if not url.permitted:
            yield Notice(
                field=f"Function {name}",
                on_aws=f"has no {self.kind} of {INVOKE_URL} for {principal!r}, without which its "
                "URL "
                "returns 403",
                here="it returns 403 too",
            )
        elif url.signed_only and not self.permits(url.function_arn, principal, INVOKE):
            yield Notice(
                field=f"Function {name}",
                on_aws=f"has no {self.kind} of {INVOKE} for {principal!r}, which URLs created "
                "since October 2025 need too; without it they return 403",
                here="it is invoked",
            )


def _name(arn: str) -> str:
    return arn.split(":")[6]


def _principal(url: FunctionUrl) -> str:
    return CLOUDFRONT if url.signed_only else EVERYBODY


def _refused(origin: Api | CustomDomain) -> frozenset[str]:
    """The functions that routes are not permitted to invoke."""
    apis = [origin] if isinstance(origin, Api) else [m.api for m in origin.mappings]
    routes = (route for api in apis for route in api.routes if not route.permitted)
    return frozenset(route.function_arn for route in routes if route.function_arn)
