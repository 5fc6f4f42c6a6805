"""SAM's APIs, those that it makes by itself for functions' events too → APIs and stages.

Source: AWS SAM Developer Guide, "Generated CloudFormation resources": AWS::Serverless::Api,
AWS::Serverless::HttpApi, and the implicit ServerlessRestApi and ServerlessHttpApi.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from localfront.sources.description import Raw

Resources = Iterator[tuple[str, dict[str, Any]]]
DEFAULT_STAGE = "$default"
SAM_ROUTE = "localfront::ServerlessEvent"  # which CloudFormation has no type for
IMPLICIT = {"Api": ("ServerlessRestApi", "RestApiId"), "HttpApi": ("ServerlessHttpApi", "ApiId")}


def rest_api(logical_id: str, properties: Mapping[str, Any]) -> Resources:
    stage = properties.get("StageName") or "Prod"
    own = {k: v for k, v in properties.items() if k in ("Name", "Description", "DefinitionBody")}
    yield logical_id, {"Type": "AWS::ApiGateway::RestApi", "Properties": own}
    staged = {
        "Type": "AWS::ApiGateway::Stage",
        "Properties": {"RestApiId": {"Ref": logical_id}, "StageName": stage},
    }
    yield f"{logical_id}.Stage", staged
    if isinstance(stage, str):
        yield f"{logical_id}{stage}Stage", staged


def http_api(logical_id: str, properties: Mapping[str, Any]) -> Resources:
    stage = properties.get("StageName") or DEFAULT_STAGE
    own = {"Name": properties.get("Name"), "ProtocolType": "HTTP"}
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


def implicit_apis(resources: Raw, shared: Raw) -> Resources:
    """Those of functions whose events name no API."""
    kinds = {kind for raw in resources.values() for kind in _events_without_an_api(raw)}
    for kind in sorted(kinds):
        logical_id, _ = IMPLICIT[kind]
        settings = shared.get(kind)
        properties = dict(settings) if isinstance(settings, Mapping) else {}
        make = rest_api if kind == "Api" else http_api
        yield from make(logical_id, {"Name": logical_id, **properties})


def routes(logical_id: str, events: Any) -> Resources:
    """What each event of a function at an API makes a route of. HttpApi without a path is the default
    route; its payload format is 2.0 where nothing else is written.
    """
    for name, event in (events if isinstance(events, Mapping) else {}).items():
        if not isinstance(event, Mapping) or event.get("Type") not in IMPLICIT:
            continue
        implicit, reference = IMPLICIT[str(event["Type"])]
        written = event.get("Properties") or {}
        api = written.get(reference) or implicit
        properties = {
            "ApiId": {"Ref": api} if isinstance(api, str) else api,
            "Function": {"Fn::GetAtt": [logical_id, "Arn"]},
            "Method": written.get("Method"),
            "Path": written.get("Path"),
            "PayloadFormatVersion": written.get("PayloadFormatVersion"),
        }
        yield f"{logical_id}{name}Event", {"Type": SAM_ROUTE, "Properties": properties}


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
