"""Read and validate the origin properties of `updateRequestOrigin` and its siblings.

Source: CloudFront Developer Guide, "Helper methods for origin modification" (FN-022, FN-027).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from localfront.cloudfront_functions.named_fields import refuse
from localfront.config.distribution import Origin
from localfront.http_messages.event_text import is_encodable
from localfront.http_messages.messages import Headers
from localfront.lambda_edge.contract.header_fields import capitalised
from localfront.lambda_edge.contract.limits import is_disallowed
from localfront.lambda_edge.contract.origin_rules import CUSTOM, SSL_PROTOCOLS, is_custom_header
from localfront.lambda_edge.contract.result import listed, named, quoted
from localfront.origins.aws_names import S3_NAME
from localfront.profiles import PROFILE_2026

RULE = "FN-022"
_SIGNING = ("always", "never", "no-override")
_TYPES = ("s3", "mediapackagev2", "mediastore", "lambda")

Given = Mapping[str, Any]


def _whole(least: int, most: int) -> Callable[[object], bool]:
    return lambda value: type(value) is int and least <= value <= most


def _is_host(value: object) -> bool:
    return CUSTOM["domainName"].holds(value, PROFILE_2026)


def _is_names(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= 20
        and all(isinstance(n, str) and _is_host(n.removeprefix("*.")) for n in value)
        and all(len(name) <= 64 for name in value)
    )


def _one_of(*values: object) -> Callable[[object], bool]:
    return lambda value: any(value == v and type(value) is type(v) for v in values)


_OVERRIDES: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "hostHeader": (_is_host, "a host name of at most 253 characters: no address, no port"),
    "sni": (_is_host, "a host name of at most 253 characters: no address, no port"),
    "allowedCertificateNames": (_is_names, "a list of at most 20 names of at most 64 characters"),
}
_PROPERTIES: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "domainName": (_is_host, "a host name of at most 253 characters: no address, no port"),
    "originPath": (
        lambda value: CUSTOM["path"].holds(value, PROFILE_2026),
        "a path that begins with `/` and does not end with it",
    ),
    "customHeaders": (lambda value: isinstance(value, dict), 'an object like {"name": "value"}'),
    "connectionAttempts": (_whole(1, 3), "1, 2 or 3"),
    "originShield": (lambda value: isinstance(value, dict), "an object"),
    "originAccessControlConfig": (lambda value: isinstance(value, dict), "an object"),
    "timeouts": (lambda value: isinstance(value, dict), "an object"),
    "customOriginConfig": (lambda value: isinstance(value, dict), "an object"),
    **_OVERRIDES,
}
_TIMEOUTS = {
    "readTimeout": (_whole(1, 120), "1 to 120"),
    "keepAliveTimeout": (_whole(1, 120), "1 to 120"),
    "connectionTimeout": (_whole(1, 10), "1 to 10"),
    "responseCompletionTimeout": (_whole(1, 3600), "a whole number of seconds"),
}
_ACCESS = {
    "enabled": (_one_of(True, False), "true or false"),
    "signingBehavior": (_one_of(*_SIGNING), f"one of {', '.join(_SIGNING)}"),
    "signingProtocol": (_one_of("sigv4"), '"sigv4"'),
    "originType": (_one_of(*_TYPES), f"one of {', '.join(_TYPES)}"),
}
_CONNECTION = {
    "port": (lambda value: CUSTOM["port"].holds(value, PROFILE_2026), "80, 443, or 1024 to 65535"),
    "protocol": (_one_of("http", "https"), '"http" or "https"'),
    "sslProtocols": (
        lambda value: CUSTOM["sslProtocols"].holds(value, PROFILE_2026),
        f"a list of {', '.join(SSL_PROTOCOLS)}",
    ),
    "ipAddressType": (_one_of("ipv4", "ipv6", "dualstack"), "ipv4, ipv6 or dualstack"),
}
_SHIELD = {
    "enabled": (_one_of(True, False), "true or false"),
    "region": (lambda value: isinstance(value, str), "a Region's code"),
}


def updated(origin: Origin, argument: object, request: Headers) -> Origin:
    """The origin with the properties of `updateRequestOrigin`; others stay as they are.

    `request` are the request's headers after the function. Raises FunctionValidationError.
    """
    fields = _checked(argument, _PROPERTIES, "updateRequestOrigin")
    if origin.is_private:
        refuse(RULE, "updateRequestOrigin() was called for a VPC origin", "Select it by its id.")
    _checked(fields.get("originShield", {}), _SHIELD, "originShield")
    moved = _moved(origin, fields)
    moved = _with_access(moved, fields)
    moved = _with_timeouts(moved, fields)
    if "customHeaders" in fields:
        moved = replace(moved, custom_headers=_headers(fields["customHeaders"], request))
    return overridden(moved, {name: fields[name] for name in _OVERRIDES if name in fields})


def overridden(origin: Origin, argument: object) -> Origin:
    """The origin with `originOverrides`: host header and SNI, for custom origins.

    The origin's certificate is verified against the SNI; of `allowedCertificateNames` only the form
    is checked.
    """
    fields = _checked(argument, _OVERRIDES, "originOverrides")
    if origin.is_s3:
        return origin
    host = fields.get("hostHeader", origin.host_header)
    return replace(origin, host_header=host, sni=fields.get("sni", origin.sni))


def _moved(origin: Origin, fields: Given) -> Origin:
    domain = fields.get("domainName", origin.domain_name)
    is_s3 = S3_NAME.fullmatch(domain) is not None if "domainName" in fields else origin.is_s3
    moved = replace(
        origin,
        domain_name=domain,
        is_s3=is_s3,
        origin_path=fields.get("originPath", origin.origin_path),
        connection_attempts=fields.get("connectionAttempts", origin.connection_attempts),
        host_header=domain if "domainName" in fields else origin.host_header,
    )
    connection = fields.get("customOriginConfig")
    if connection is None or is_s3:
        return moved
    _checked(
        connection, _CONNECTION, "customOriginConfig", needed=("port", "protocol", "sslProtocols")
    )
    is_https = connection["protocol"] == "https"
    return replace(
        moved,
        protocol_policy="https-only" if is_https else "http-only",
        https_port=connection["port"] if is_https else moved.https_port,
        http_port=moved.http_port if is_https else connection["port"],
        ssl_protocols=tuple(connection["sslProtocols"]),
    )


def _with_access(origin: Origin, fields: Given) -> Origin:
    control = fields.get("originAccessControlConfig")
    if control is None:
        return origin
    access = _checked(control, _ACCESS, "originAccessControlConfig", needed=("enabled",))
    if not access["enabled"]:
        return replace(origin, origin_access_control=None, origin_access_identity=None)
    _checked(access, _ACCESS, "originAccessControlConfig", needed=tuple(_ACCESS))
    if (access["originType"] == "s3") is not origin.is_s3:
        refuse(
            RULE,
            f"originType is {access['originType']!r}, and {origin.domain_name} is "
            f"{'a bucket' if origin.is_s3 else 'not a bucket'}",
            "It must match the kind of the new origin.",
        )
    return replace(
        origin, origin_access_control=access["signingBehavior"], origin_access_identity=None
    )


def _with_timeouts(origin: Origin, fields: Given) -> Origin:
    timeouts = _checked(fields.get("timeouts", {}), _TIMEOUTS, "timeouts")
    read = timeouts.get("readTimeout", origin.read_timeout)
    whole = timeouts.get("responseCompletionTimeout", origin.response_completion_timeout)
    if whole is not None and whole < read:
        refuse(
            RULE, f"responseCompletionTimeout is {whole}, below readTimeout ({read})", "Raise it."
        )
    return replace(
        origin,
        read_timeout=read,
        response_completion_timeout=whole,
        keepalive_timeout=timeouts.get("keepAliveTimeout", origin.keepalive_timeout),
        connection_timeout=timeouts.get("connectionTimeout", origin.connection_timeout),
    )


def _headers(given: Given, request: Headers) -> tuple[tuple[str, str], ...]:
    for name, value in given.items():
        if not isinstance(value, str) or not is_encodable(value) or not value.isprintable():
            refuse(RULE, f"the custom header {quoted(name)} is {quoted(value)}", "Use a string.")
        if name != name.lower() or is_disallowed(name) or not is_custom_header(name):
            refuse(RULE, f"the header can't be set for an origin: {quoted(name)}", "Remove it.")
        if name in request:
            refuse(
                RULE, f"header {quoted(name)} is in the request too", "Remove it from one of them."
            )
    return tuple((capitalised(name), value) for name, value in given.items())


def _checked(
    value: object,
    rules: Mapping[str, tuple[Callable[[object], bool], str]],
    title: str,
    *,
    needed: tuple[str, ...] = (),
) -> Given:
    """The object with its known fields validated; unknown ones are ignored."""
    if not isinstance(value, dict):
        refuse(RULE, f"{title} is {named(value)}", "Pass an object.")
    if missing := [name for name in needed if name not in value]:
        refuse(RULE, f"{title} has no {listed(missing)}", "Pass all of its fields.")
    for name, (holds, form) in rules.items():
        if name in value and not holds(value[name]):
            refuse(RULE, f"{name} of {title} is {quoted(value[name])}", f"It must be {form}.")
    return value
