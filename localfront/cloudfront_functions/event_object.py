"""The event object of a CloudFront Function.

Pure: from a request (and a response) to the JSON that the function receives. It contains neither
the request's body nor the response's (FN-002, FN-007).

Source: CloudFront Developer Guide, "CloudFront Functions event structure".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from localfront.cloudfront_functions.named_fields import Value, grouped, shown_fields
from localfront.http_messages.event_text import shown
from localfront.http_messages.messages import Headers, Request, Response
from localfront.lambda_edge.contract.events import EventConfig
from localfront.lambda_edge.contract.limits import EventType, is_disallowed

VERSION = "1.0"
# `cf.edgeLocation`: `name` has the form of X-Amz-Cf-Pop, but is not a real location.
EDGE_LOCATION = {"name": "LOC", "serverIp": "127.0.0.1", "region": "us-east-1"}


# As `JSON.stringify` writes: a request that a function returns as it was has the same text.
_json = json.JSONEncoder(separators=(",", ":")).encode


class FunctionEvent(dict[str, Any]):
    """An event, and the `facts` that helper methods return (FN-023), as JSON.

    `request_text` is its request as JSON, most of it kept with the header lines.
    """

    facts: str
    request_text: str

    def text(self) -> str:
        """The event as JSON."""
        before = _json({name: self[name] for name in ("version", "context", "viewer")})
        after = f',"response":{_json(self["response"])}' if "response" in self else ""
        return f'{before[:-1]},"request":{self.request_text}{after}}}'


def viewer_request_event(request: Request, *, config: EventConfig) -> FunctionEvent:
    """The event at viewer-request (FN-001 to FN-003)."""
    return _event(request, EventType.VIEWER_REQUEST, config)


def viewer_response_event(
    request: Request, response: Response, *, config: EventConfig
) -> FunctionEvent:
    """The event at viewer-response; `request` is the viewer's."""
    event = _event(request, EventType.VIEWER_RESPONSE, config)
    event["response"] = {
        "statusCode": response.status,
        "statusDescription": response.reason or _usual_reason(response.status),
        "headers": _headers(response.headers, but="set-cookie"),
        "cookies": shown_fields(grouped(_set_cookies(response.headers))),
    }
    return event


def _event(request: Request, event: EventType, config: EventConfig) -> FunctionEvent:
    event_object = FunctionEvent(_fields(request, event, config))
    at_request = event is EventType.VIEWER_REQUEST
    event_object.facts = _facts(shown(request.querystring) or None, at_request=at_request)
    event_object.request_text = _request_text(event_object["request"], request.headers)
    return event_object


@lru_cache(maxsize=64)
def _facts(raw: str | None, *, at_request: bool) -> str:
    return _json({"raw": raw, "edge": EDGE_LOCATION if at_request else {}})


def _request_text(shown_as: Mapping[str, Any], headers: Headers) -> str:
    method, uri = _json(shown_as["method"]), _json(shown_as["uri"])
    querystring = _json(shown_as["querystring"]) if shown_as["querystring"] else "{}"
    target = f'"method":{method},"uri":{uri},"querystring":{querystring}'
    return f"{{{target},{headers.once(_header_text)}}}"


def _header_text(headers: Headers) -> str:
    """The fields of a request that follow from its header lines, as JSON."""
    fields = {
        "headers": headers.once(_request_headers),
        "cookies": headers.once(_request_cookies),
    }
    return _json(fields)[1:-1]


def _fields(request: Request, event: EventType, config: EventConfig) -> dict[str, Any]:
    return {
        "version": VERSION,
        "context": {
            "distributionDomainName": config.distribution_domain_name,
            "distributionId": config.distribution_id,
            "eventType": event.value,
            "requestId": config.request_id,
        },
        "viewer": {"ip": request.client_ip},
        "request": {
            "method": request.method,
            "uri": shown(request.uri),
            "querystring": _shown_parameters(request.querystring),
            "headers": request.headers.once(_request_headers),
            "cookies": request.headers.once(_request_cookies),
        },
    }


def _shown_parameters(querystring: str) -> dict[str, Any]:
    return shown_fields(grouped(_parameters(querystring))) if querystring else {}


def _request_headers(headers: Headers) -> dict[str, Any]:
    return _headers(headers, but="cookie")


def _request_cookies(headers: Headers) -> dict[str, Any]:
    return shown_fields(grouped(_cookies(headers)))


def _headers(headers: Headers, *, but: str) -> dict[str, Any]:
    """Headers with lower-case names (FN-005), without hidden ones (LH-001) and cookies."""
    lines = (
        (name.lower(), Value(shown(value)))
        for name, value in headers
        if name.lower() != but and not is_disallowed(name)
    )
    return shown_fields(grouped(lines))


def _parameters(querystring: str) -> Iterator[tuple[str, Value]]:
    """The query string's parameters, not decoded."""
    for part in filter(None, shown(querystring).split("&")):
        name, _, value = part.partition("=")
        yield name, Value(value)


def _cookies(headers: Headers) -> Iterator[tuple[str, Value]]:
    for line in headers.get_all("cookie"):
        for cookie in filter(None, map(str.strip, shown(line).split(";"))):
            name, _, value = cookie.partition("=")
            yield name, Value(value)


def _set_cookies(headers: Headers) -> Iterator[tuple[str, Value]]:
    for line in headers.get_all("set-cookie"):
        pair, _, attributes = shown(line).partition(";")
        name, _, value = pair.partition("=")
        yield name.strip(), Value(value.strip(), attributes.strip() or None)


def _usual_reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
