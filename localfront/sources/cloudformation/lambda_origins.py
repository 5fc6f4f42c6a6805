"""Function URLs and APIs of a template → origins that their functions answer for.

Source: CloudFormation Template Reference, AWS::Lambda::Url, AWS::ApiGateway::Resource, ::Method and ::Stage,
AWS::ApiGatewayV2::Route, ::Integration and ::Stage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from localfront.config.lambda_origins import (
    DEFAULT_STAGE,
    Api,
    FunctionUrl,
    LambdaOrigin,
    Route,
    function_arns,
)
from localfront.sources.cloudformation.identities import Named, lambda_arn, ref, url_domain
from localfront.sources.cloudformation.sam_apis import SAM_ROUTE
from localfront.sources.cloudformation.scope import StackScope

FUNCTION_ARN = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:(?P<name>[\w-]+)")
LATEST = "$LATEST"


def lambda_origins(scopes: Iterable[StackScope], domains: Iterable[str]) -> dict[str, LambdaOrigin]:
    """By id, those that one of these domain names has at its beginning. Raises ConfigError."""
    reader = _Reader([*scopes])
    wanted = {name.partition(".")[0] for name in domains}
    found: dict[str, LambdaOrigin] = {}
    for thing in reader.all("AWS::Lambda::Url"):
        url_id = url_domain(thing).partition(".")[0]
        arn = reader.function(thing.value("TargetFunctionArn")) if url_id in wanted else None
        if arn is not None:
            signed = thing.value("AuthType") == "AWS_IAM"
            found[url_id] = FunctionUrl(function_arn=arn, signed_only=signed)
    for thing in reader.all("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"):
        if thing.id in wanted:
            api = reader.api(thing)
            if function_arns(api):
                found[thing.id] = api
    return found


def ordinary_functions(
    scopes: Iterable[StackScope], origins: Iterable[LambdaOrigin]
) -> Iterator[tuple[str, Named]]:
    """The functions behind these, by the ARN of $LATEST."""
    wanted = {arn for origin in origins for arn in function_arns(origin)}
    for thing in _Reader([*scopes]).all("AWS::Lambda::Function"):
        arn = f"{lambda_arn(thing)}:{LATEST}"
        if arn in wanted:
            yield arn, thing


@dataclass(frozen=True, slots=True)
class _Reader:
    scopes: list[StackScope]

    def all(self, *types: str) -> Iterator[Named]:
        for scope in self.scopes:
            for resource in scope.of_type(*types):
                yield Named(scope, resource)

    def function(self, named: Any) -> str | None:
        """The ARN of the function in a name, an ARN or an invocation URI."""
        match = FUNCTION_ARN.search(str(named or ""))
        name = match["name"] if match else str(named)
        for thing in self.all("AWS::Lambda::Function"):
            if thing.physical_name == name:
                return f"{lambda_arn(thing)}:{LATEST}"
        return None

    def api(self, api: Named) -> Api:
        is_http = api.resource.type == "AWS::ApiGatewayV2::Api"
        routes = self._http_routes(api) if is_http else self._rest_routes(api)
        media = _properties(api).get("BinaryMediaTypes") or ()
        return Api(
            id=api.id,
            is_http=is_http,
            routes=(*routes, *self._sam_routes(api, is_http)),
            stages=dict(self._stages(api)),
            binary_media_types=tuple(str(kind).replace("~1", "/") for kind in media),
        )

    def _of(self, api: Named, *types: str) -> Iterator[tuple[Named, Mapping[str, Any]]]:
        """The resources of an API, with their properties."""
        for thing in self.all(*types):
            properties = _properties(thing)
            if api.id in (properties.get("RestApiId"), properties.get("ApiId")):
                yield thing, properties

    def _stages(self, api: Named) -> Iterator[tuple[str, Mapping[str, str]]]:
        kinds = (
            "AWS::ApiGateway::Deployment",
            "AWS::ApiGateway::Stage",
            "AWS::ApiGatewayV2::Stage",
        )
        for _, properties in self._of(api, *kinds):
            variables = properties.get("Variables") or properties.get("StageVariables") or {}
            if properties.get("StageName"):
                yield str(properties["StageName"]), {k: str(v) for k, v in variables.items()}

    def _http_routes(self, api: Named) -> Iterator[Route]:
        integrations = {
            str(ref(thing.scope, thing.resource)): properties
            for thing, properties in self._of(api, "AWS::ApiGatewayV2::Integration")
        }
        for _, properties in self._of(api, "AWS::ApiGatewayV2::Route"):
            target = str(properties.get("Target") or "").rpartition("/")[2]
            integration = integrations.get(target) or {}
            key = str(properties.get("RouteKey"))
            method, _, path = key.partition(" ")
            yield Route(
                method="ANY" if key == DEFAULT_STAGE else method,
                path=None if key == DEFAULT_STAGE else path,
                function_arn=self._proxied(
                    integration.get("IntegrationType"), integration.get("IntegrationUri")
                ),
                payload_format=str(integration.get("PayloadFormatVersion") or "1.0"),
            )

    def _rest_routes(self, api: Named) -> Iterator[Route]:
        parts = {
            str(ref(thing.scope, thing.resource)): properties
            for thing, properties in self._of(api, "AWS::ApiGateway::Resource")
        }
        for _, properties in self._of(api, "AWS::ApiGateway::Method"):
            integration = properties.get("Integration") or {}
            yield Route(
                method=str(properties.get("HttpMethod")),
                path=_path(parts, str(properties.get("ResourceId"))),
                function_arn=self._proxied(integration.get("Type"), integration.get("Uri")),
            )

    def _sam_routes(self, api: Named, is_http: bool) -> Iterator[Route]:
        for _, properties in self._of(api, SAM_ROUTE):
            path = properties.get("Path")
            yield Route(
                method=str(properties.get("Method") or "ANY").upper().replace("*", "ANY"),
                path=str(path) if path else None,
                function_arn=self.function(properties.get("Function")),
                payload_format=str(properties.get("PayloadFormatVersion") or "2.0")
                if is_http
                else "1.0",
            )

    def _proxied(self, kind: Any, uri: Any) -> str | None:
        return self.function(uri) if kind == "AWS_PROXY" else None


def _properties(thing: Named) -> Mapping[str, Any]:
    return thing.scope.properties(thing.resource)


def _path(parts: Mapping[str, Mapping[str, Any]], resource_id: str) -> str:
    """From the root, which is no resource of the template's."""
    found = parts.get(resource_id)
    if found is None:
        return "/"
    above = _path(parts, str(found.get("ParentId"))).rstrip("/")
    return f"{above}/{found.get('PathPart')}"
