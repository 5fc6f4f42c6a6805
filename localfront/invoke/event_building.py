"""Build the four events of Lambda@Edge from plain arguments.

Events that cannot occur on AWS are refused, so that no test depends on one. Defaults are constant:
the same arguments give the same event.

Source: CloudFront Developer Guide, "Lambda@Edge event structure" (LE-001 to LE-033).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from localfront.config.distribution import Origin
from localfront.errors import ConfigError
from localfront.http_messages.messages import Headers, Request, Response
from localfront.http_messages.tokens import TOKEN
from localfront.lambda_edge.contract import events
from localfront.lambda_edge.contract.body_field import ShownBody, shown_body
from localfront.lambda_edge.contract.events import EventConfig
from localfront.lambda_edge.contract.limits import (
    WRITABLE_METHODS,
    EventType,
    is_disallowed,
)
from localfront.origins.aws_names import S3_NAME

Event = dict[str, Any]
HeaderValues = Mapping[str, str | Sequence[str]]  # a list stands for repeated lines

EXAMPLE_CONFIG = EventConfig(
    distribution_domain_name="d111111abcdef8.cloudfront.net",
    distribution_id="EDFDVBD6EXAMPLE",
    request_id="localfront-builds-this-event-for-one-function-alone_00==",
)
EXAMPLE_CLIENT_IP = "203.0.113.178"
EXAMPLE_ORIGIN_DOMAIN = "pages.s3.us-east-1.amazonaws.com"
USER_AGENT = "Mozilla/5.0 (localfront)"

_NOT_IN_A_TARGET = re.compile(r"[\x00-\x20\x7f#]")
_NOT_IN_A_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def viewer_request_event(
    *,
    uri: str = "/",
    querystring: str = "",
    method: str | None = None,
    headers: HeaderValues | None = None,
    cookies: Mapping[str, str] | None = None,
    body: str | bytes | None = None,
    client_ip: str = EXAMPLE_CLIENT_IP,
    config: EventConfig = EXAMPLE_CONFIG,
) -> Event:
    """The viewer-request event (LE-012).

    `headers` add to Host and User-Agent, or replace them; `cookies` become one Cookie
    header. With a `body` the event is that of an association which includes it (LE-024), and the
    method is POST unless it is given. Raises ConfigError.
    """
    defaults = {"Host": config.distribution_domain_name, "User-Agent": USER_AGENT}
    request = _request(
        uri=uri,
        querystring=querystring,
        method=method or _method(body),
        lines=_lines(defaults, headers, cookies),
        client_ip=client_ip,
    )
    event_body = _shown(body, request, EventType.VIEWER_REQUEST)
    return events.viewer_request_event(request, config=config, body=event_body)


def origin_request_event(
    *,
    uri: str = "/",
    querystring: str = "",
    method: str | None = None,
    headers: HeaderValues | None = None,
    cookies: Mapping[str, str] | None = None,
    body: str | bytes | None = None,
    origin_domain: str = EXAMPLE_ORIGIN_DOMAIN,
    origin_path: str = "",
    origin_headers: HeaderValues | None = None,
    client_ip: str = EXAMPLE_CLIENT_IP,
    config: EventConfig = EXAMPLE_CONFIG,
) -> Event:
    """The origin-request event, after a cache miss (LE-013).

    `headers` add to those that CloudFront sends by itself (Host, User-Agent, Via,
    X-Forwarded-For), or replace them. `origin_domain` is an S3 origin if it is a bucket's
    name, else a custom one over HTTPS; `origin_headers` are its custom headers. Raises ConfigError.
    """
    request = _request(
        uri=uri,
        querystring=querystring,
        method=method or _method(body),
        lines=_lines(_sent_on(origin_domain, client_ip, config), headers, cookies),
        client_ip=client_ip,
    )
    return events.origin_request_event(
        request,
        _origin(origin_domain, origin_path, origin_headers),
        config=config,
        body=_shown(body, request, EventType.ORIGIN_REQUEST),
    )


def origin_response_event(
    *,
    status: int = 200,
    response_headers: HeaderValues | None = None,
    uri: str = "/",
    querystring: str = "",
    method: str = "GET",
    headers: HeaderValues | None = None,
    cookies: Mapping[str, str] | None = None,
    origin_domain: str = EXAMPLE_ORIGIN_DOMAIN,
    origin_path: str = "",
    origin_headers: HeaderValues | None = None,
    client_ip: str = EXAMPLE_CLIENT_IP,
    config: EventConfig = EXAMPLE_CONFIG,
) -> Event:
    """The origin-response event (LE-014); the request as in `origin_request_event`.

    `response_headers` add to Content-Type (HTML), or replace it. No event shows the
    response's body (LE-016). Raises ConfigError.
    """
    request = _request(
        uri=uri,
        querystring=querystring,
        method=method,
        lines=_lines(_sent_on(origin_domain, client_ip, config), headers, cookies),
        client_ip=client_ip,
    )
    return events.origin_response_event(
        request,
        _origin(origin_domain, origin_path, origin_headers),
        _response(status, response_headers),
        config=config,
    )


def viewer_response_event(
    *,
    status: int = 200,
    response_headers: HeaderValues | None = None,
    uri: str = "/",
    querystring: str = "",
    method: str = "GET",
    headers: HeaderValues | None = None,
    cookies: Mapping[str, str] | None = None,
    client_ip: str = EXAMPLE_CLIENT_IP,
    config: EventConfig = EXAMPLE_CONFIG,
) -> Event:
    """The viewer-response event (LE-014); the request as in `viewer_request_event`.

    `response_headers` add to Content-Type (HTML), or replace it. Raises ConfigError.
    """
    defaults = {"Host": config.distribution_domain_name, "User-Agent": USER_AGENT}
    request = _request(
        uri=uri,
        querystring=querystring,
        method=method,
        lines=_lines(defaults, headers, cookies),
        client_ip=client_ip,
    )
    response = _response(status, response_headers)
    return events.viewer_response_event(request, response, config=config)


_BUILDERS: Mapping[EventType, Callable[..., Event]] = {
    EventType.VIEWER_REQUEST: viewer_request_event,
    EventType.ORIGIN_REQUEST: origin_request_event,
    EventType.ORIGIN_RESPONSE: origin_response_event,
    EventType.VIEWER_RESPONSE: viewer_response_event,
}


def build_event(event_type: EventType, arguments: Mapping[str, Any]) -> Event:
    """The event of a type from its builder's arguments, by name. Raises ConfigError."""
    builder = _BUILDERS[event_type]
    parameters = inspect.signature(builder).parameters
    for name in arguments:
        if name not in parameters:
            raise ConfigError(
                f"{name.replace('_', '-')!r} does not apply to a {event_type} event. It "
                f"can have: {', '.join(parameters).replace('_', '-')}."
            )
    return builder(**arguments)


def _request(*, uri: str, querystring: str, method: str, lines: Headers, client_ip: str) -> Request:
    if not uri.startswith("/"):
        raise ConfigError(f"uri is {uri!r}: it must start with `/` (LE-008).")
    if "?" in uri:
        raise ConfigError(
            f"uri is {uri!r}: pass the part after the `?` as the query string (LE-009)."
        )
    if querystring.startswith("?"):
        raise ConfigError(f"querystring is {querystring!r}: it must not start with `?` (LE-009).")
    for name, value in (("uri", uri), ("querystring", querystring)):
        if bad := _NOT_IN_A_TARGET.search(value):
            raise ConfigError(
                f"{name} is {value!r}, and {bad[0]!r} is not allowed there: percent-encode it."
            )
    if not TOKEN.fullmatch(method):
        raise ConfigError(f"method is {method!r}: use one such as GET.")
    return Request(
        method=method,
        uri=uri,
        querystring=querystring,
        headers=lines,
        client_ip=client_ip,
    )


def _response(status: int, headers: HeaderValues | None) -> Response:
    if not 200 <= status <= 599:
        raise ConfigError(f"status is {status}: use 200 to 599.")
    defaults = {"Content-Type": "text/html; charset=utf-8"}
    return Response(status=status, headers=_lines(defaults, headers, None))


def _origin(domain: str, path: str, headers: HeaderValues | None) -> Origin:
    if not domain:
        raise ConfigError("origin-domain is empty: it must be a host name (LE-034).")
    return Origin(
        id="origin",
        domain_name=domain,
        origin_path=path,
        custom_headers=tuple(_given(headers or {})),
        is_s3=S3_NAME.fullmatch(domain) is not None,
        protocol_policy="https-only",
    )


def _sent_on(origin_domain: str, client_ip: str, config: EventConfig) -> Mapping[str, str]:
    """The headers that CloudFront always sends to an origin (LE-013)."""
    return {
        "X-Forwarded-For": client_ip,
        "User-Agent": "Amazon CloudFront",
        "Via": f"2.0 {config.distribution_domain_name} (CloudFront)",
        "Host": origin_domain,
    }


def _lines(
    defaults: Mapping[str, str],
    headers: HeaderValues | None,
    cookies: Mapping[str, str] | None,
) -> Headers:
    lines = list(_given(headers or {}))
    if cookies:
        pairs = "; ".join(f"{name}={value}" for name, value in cookies.items())
        lines += _given({"Cookie": pairs})
    names = {name.lower() for name, _ in lines}
    added = ((n, value) for n, value in defaults.items() if n.lower() not in names)
    return Headers.of((*added, *lines))


def _given(headers: HeaderValues) -> Iterator[tuple[str, str]]:
    for name, values in headers.items():
        if not TOKEN.fullmatch(name):
            raise ConfigError(f"{name!r} is not a valid header name.")
        if is_disallowed(name):
            raise ConfigError(f"Functions never see the header {name!r} (LH-001): leave it out.")
        for value in (values,) if isinstance(values, str) else values:
            if bad := _NOT_IN_A_VALUE.search(value):
                raise ConfigError(
                    f"The header {name!r} has {bad[0]!r} in its value, which is not allowed in a "
                    "request."
                )
            yield name, value


def _method(body: str | bytes | None) -> str:
    return "GET" if body is None else "POST"


def _shown(body: str | bytes | None, request: Request, event: EventType) -> ShownBody | None:
    if body is None:
        return None
    if request.method not in WRITABLE_METHODS:
        raise ConfigError(
            f"Functions don't get the body of a {request.method} request (LE-030): use "
            f"one of {', '.join(sorted(WRITABLE_METHODS))}."
        )
    data = body.encode() if isinstance(body, str) else body
    return shown_body(data, event=event)
