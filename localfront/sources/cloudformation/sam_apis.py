"""SAM's APIs, including the implicit ones for functions' events → APIs and stages.

Source: AWS SAM Developer Guide, "Generated CloudFormation resources": AWS::Serverless::Api,
AWS::Serverless::HttpApi, and the implicit ServerlessRestApi and ServerlessHttpApi.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from localfront.config.function_permissions import API_GATEWAY, INVOKE
from localfront.sources.description import Raw

Resources = Iterator[tuple[str, dict[str, Any]]]
DEFAULT_STAGE = "$default"
IMPLICIT = {"Api": ("ServerlessRestApi", "RestApiId"), "HttpApi": ("ServerlessHttpApi", "ApiId")}


def rest_api(logical_id: str, properties: Mapping[str, Any]) -> Resources:
    stage = properties.get("StageName") or "Prod"
    own = {k: v for k, v in properties.items() if k in ("Name", "BinaryMediaTypes")}
    own |= _shared_settings(properties)
    own |= {"Body": properties["DefinitionBody"]} if "DefinitionBody" in properties else {}
    yield logical_id, {"Type": "AWS::ApiGateway::RestApi", "Properties": own}
    staged = {
        "Type": "AWS::ApiGateway::Stage",
        "Properties": {"RestApiId": {"Ref": logical_id}, "StageName": stage},
    }
    yield f"{logical_id}.Stage", staged
    if isinstance(stage, str):
        yield f"{logical_id}{stage}Stage", staged
    yield from _custom_domain(logical_id, properties, stage)


def http_api(logical_id: str, properties: Mapping[str, Any]) -> Resources:
    stage = properties.get("StageName") or DEFAULT_STAGE
    own = {"Name": properties.get("Name"), "ProtocolType": "HTTP", **_shared_settings(properties)}
    own |= {"Body": properties["DefinitionBody"]} if "DefinitionBody" in properties else {}
    yield logical_id, {"Type": "AWS::ApiGatewayV2::Api", "Properties": own}
    staged = {
        "Type": "AWS::ApiGatewayV2::Stage",
        "Properties": {"ApiId": {"Ref": logical_id}, "StageName": stage, "AutoDeploy": True},
    }
    yield f"{logical_id}.Stage", staged
    name = "ApiGatewayDefaultStage" if stage == DEFAULT_STAGE else f"{stage}Stage"
    if isinstance(stage, str):
        yield f"{logical_id}{name}", staged
    yield from _custom_domain(logical_id, properties, stage)


def _shared_settings(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a whole API such as authorization and CORS; SAM copies some into each method."""
    auth = properties.get("Auth")
    auth = auth if isinstance(auth, Mapping) else {}
    return {
        "ApiKeyRequired": auth.get("ApiKeyRequired"),
        "CorsConfiguration": properties.get("CorsConfiguration") or properties.get("Cors"),
        "DefaultAuthorizer": auth.get("DefaultAuthorizer"),
        "Policy": auth.get("ResourcePolicy"),
    }


def _auth_of(event: Mapping[str, Any]) -> dict[str, Any]:
    """The authorization of a single route, in the form of methods and routes."""
    auth = event.get("Auth")
    auth = auth if isinstance(auth, Mapping) else {}
    return {
        "ApiKeyRequired": auth.get("ApiKeyRequired"),
        "AuthorizationType": auth.get("Authorizer"),
    }


def routes(logical_id: str, properties: Mapping[str, Any]) -> Resources:
    """The routes of a function's events.

    In a REST API's method, the path stands for the resource id.
    """
    function = {"Fn::GetAtt": [logical_id, "Arn"]}
    events = properties.get("Events")
    for name, event in (events if isinstance(events, Mapping) else {}).items():
        kind, own = event.get("Type"), event.get("Properties") or {}
        if kind not in IMPLICIT:
            continue
        implicit, field = IMPLICIT[kind]
        api = own.get(field) or {"Ref": implicit}
        api = {"Ref": api} if isinstance(api, str) else api
        method, path = str(own.get("Method") or "ANY").upper(), own.get("Path")
        yield f"{logical_id}{name}Permission", permission(logical_id, INVOKE, API_GATEWAY)
        if kind == "Api":
            integration = {"Type": "AWS_PROXY", "Uri": function}
            route = {
                "RestApiId": api,
                "HttpMethod": method,
                "Path": path,
                "Integration": integration,
                **_auth_of(own),
            }
            yield (
                f"{logical_id}{name}Method",
                {"Type": "AWS::ApiGateway::Method", "Properties": route},
            )
            continue
        integration_id = f"{logical_id}{name}Integration"
        integration = {
            "ApiId": api,
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": function,
            "PayloadFormatVersion": own.get("PayloadFormatVersion") or "2.0",
        }
        yield integration_id, {"Type": "AWS::ApiGatewayV2::Integration", "Properties": integration}
        key = {"Fn::Join": [" ", [method, path]]} if path else "$default"
        route = {
            "ApiId": api,
            "RouteKey": key,
            "Target": {"Fn::Join": ["/", ["integrations", {"Ref": integration_id}]]},
            **_auth_of(own),
        }
        yield f"{logical_id}{name}Route", {"Type": "AWS::ApiGatewayV2::Route", "Properties": route}


def permission(logical_id: str, action: str, principal: str) -> dict[str, Any]:
    """A permission to invoke a function; SAM adds one for each event and for a public URL."""
    properties = {"FunctionName": {"Ref": logical_id}, "Action": action, "Principal": principal}
    return {"Type": "AWS::Lambda::Permission", "Properties": properties}


def _custom_domain(logical_id: str, properties: Mapping[str, Any], stage: Any) -> Resources:
    """The mappings of an API's Domain property, which HTTP APIs have, too."""
    domain = properties.get("Domain")
    if not isinstance(domain, Mapping):
        return
    paths = domain.get("BasePath") or [""]
    for place, path in enumerate(paths if isinstance(paths, list) else [paths]):
        mapping = {
            "DomainName": domain.get("DomainName"),
            "RestApiId": {"Ref": logical_id},
            "Stage": stage,
            "BasePath": path,
        }
        resource = {"Type": "AWS::ApiGateway::BasePathMapping", "Properties": mapping}
        yield f"{logical_id}BasePathMapping{place or ''}", resource


def implicit_apis(resources: Raw, shared: Raw) -> Resources:
    """The implicit APIs, for functions whose events name none."""
    kinds = {kind for raw in resources.values() for kind in _events_without_an_api(raw)}
    for kind in sorted(kinds):
        logical_id, _ = IMPLICIT[kind]
        settings = shared.get(kind)
        properties = dict(settings) if isinstance(settings, Mapping) else {}
        make = rest_api if kind == "Api" else http_api
        yield from make(logical_id, {"Name": logical_id, **properties})


def _events_without_an_api(raw: Any) -> Iterator[str]:
    if not isinstance(raw, Mapping) or raw.get("Type") != "AWS::Serverless::Function":
        return
    events = (raw.get("Properties") or {}).get("Events")
    for event in (events if isinstance(events, Mapping) else {}).values():
        if not isinstance(event, Mapping):
            continue
        kind = str(event.get("Type"))
        names = event.get("Properties") or {}
        if kind in IMPLICIT and IMPLICIT[kind][1] not in names:
            yield kind
