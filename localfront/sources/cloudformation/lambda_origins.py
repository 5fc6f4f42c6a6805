"""A template's function URLs and APIs → origins that are Lambda functions.

Source: CloudFormation Template Reference, AWS::Lambda::Url, AWS::ApiGateway::Method, ::Resource, ::Stage,
AWS::ApiGatewayV2::Route, ::Integration, ::Stage; API Gateway Developer Guide, "OpenAPI extensions"
(x-amazon-apigateway-integration).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from localfront.config.code_origin_notices import cors_notices, policy_notices, route_notices
from localfront.config.lambda_origins import Api, ApiRoute, FunctionUrl, LambdaOrigin, function_arns
from localfront.config.notices import Notice
from localfront.origins.aws_names import code_name
from localfront.sources.cloudformation.custom_domains import MAPPINGS, custom_domains
from localfront.sources.cloudformation.function_permissions import PERMISSION, function_permissions
from localfront.sources.cloudformation.identities import StackResource, lambda_arn, ref, url_domain
from localfront.sources.cloudformation.scope import StackScope

FUNCTION_NAME = re.compile(r":lambda:[a-z0-9-]+:\d{12}:function:(?P<name>[\w-]+)")
RUNS = re.compile(r"python3\.\d+|nodejs\d+\.x")
REST, HTTP = "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"
INTEGRATION = "x-amazon-apigateway-integration"
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch"})
ANY_METHOD = "x-amazon-apigateway-any-method"
STREAMED = Notice(
    field="{}: InvokeMode",
    on_aws="lets the function stream its response",
    here="the response is sent when it is complete",
)


@dataclass(frozen=True, slots=True)
class LambdaOriginReader:
    """Reads function URLs and APIs from all stacks. `notices` collects what is not supported."""

    scopes: tuple[StackScope, ...]
    notices: list[Notice]

    def behind(self, domains: Iterable[str]) -> dict[str, LambdaOrigin]:
        """The function URLs and APIs behind these domain names, by `code_name`; no others are read.

        Raises ConfigError.
        """
        wanted = {code_name(name) for name in domains}
        found: dict[str, LambdaOrigin] = {}
        for url in self._all("AWS::Lambda::Url"):
            url_id = url_domain(url).partition(".")[0]
            function_url = self._function_url(url) if url_id in wanted else None
            if function_url is not None:
                found[url_id] = function_url
        for api in self._all(REST, HTTP):
            if api.id in wanted:
                read = self._api(api)
                if function_arns(read):
                    found[api.id] = read
        found |= custom_domains(self._all(*MAPPINGS), wanted, self._api_of_id)
        permissions = function_permissions(self._all(PERMISSION), self._function)
        found = {name: permissions.judged(origin) for name, origin in found.items()}
        self.notices.extend(permissions.notices(found.values()))
        return found

    def functions(self, origins: Iterable[LambdaOrigin]) -> Iterator[tuple[str, StackResource]]:
        """The functions behind these origins, by the ARN of $LATEST."""
        wanted = {arn for origin in origins for arn in function_arns(origin)}
        for function in self._all("AWS::Lambda::Function"):
            arn = f"{lambda_arn(function)}:$LATEST"
            if arn in wanted:
                yield arn, function

    def _all(self, *types: str) -> Iterator[StackResource]:
        for scope in self.scopes:
            for resource in scope.of_type(*types):
                yield StackResource(scope, resource)

    def _function_url(self, url: StackResource) -> FunctionUrl | None:
        arn = self._function(url.value("TargetFunctionArn"))
        if arn is None:
            return None
        if url.value("InvokeMode") == "RESPONSE_STREAM":
            field = STREAMED.field.format(url.address)
            self.notices.append(Notice(field=field, on_aws=STREAMED.on_aws, here=STREAMED.here))
        self.notices.extend(cors_notices(url.address, url.value("Cors")))
        return FunctionUrl(function_arn=arn, signed_only=url.value("AuthType") == "AWS_IAM")

    def _api(self, api: StackResource) -> Api:
        properties = api.scope.properties(api.resource)
        is_http = api.resource.type == HTTP
        self.notices.extend(cors_notices(api.address, properties.get("CorsConfiguration")))
        self.notices.extend(policy_notices(api.address, properties.get("Policy")))
        self.notices.extend(
            route_notices(
                api.address,
                authorization=properties.get("DefaultAuthorizer"),
                needs_key=properties.get("ApiKeyRequired"),
            )
        )
        own = self._http_routes(api) if is_http else self._rest_routes(api)
        target = self._function(properties.get("Target")) if is_http else None
        quick = [ApiRoute(method="ANY", path=None, function_arn=target, payload_format="2.0")]
        return Api(
            id=api.id,
            is_http=is_http,
            routes=(
                *own,
                *self._described(properties.get("Body"), api.address),
                *(quick if target else ()),
            ),
            stages=dict(self._stages(api)),
            binary_media_types=tuple(map(str, properties.get("BinaryMediaTypes") or ())),
        )

    def _api_of_id(self, api_id: str) -> Api | None:
        return next((self._api(api) for api in self._all(REST, HTTP) if api.id == api_id), None)

    def _http_routes(self, api: StackResource) -> Iterator[ApiRoute]:
        integrations = {
            str(ref(i.scope, i.resource)): i.scope.properties(i.resource)
            for i in self._all("AWS::ApiGatewayV2::Integration")
        }
        for route in self._all("AWS::ApiGatewayV2::Route"):
            if route.value("ApiId") != api.id:
                continue
            key, target = route.value("RouteKey") or "", route.value("Target") or ""
            integration = integrations.get(target.removeprefix("integrations/"), {})
            self._note_access(route)
            yield self._route(
                key,
                integration.get("IntegrationUri"),
                str(integration.get("PayloadFormatVersion") or "1.0"),
                has_role=bool(integration.get("CredentialsArn")),
            )

    def _note_access(self, route: StackResource) -> None:
        properties = route.scope.properties(route.resource)
        self.notices.extend(
            route_notices(
                route.address,
                authorization=properties.get("AuthorizationType"),
                needs_key=properties.get("ApiKeyRequired"),
            )
        )

    def _route(self, key: str, uri: Any, payload_format: str, *, has_role: bool) -> ApiRoute:
        """A route of an HTTP API. `key` is `GET /path` or `$default`."""
        method, _, path = key.partition(" ")
        return ApiRoute(
            method=method.upper() if path else "ANY",
            path=path or None,
            function_arn=self._function(uri),
            payload_format=payload_format,
            has_role=has_role,
        )

    def _rest_routes(self, api: StackResource) -> Iterator[ApiRoute]:
        paths = dict(self._paths(api))
        for method in self._all("AWS::ApiGateway::Method"):
            if method.value("RestApiId") != api.id:
                continue
            properties = method.scope.properties(method.resource)
            self._note_access(method)
            path = properties.get("Path") or paths.get(str(properties.get("ResourceId")))
            integration = properties.get("Integration")
            integration = integration if isinstance(integration, Mapping) else {}
            proxied = integration.get("Type") == "AWS_PROXY"
            if path:
                yield ApiRoute(
                    method=str(properties.get("HttpMethod")).upper(),
                    path=str(path),
                    function_arn=self._function(integration.get("Uri")) if proxied else None,
                    has_role=bool(integration.get("Credentials")),
                )

    def _paths(self, api: StackResource) -> Iterator[tuple[str, str]]:
        """The resource paths of a REST API, by resource id."""
        root = str(api.scope.attribute(api.resource.logical_id, "RootResourceId"))
        parents: dict[str, tuple[str, str]] = {}
        for resource in self._all("AWS::ApiGateway::Resource"):
            if resource.value("RestApiId") == api.id:
                own = str(ref(resource.scope, resource.resource))
                parents[own] = (resource.value("ParentId") or "", resource.value("PathPart") or "")
        yield root, "/"
        for own in parents:
            parts: list[str] = []
            at = own
            while at in parents and len(parts) <= len(parents):
                at, part = parents[at]
                parts.insert(0, part)
            if at == root:
                yield own, "/" + "/".join(parts)

    def _described(self, body: Any, place: str) -> Iterator[ApiRoute]:
        """The routes of an OpenAPI definition. `place` names it in notices."""
        paths = body.get("paths") if isinstance(body, Mapping) else None
        for path, methods in (paths if isinstance(paths, Mapping) else {}).items():
            for name, operation in (methods if isinstance(methods, Mapping) else {}).items():
                integration = operation.get(INTEGRATION) if isinstance(operation, Mapping) else None
                if not isinstance(integration, Mapping) or name not in {*METHODS, ANY_METHOD}:
                    continue
                if operation.get("security") or body.get("security"):
                    at = f"{place}: {str(name).upper()} {path}"
                    self.notices.extend(route_notices(at, authorization="security"))
                proxied = str(integration.get("type")).lower() == "aws_proxy"
                yield ApiRoute(
                    method="ANY" if name == ANY_METHOD else str(name).upper(),
                    path=None if path == "/$default" else str(path),
                    function_arn=self._function(integration.get("uri")) if proxied else None,
                    payload_format=str(integration.get("payloadFormatVersion") or "1.0"),
                    has_role=bool(integration.get("credentials")),
                )

    def _stages(self, api: StackResource) -> Iterator[tuple[str, Mapping[str, str]]]:
        kinds = (
            "AWS::ApiGateway::Deployment",
            "AWS::ApiGateway::Stage",
            "AWS::ApiGatewayV2::Stage",
        )
        for stage in self._all(*kinds):
            if api.id in (stage.value("RestApiId"), stage.value("ApiId")) and stage.value(
                "StageName"
            ):
                properties = stage.scope.properties(stage.resource)
                variables = properties.get("Variables") or properties.get("StageVariables") or {}
                yield str(stage.value("StageName")), {k: str(v) for k, v in variables.items()}

    def _function(self, written: Any) -> str | None:
        """The $LATEST ARN of the function that a value names: by name, ARN, or an invocation URI.

        None if no stack defines the function or no worker can run it; the origin then needs an
        override.
        """
        match = FUNCTION_NAME.search(str(written))
        name = match["name"] if match else str(written)
        for function in self._all("AWS::Lambda::Function"):
            if function.physical_name == name and RUNS.fullmatch(function.value("Runtime") or ""):
                return f"{lambda_arn(function)}:$LATEST"
        return None
