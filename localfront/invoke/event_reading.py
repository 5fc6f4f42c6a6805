"""Parse a Lambda@Edge event, such as a fixture, into the messages it contains.

An event that cannot occur on AWS is refused, naming the wrong field.

Source: CloudFront Developer Guide, "Lambda@Edge event structure" (LE-001 to LE-033).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from localfront.config.distribution import Origin
from localfront.errors import ConfigError
from localfront.http_messages.messages import Headers, Request, Response
from localfront.lambda_edge.contract.limits import EventType

ORIGIN_EVENTS = (EventType.ORIGIN_REQUEST, EventType.ORIGIN_RESPONSE)
RESPONSE_EVENTS = (EventType.ORIGIN_RESPONSE, EventType.VIEWER_RESPONSE)

# In addition to the common ones (LE-032, LE-033).
_ORIGIN_FIELDS: Mapping[str, Mapping[str, type]] = {
    "custom": {
        "keepaliveTimeout": int,
        "port": int,
        "protocol": str,
        "readTimeout": int,
        "sslProtocols": list,
    },
    "s3": {"authMethod": str},
}
_KINDS = {
    bool: "true or false",
    dict: "an object",
    int: "a number",
    list: "a list",
    str: "a string",
}

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEvent:
    """A parsed event. `origin` is None at viewer events, `response` at request events."""

    event_type: EventType
    request: Request
    origin: Origin | None
    response: Response | None


def read_event(event: Mapping[str, Any]) -> ReadEvent:
    """Parse an event. Raises ConfigError naming the field that is missing or wrong."""
    if not isinstance(event, Mapping):
        raise ConfigError("The event is not a JSON object.")
    records = event.get("Records")
    if not isinstance(records, list) or len(records) != 1:
        _wrong("Records", "is a list with one record")
    cf = _field(_object(records[0], "Records[0]"), "cf", dict, "Records[0]")
    event_type = _event_type(cf)
    request = _field(cf, "request", dict, "cf")
    return ReadEvent(
        event_type=event_type,
        request=_read_request(request),
        origin=_read_origin(request) if event_type in ORIGIN_EVENTS else None,
        response=_read_response(cf) if event_type in RESPONSE_EVENTS else None,
    )


def _event_type(cf: Mapping[str, Any]) -> EventType:
    config = _field(cf, "config", dict, "cf")
    for name in ("distributionDomainName", "distributionId", "requestId"):
        _field(config, name, str, "cf.config")
    event_type = _field(config, "eventType", str, "cf.config")
    try:
        return EventType(event_type)
    except ValueError:
        _wrong("cf.config.eventType", f"is one of {', '.join(EventType)}")


def _read_request(request: Mapping[str, Any]) -> Request:
    where = "cf.request"
    uri = _field(request, "uri", str, where)
    if not uri.startswith("/"):
        _wrong("cf.request.uri", "starts with `/`")
    if "body" in request:
        body = _field(request, "body", dict, where)
        _field(body, "inputTruncated", bool, f"{where}.body")
    return Request(
        method=_field(request, "method", str, where),
        uri=uri,
        querystring=_field(request, "querystring", str, where),
        headers=_read_headers(request, "headers", where),
        client_ip=_field(request, "clientIp", str, where),
    )


def _read_response(cf: Mapping[str, Any]) -> Response:
    response = _field(cf, "response", dict, "cf")
    status = _field(response, "status", str, "cf.response")
    if not (status.isascii() and status.isdecimal() and len(status) == 3):
        _wrong("cf.response.status", 'is a string of three digits such as "200"')
    return Response(
        status=int(status),
        reason=_field(response, "statusDescription", str, "cf.response"),
        headers=_read_headers(response, "headers", "cf.response"),
    )


def _read_origin(request: Mapping[str, Any]) -> Origin:
    origin = _field(request, "origin", dict, "cf.request")
    kinds = [kind for kind in ("custom", "s3") if kind in origin]
    if len(kinds) != 1:
        _wrong("cf.request.origin", "has one of `custom` and `s3` (LE-031)")
    (kind,) = kinds
    where = f"cf.request.origin.{kind}"
    fields = _field(origin, kind, dict, "cf.request.origin")
    for name, value_kind in _ORIGIN_FIELDS[kind].items():
        _field(fields, name, value_kind, where)
    return Origin(
        id="origin",
        domain_name=_field(fields, "domainName", str, where),
        origin_path=_field(fields, "path", str, where),
        custom_headers=_read_headers(fields, "customHeaders", where).lines,
        is_s3=kind == "s3",
        origin_access_identity=_identity(fields),
    )


def _identity(fields: Mapping[str, Any]) -> str | None:
    """The access identity: the event says that there is one, but not which (LE-039)."""
    return "unknown" if fields.get("authMethod") == "origin-access-identity" else None


def _read_headers(fields: Mapping[str, Any], name: str, where: str) -> Headers:
    lines: list[tuple[str, str]] = []
    for header, entries in _field(fields, name, dict, where).items():
        path = f"{where}.{name}[{header!r}]"
        if header != header.lower():
            _wrong(path, f"is in lower case as {header.lower()!r} (LE-010)")
        if not isinstance(entries, list):
            _wrong(path, 'is a list of {"key": ..., "value": ...} (LE-010)')
        for entry in entries:
            line = _object(entry, path)
            key = _field(line, "key", str, path)
            if key.lower() != header:
                _wrong(f"{path}.key", "is the same name, in any case (LE-010)")
            lines.append((key, _field(line, "value", str, path)))
    return Headers.of(lines)


def _object(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        _wrong(where, "is an object")
    return value


def _field(fields: Mapping[str, Any], name: str, kind: type[Value], where: str) -> Value:
    value = fields.get(name)
    if not isinstance(value, kind):
        _wrong(f"{where}.{name}", f"is {_KINDS[kind]}")
    return value


def _wrong(where: str, real: str) -> NoReturn:
    raise ConfigError(
        f"The event is not as Lambda@Edge sends it: on AWS, {where} {real}. "
        "`localfront invoke --save FILE` writes a complete one."
    )
