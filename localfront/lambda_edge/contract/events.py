"""Build the events of Lambda@Edge functions from requests and responses.

Header lines and texts are copied unchanged. Whatever a function leaves unchanged is forwarded byte
for byte, as results are compared with the event (LE-018).

Source: CloudFront Developer Guide, "Lambda@Edge event structure".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from json.encoder import encode_basestring_ascii
from typing import Any

from localfront.config.distribution import Origin
from localfront.http_messages.event_text import shown
from localfront.http_messages.messages import Headers, Request, Response
from localfront.http_messages.values import value
from localfront.lambda_edge.contract.body_field import ShownBody, body_field
from localfront.lambda_edge.contract.header_fields import shown_headers
from localfront.lambda_edge.contract.limits import EventType
from localfront.lambda_edge.contract.origin_field import origin_field
from localfront.responses.viewer_responses import reason_phrase

_VIEWER_REQUEST = EventType.VIEWER_REQUEST.value  # an enumeration's `value` takes a while
written_json = json.JSONEncoder(separators=(",", ":")).encode


@value(frozen=True, slots=True, kw_only=True)
class EventConfig:
    """The `config` of all events of one viewer's request (LE-002, LE-003, LE-005).

    `distribution_domain_name` is the name under cloudfront.net, also when the viewer used an
    alias. `request_id` is the id that X-Amz-Cf-Id carries.
    """

    distribution_domain_name: str
    distribution_id: str
    request_id: str


class WrittenEvent(dict[str, Any]):
    """An event with its JSON, which is never changed."""

    __slots__ = ("written",)

    def __init__(self, event: Mapping[str, Any], written: str) -> None:
        super().__init__(event)
        self.written = written


def viewer_request_event(
    request: Request, *, config: EventConfig, body: ShownBody | None = None
) -> dict[str, Any]:
    """The viewer-request event (LE-012).

    `body` is None unless the association includes it (LE-024).
    """
    shown_request = _shown_request(request)
    if body is not None:
        shown_request["body"] = body_field(body)
        return _event(EventType.VIEWER_REQUEST, config, request=shown_request)
    event = _event(EventType.VIEWER_REQUEST, config, request=shown_request)
    return WrittenEvent(event, _viewer_request_in_json(request, config, shown_request))


def origin_request_event(
    request: Request,
    origin: Origin,
    *,
    config: EventConfig,
    body: ShownBody | None = None,
) -> dict[str, Any]:
    """The origin-request event (LE-013).

    `request` has the headers that go to the origin, but neither the origin's path in its `uri` nor
    the origin's own headers: those are in the field `origin`, where functions change them (LE-032).
    """
    shown_request = _origin_side_request(request, origin)
    if body is not None:
        shown_request["body"] = body_field(body)
    return _event(EventType.ORIGIN_REQUEST, config, request=shown_request)


def origin_response_event(
    request: Request, origin: Origin, response: Response, *, config: EventConfig
) -> dict[str, Any]:
    """The origin-response event (LE-014).

    `request` and `origin` are as after origin-request, in the same form.
    """
    return _event(
        EventType.ORIGIN_RESPONSE,
        config,
        request=_origin_side_request(request, origin),
        response=_shown_response(response),
    )


def viewer_response_event(
    request: Request, response: Response, *, config: EventConfig
) -> dict[str, Any]:
    """The viewer-response event (LE-014).

    `request` is the viewer's, after viewer-request.
    """
    return _event(
        EventType.VIEWER_RESPONSE,
        config,
        request=_shown_request(request),
        response=_shown_response(response),
    )


def _event(event: EventType, config: EventConfig, **shown_messages: Any) -> dict[str, Any]:
    shown_config = {
        "distributionDomainName": config.distribution_domain_name,
        "distributionId": config.distribution_id,
        "eventType": event.value,
        "requestId": config.request_id,
    }
    return {"Records": [{"cf": {"config": shown_config, **shown_messages}}]}


def _viewer_request_in_json(
    request: Request, config: EventConfig, shown_request: Mapping[str, str]
) -> str:
    """The JSON of a viewer-request event; the part for its headers is cached."""
    text = encode_basestring_ascii  # of a string, what `written_json` gives
    return (
        '{"Records":[{"cf":{"config":{'
        f'"distributionDomainName":{text(config.distribution_domain_name)},'
        f'"distributionId":{text(config.distribution_id)},'
        f'"eventType":"{_VIEWER_REQUEST}",'
        f'"requestId":{text(config.request_id)}}},"request":{{'
        f'"clientIp":{text(request.client_ip)},'
        f'"headers":{request.headers.once(_headers_in_json)},'
        f'"method":{text(request.method)},'
        f'"querystring":{text(shown_request["querystring"])},'
        f'"uri":{text(shown_request["uri"])}}}}}}}]}}'
    )


def _headers_in_json(headers: Headers) -> str:
    return written_json(headers.once(shown_headers))


def _shown_request(request: Request) -> dict[str, Any]:
    return {
        "clientIp": request.client_ip,
        "headers": request.headers.once(shown_headers),
        "method": request.method,
        "querystring": shown(request.querystring),
        "uri": shown(request.uri),
    }


def _origin_side_request(request: Request, origin: Origin) -> dict[str, Any]:
    shown_request = _shown_request(request)
    shown_request["origin"] = origin_field(origin, viewer_scheme=request.scheme)
    return shown_request


def _shown_response(response: Response) -> dict[str, Any]:
    """The `response` of an event, never with a body (LE-015, LE-016)."""
    return {
        "headers": shown_headers(response.headers),
        "status": str(response.status),
        "statusDescription": shown(response.reason) or reason_phrase(response.status),
    }
