"""The `origin` of origin events, and a function's changes to it.

Unchanged fields are not validated again. Unknown fields are ignored.

Source: CloudFront Developer Guide, "Lambda@Edge event structure" (LE-031 to LE-041), "Add custom
headers to origin requests", "Restrict access to an Amazon S3 origin".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from localfront.config.distribution import Origin
from localfront.http_messages.messages import Headers, Request
from localfront.lambda_edge.contract.header_fields import (
    header_lines,
    merged,
    shown_headers,
)
from localfront.lambda_edge.contract.limits import is_disallowed
from localfront.lambda_edge.contract.origin_rules import (
    CUSTOM,
    S3,
    FieldRule,
    is_custom_header,
)
from localfront.lambda_edge.contract.result import Result, listed, named, quoted
from localfront.origins.aws_names import S3_NAME

_OAI = "origin-access-identity"
_DEFAULT_READ_TIMEOUT = 30  # seconds; S3's (table D.1 row 14)
_RULES: Mapping[str, Mapping[str, FieldRule]] = {"custom": CUSTOM, "s3": S3}
# Of a custom origin's fields AWS calls only one optional; its samples of S3 origins lack two, and
# the region is required only with an identity (LE-039).
_REQUIRED = {
    "custom": (
        "customHeaders", "domainName", "keepaliveTimeout", "path", "port", "protocol",
        "readTimeout", "sslProtocols",
    ),
    "s3": ("authMethod", "customHeaders", "domainName", "path"),
}  # fmt: skip


def origin_field(origin: Origin, *, viewer_scheme: str) -> dict[str, Any]:
    """The event's `origin` (LE-031): an object with one of `custom` (LE-032) and `s3` (LE-033)."""
    common = {
        "customHeaders": shown_headers(Headers(origin.custom_headers)),
        "domainName": origin.domain_name,
        "path": origin.origin_path,
        "readTimeout": origin.read_timeout,
    }
    if origin.response_completion_timeout is not None:
        common["responseCompletionTimeout"] = origin.response_completion_timeout
    if origin.is_s3:
        # LE-039: origin access control has no name here.
        has_identity = bool(origin.origin_access_identity)
        access = {
            "authMethod": _OAI if has_identity else "none",
            "region": _region(origin.domain_name) if has_identity else "",
        }
        return {"s3": common | access}
    protocol = _protocol(origin, viewer_scheme)
    connection = {
        "keepaliveTimeout": origin.keepalive_timeout,
        "port": origin.https_port if protocol == "https" else origin.http_port,
        "protocol": protocol,
        "sslProtocols": list(origin.ssl_protocols),
    }
    return {"custom": common | connection}


def read_origin(result: Result[Origin]) -> Origin:
    """The origin after a function; the same object if `origin` is unchanged.

    Raises EdgeValidationError (LE-031 to LE-039).
    """
    origin, returned = result.original, result.returned
    if returned == result.sent:
        return origin
    kinds = [kind for kind in _RULES if isinstance(returned, dict) and kind in returned]
    if not isinstance(returned, dict) or len(kinds) != 1:
        problem = listed(kinds) if kinds else named(returned)
        result.fail("LE-031", f"`origin` is {problem}", "Return either `custom` or `s3` in it.")
    (kind,) = kinds
    # If the function changed the kind, the event has no origin to compare with.
    base = origin if kind in result.sent else _swapped(origin, is_s3=kind == "s3")
    fields = result.field(kind, base)
    if not isinstance(fields.returned, dict):
        result.fail("LE-031", f"`{kind}` is {named(fields.returned)}", "Return an object.")
    fields.require(_REQUIRED[kind], wanted=f"a whole `{kind}` origin")
    _refuse_values(fields, kind)
    changed = _with_common_fields(fields)
    read_rest = _with_access if kind == "s3" else _with_connection
    changed = read_rest(fields, changed)
    return origin if changed == origin else changed


def refuse_headers_twice(
    result: Result[Request], request: Request, *, before: Origin, after: Origin
) -> None:
    """Refuse a header that is now both the request's and a custom header of the origin (LE-038)."""
    were = {name.lower() for name, _ in before.custom_headers} & set(result.sent["headers"])
    own = {name.lower() for name, _ in after.custom_headers}
    twice = sorted((own & request.headers.names()) - were)
    if twice:
        result.fail(
            "LE-038",
            f"header {twice[0]!r} is in `headers` and in `customHeaders`",
            "Remove it from one of them.",
        )


def _refuse_values(fields: Result[Origin], kind: str) -> None:
    returned, sent = fields.returned, fields.sent
    for name, rule in _RULES[kind].items():
        if name not in returned:
            continue
        left_alone = name in sent and _is_same(returned[name], sent[name])
        if not left_alone and not rule.holds(returned[name], fields.profile):
            fields.fail(
                rule.id,
                f"`{name}` of the {kind} origin is {quoted(returned[name])}",
                f"It must be {rule.form(fields.profile)}.",
            )
    whole, first = _timeouts(returned)
    if whole and whole < first and (whole, first) != _timeouts(sent):
        fields.fail(
            "LE-037",
            f"`responseCompletionTimeout` is {whole}, below `readTimeout` ({first})",
            "Raise it, or set it to 0.",
        )


def _timeouts(fields: Mapping[str, Any]) -> tuple[int, int]:
    return (
        fields.get("responseCompletionTimeout", 0),
        fields.get("readTimeout", _DEFAULT_READ_TIMEOUT),
    )


def _swapped(origin: Origin, *, is_s3: bool) -> Origin:
    """An origin of the other kind, which keeps only settings that are not in events."""
    return Origin(
        id=origin.id,
        domain_name=origin.domain_name,
        is_s3=is_s3,
        connection_attempts=origin.connection_attempts,
        connection_timeout=origin.connection_timeout,
    )


def _with_common_fields(fields: Result[Origin]) -> Origin:
    base, returned = fields.original, fields.returned
    moved = returned["domainName"] != base.domain_name
    return replace(
        base,
        domain_name=returned["domainName"],
        origin_path=returned["path"],
        custom_headers=_custom_headers(fields),
        read_timeout=returned.get("readTimeout", _DEFAULT_READ_TIMEOUT),
        # LE-037: 0, or omitting it, removes the limit.
        response_completion_timeout=returned.get("responseCompletionTimeout") or None,
        # LE-040: access control is not carried over to another origin.
        origin_access_control=None if moved else base.origin_access_control,
    )


def _custom_headers(fields: Result[Origin]) -> tuple[tuple[str, str], ...]:
    headers = fields.field("customHeaders", Headers(fields.original.custom_headers))
    read = header_lines(headers, "customHeaders")
    for name, lines in read.items():
        is_new = name not in headers.sent and lines
        if is_new and (is_disallowed(name) or not is_custom_header(name)):
            fields.fail(
                "LE-038",
                f"`customHeaders` has {name!r}, which can't be set for an origin",
                "Remove it.",
            )
    return merged(headers, read).lines


def _with_access(fields: Result[Origin], origin: Origin) -> Origin:
    if fields.returned["authMethod"] == "none":
        return replace(origin, origin_access_identity=None)
    if fields.sent.get("authMethod") != _OAI:
        fields.fail(
            "LE-039",
            "`authMethod` is 'origin-access-identity', and the configured origin has none",
            'Use "none".',
        )
    if not fields.returned.get("region"):
        fields.fail("LE-039", "`region` is missing", "Name the bucket's region.")
    return origin


def _with_connection(fields: Result[Origin], origin: Origin) -> Origin:
    returned, sent = fields.returned, fields.sent
    origin = replace(
        origin,
        keepalive_timeout=returned["keepaliveTimeout"],
        ssl_protocols=tuple(returned["sslProtocols"]),
    )
    protocol, port = returned["protocol"], returned["port"]
    if (protocol, port) == (sent.get("protocol"), sent.get("port")):
        return origin
    if protocol == "https":
        return replace(origin, protocol_policy="https-only", https_port=port)
    return replace(origin, protocol_policy="http-only", http_port=port)


def _protocol(origin: Origin, viewer_scheme: str) -> str:
    match origin.protocol_policy:
        case "http-only":
            return "http"
        case "https-only":
            return "https"
        case _:
            return viewer_scheme


def _region(domain_name: str) -> str:
    match = S3_NAME.fullmatch(domain_name)
    return (match and match["region"]) or "us-east-1"


def _is_same(value: object, sent: object) -> bool:
    """Whether values are equal as JSON, where true is not 1."""
    return type(value) is type(sent) and value == sent
