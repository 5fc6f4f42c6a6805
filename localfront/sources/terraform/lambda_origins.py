"""aws_lambda_function_url, and routes of REST and HTTP APIs → origins that are Lambda functions.

Source: Terraform AWS provider, aws_lambda_function_url, aws_api_gateway_resource, _method, _integration,
_stage, aws_apigatewayv2_api, _route, _integration and _stage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from localfront.config.code_origin_notices import cors_notices, policy_notices, route_notices
from localfront.config.lambda_origins import (
    DEFAULT_STAGE,
    Api,
    ApiRoute,
    FunctionUrl,
    LambdaOrigin,
    function_arns,
)
from localfront.config.notices import Notice
from localfront.origins.aws_names import code_name
from localfront.sources.description import Raw
from localfront.sources.terraform.blocks import Block
from localfront.sources.terraform.custom_domains import custom_domains
from localfront.sources.terraform.function_permissions import function_permissions
from localfront.sources.terraform.links import Links
from localfront.sources.terraform.show import Resource, Show

FUNCTION = "aws_lambda_function"
ALIAS = "aws_lambda_alias"
REST = "aws_api_gateway_rest_api"
HTTP = "aws_apigatewayv2_api"
FUNCTION_ARN = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:(?P<name>[\w-]+)")


def lambda_origins(show: Show, links: Links, domains: Iterable[str]) -> dict[str, LambdaOrigin]:
    """The function URLs and APIs behind these domain names, by `code_name`; no others are read."""
    wanted = {code_name(name) for name in domains}
    reader = _Reader(show=show, links=links)
    found: dict[str, LambdaOrigin] = {}
    for resource in show.of_type("aws_lambda_function_url"):
        url_id = links.identities.of_function_url(resource).partition(".")[0]
        url = reader.function_url(Block.of(resource)) if url_id in wanted else None
        if url is not None:
            found[url_id] = url
    for resource in show.of_type(REST, HTTP):
        api_id = links.identities.id(resource)
        if api_id in wanted:
            api = reader.api(resource, api_id)
            if function_arns(api):
                found[api_id] = api
    found |= custom_domains(show, links, wanted, reader.named_api)
    permissions = function_permissions(show, reader.function)
    found = {name: permissions.judged(origin) for name, origin in found.items()}
    links.notices.extend(permissions.notices(found.values()))
    return found


def ordinary_functions(
    show: Show, links: Links, origins: Iterable[LambdaOrigin]
) -> Iterator[tuple[str, Resource]]:
    """The functions behind these origins, by the ARN of $LATEST."""
    wanted = {arn for origin in origins for arn in function_arns(origin)}
    for resource in show.of_type(FUNCTION):
        arn = _arn(resource, links)
        if arn in wanted:
            yield arn, resource


def _arn(resource: Resource, links: Links) -> str:
    return f"{links.identities.lambda_arn(resource).rpartition(':')[0]}:$LATEST"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    show: Show
    links: Links
    noticed: set[str] = field(default_factory=set)

    def function_url(self, block: Block) -> FunctionUrl | None:
        arn = self.function(block, "function_name")
        if arn is None:
            return None
        where = block.resource.address
        if block.values.get("invoke_mode") == "RESPONSE_STREAM":
            self._notice(
                f"{where}: invoke_mode",
                "lets the function stream its response",
                "the response is sent when it is complete",
            )
        self._note_all(cors_notices(where, block.values.get("cors")))
        return FunctionUrl(
            function_arn=arn, signed_only=block.values.get("authorization_type") == "AWS_IAM"
        )

    def api(self, resource: Resource, api_id: str) -> Api:
        block = Block.of(resource)
        is_http = resource.type == HTTP
        if block.values.get("body") or block.is_unknown("body"):
            self._notice(
                f"{resource.address}: body",
                "describes routes in OpenAPI",
                "they are ignored, and requests to them find no route",
            )
        self._note_all(cors_notices(resource.address, block.values.get("cors_configuration")))
        self._note_all(policy_notices(resource.address, self._has_policy(block, api_id)))
        routes = self._http_routes(api_id) if is_http else self._rest_routes(api_id)
        return Api(
            id=api_id,
            is_http=is_http,
            routes=tuple([*routes, *self._quick(block)]),
            stages=self._stages(api_id),
            binary_media_types=tuple(block.values.get("binary_media_types") or ()),
        )

    def _has_policy(self, block: Block, api_id: str) -> bool:
        policies = self.show.of_type("aws_api_gateway_rest_api_policy")
        named = any(self._api(Block.of(policy), "rest_api_id") == api_id for policy in policies)
        return named or _has(block.resource, "policy")

    def named_api(self, block: Block, key: str) -> Api | None:
        """The API that a field refers to by id, if it is in the plan."""
        api_id = self._api(block, key)
        for resource in self.show.of_type(REST, HTTP):
            if api_id == self.links.identities.id(resource):
                return self.api(resource, api_id)
        return None

    def _quick(self, block: Block) -> Iterator[ApiRoute]:
        """The default route of an HTTP API's `target` (quick create)."""
        if block.resource.type == HTTP and (
            block.values.get("target") or block.is_unknown("target")
        ):
            arn = self.function(block, "target")
            yield ApiRoute(method="ANY", path=None, function_arn=arn, payload_format="2.0")

    def _stages(self, api_id: str) -> dict[str, Mapping[str, str]]:
        found: dict[str, Mapping[str, str]] = {}
        for resource in self.show.of_type("aws_api_gateway_stage", "aws_apigatewayv2_stage"):
            key = "rest_api_id" if resource.type == "aws_api_gateway_stage" else "api_id"
            if self._api(Block.of(resource), key) == api_id:
                name = resource.values.get("stage_name") or resource.values.get("name")
                variables = resource.values.get("variables") or resource.values.get(
                    "stage_variables"
                )
                found[str(name)] = {k: str(v) for k, v in (variables or {}).items()}
        for resource in self.show.of_type("aws_api_gateway_deployment"):
            name = resource.values.get("stage_name")
            if name and self._api(Block.of(resource), "rest_api_id") == api_id:
                found.setdefault(str(name), {})
        for resource in self.show.of_type(HTTP):
            if self.links.identities.id(resource) == api_id and resource.values.get("target"):
                found.setdefault(DEFAULT_STAGE, {})
        return found

    def _http_routes(self, api_id: str) -> Iterator[ApiRoute]:
        for resource in self.show.of_type("aws_apigatewayv2_route"):
            block = Block.of(resource)
            if self._api(block, "api_id") != api_id:
                continue
            self._note_access(block, "authorization_type")
            integration = self._of(block, "target", "aws_apigatewayv2_integration")
            key = str(block.get("route_key"))
            method, _, path = key.partition(" ")
            yield ApiRoute(
                method="ANY" if key == DEFAULT_STAGE else method,
                path=None if key == DEFAULT_STAGE else path,
                function_arn=self._integrated(integration, "integration_type", "integration_uri"),
                payload_format=str(
                    (integration.values if integration else {}).get("payload_format_version")
                    or "1.0"
                ),
                has_role=_has(integration, "credentials_arn"),
            )

    def _rest_routes(self, api_id: str) -> Iterator[ApiRoute]:
        for resource in self.show.of_type("aws_api_gateway_integration"):
            block = Block.of(resource)
            if self._api(block, "rest_api_id") == api_id:
                yield ApiRoute(
                    method=self._method(block),
                    path=self._path(block, "resource_id"),
                    function_arn=self._integrated(resource, "type", "uri"),
                    has_role=_has(resource, "credentials"),
                )
        for resource in self.show.of_type("aws_api_gateway_method"):
            block = Block.of(resource)
            if self._api(block, "rest_api_id") == api_id:
                self._note_access(block, "authorization")

    def _method(self, block: Block) -> str:
        """The HTTP method of an integration, taken from its method, which a plan contains."""
        if not block.is_unknown("http_method"):
            return str(block.get("http_method"))
        methods = self.links.behind(block, "http_method", ["aws_api_gateway_method"])
        return str(methods[0].values.get("http_method")) if len(methods) == 1 else "ANY"

    def _path(self, block: Block, key: str) -> str:
        """The path of a REST API's resource."""
        parent = self._of(block, key, "aws_api_gateway_resource")
        if parent is None:
            return "/"
        above = self._path(Block.of(parent), "parent_id").rstrip("/")
        return f"{above}/{parent.values.get('path_part')}"

    def _integrated(self, integration: Resource | None, kind: str, uri: str) -> str | None:
        if integration is None or integration.values.get(kind) != "AWS_PROXY":
            if integration is not None:
                self._notice(
                    f"{integration.address}: {kind} {integration.values.get(kind)!r}",
                    "is an integration of another kind than a Lambda proxy",
                    "its routes return 500",
                )
            return None
        return self.function(Block.of(integration), uri)

    def _api(self, block: Block, key: str) -> str | None:
        value = block.values.get(key)
        if value:
            return str(value)
        behind = self.links.behind(block, key, [REST, HTTP])
        return self.links.identities.id(behind[0]) if len(behind) == 1 else None

    def _of(self, block: Block, key: str, kind: str) -> Resource | None:
        value = str(block.values.get(key) or "").rpartition("/")[2]
        if not value:
            behind = self.links.behind(block, key, [kind])
            return behind[0] if len(behind) == 1 else None
        return next((r for r in self.show.of_type(kind) if r.values.get("id") == value), None)

    def function(self, block: Block, key: str) -> str | None:
        """The ARN of the function that a field refers to by name, ARN, alias or invocation URI."""
        value = str(block.values.get(key) or "")
        if not value:
            behind = self.links.behind(block, key, [FUNCTION])
            for alias in self.links.behind(block, key, [ALIAS]):
                behind += self.links.behind(Block.of(alias), "function_name", [FUNCTION])
            return _arn(behind[0], self.links) if len(behind) == 1 else None
        match = FUNCTION_ARN.search(value)
        name = match["name"] if match else value
        named = [r for r in self.show.of_type(FUNCTION) if r.values.get("function_name") == name]
        return _arn(named[0], self.links) if len(named) == 1 else None

    def _note_access(self, block: Block, key: str) -> None:
        values = block.values
        self._note_all(
            route_notices(
                block.resource.address,
                authorization=values.get(key),
                needs_key=values.get("api_key_required"),
            )
        )

    def _note_all(self, notices: Iterable[Notice]) -> None:
        for notice in notices:
            self._notice(notice.field, notice.on_aws, notice.here)

    def _notice(self, place: str, on_aws: str, here: str) -> None:
        if place not in self.noticed:
            self.noticed.add(place)
            self.links.notices.append(Notice(field=place, on_aws=on_aws, here=here))


def _has(resource: Resource | None, field: str) -> bool:
    """Whether the field is set, to a known value or not."""
    if resource is None:
        return False
    return bool(resource.values.get(field)) or field in (resource.expressions or {})


def as_ordinary(description: dict[str, Any]) -> Raw:
    """The GetFunction response for $LATEST, made from a version's."""
    configuration = dict(description["Configuration"])
    arn = str(configuration["FunctionArn"]).rpartition(":")[0]
    configuration |= {"FunctionArn": arn, "Version": "$LATEST"}
    return {**description, "Configuration": configuration}
