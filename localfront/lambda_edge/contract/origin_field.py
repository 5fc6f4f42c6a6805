"""The `origin` of an origin event: where the request goes, and where a function sends it instead.

What a function left as it was shown is not checked again. Fields that AWS does not name are
ignored.

Source: CloudFront Developer Guide, "Lambda@Edge event structure" (LE-031 to LE-041), "Add custom
headers to origin requests", "Restrict access to an Amazon S3 origin".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn

from localfront.config.distribution import Origin
from localfront.http_messages.messages import Headers, Request
from localfront.lambda_edge.contract.header_fields import (
    ShownHeaders,
    header_lines,
    merged,
    shown_headers,
)
from localfront.lambda_edge.contract.limits import EventType, is_disallowed
from localfront.lambda_edge.contract.origin_rules import (
    CUSTOM,
    S3,
    FieldRule,
    is_custom_header,
)
from localfront.lambda_edge.contract.undocumented import refuse_missing
from localfront.lambda_edge.contract.validation import fail, listed, named, told
from localfront.origins.addresses import S3_NAME
from localfront.profiles import Profile

_EVENT = EventType.ORIGIN_REQUEST
_OAI = "origin-access-identity"
_DEFAULT_READ_TIMEOUT = 30  # seconds; S3's (table D.1 row 14)
_RULES: Mapping[str, Mapping[str, FieldRule]] = {"custom": CUSTOM, "s3": S3}
# AWS calls none of a custom origin's fields optional but one; its samples of S3 origins lack two,
# and the region is required with an identity only (LE-039).
_REQUIRED = {
    "custom": (
        "customHeaders", "domainName", "keepaliveTimeout", "path", "port", "protocol",
        "readTimeout", "sslProtocols",
    ),
    "s3": ("authMethod", "customHeaders", "domainName", "path"),
}  # fmt: skip


def origin_field(origin: Origin, *, viewer_scheme: str) -> dict[str, Any]:
    """LE-031: an object with one of `custom` (LE-032) and `s3` (LE-033)."""
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


def read_origin(
    returned: object, *, sent: Mapping[str, Any], origin: Origin, profile: Profile
) -> Origin:
    """The origin that a function chose; the same object when it left `origin` as it was.

    `sent` was made of `origin`. Raises EdgeValidationError (LE-031 to LE-039).
    """
    if returned == sent:
        return origin
    kinds = [kind for kind in _RULES if isinstance(returned, dict) and kind in returned]
    if not isinstance(returned, dict) or len(kinds) != 1:
        what = listed(kinds) if kinds else named(returned)
        _fail("LE-031", f"`origin` is {what}", "Return one of `custom` and `s3` in it.")
    (kind,) = kinds
    fields = returned[kind]
    if not isinstance(fields, dict):
        _fail("LE-031", f"`{kind}` is {named(fields)}", "Return an object.")
    refuse_missing(fields, _REQUIRED[kind], _EVENT, wanted=f"a whole `{kind}` origin")
    shown = sent.get(kind, {})  # nothing of it when the function swapped the kinds
    _refuse_values(kind, fields, shown, profile)
    base = origin if shown else _swapped(origin, is_s3=kind == "s3")
    changed = _with_common_fields(base, fields, shown)
    if kind == "s3":
        changed = _with_access(changed, fields, shown)
    else:
        changed = _with_connection(changed, fields, shown)
    return origin if changed == origin else changed


def refuse_headers_twice(
    *, request: Request, origin: Origin, before: tuple[ShownHeaders, Origin]
) -> None:
    """LE-038: a header is the request's or the origin's own, unless it was both before."""
    sent_headers, sent_origin = before
    were = {name.lower() for name, _ in sent_origin.custom_headers} & set(sent_headers)
    own = {name.lower() for name, _ in origin.custom_headers}
    twice = sorted((own & request.headers.names()) - were)
    if twice:
        _fail(
            "LE-038",
            f"header {twice[0]!r} is in `headers` and in `customHeaders`",
            "Take it out of one of them.",
        )


def _refuse_values(
    kind: str, fields: Mapping[str, Any], shown: Mapping[str, Any], profile: Profile
) -> None:
    for name, rule in _RULES[kind].items():
        if name not in fields:
            continue
        left_alone = name in shown and _is_same(fields[name], shown[name])
        if not left_alone and not rule.holds(fields[name], profile):
            _fail(
                rule.id,
                f"`{name}` of the {kind} origin is {told(fields[name])}",
                f"It is {rule.form(profile)}.",
            )
    whole, first = _timeouts(fields)
    if whole and whole < first and (whole, first) != _timeouts(shown):
        _fail(
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
    """An origin of the other kind, which keeps only what no event shows."""
    return Origin(
        id=origin.id,
        domain_name=origin.domain_name,
        is_s3=is_s3,
        connection_attempts=origin.connection_attempts,
        connection_timeout=origin.connection_timeout,
    )


def _with_common_fields(
    base: Origin, fields: Mapping[str, Any], shown: Mapping[str, Any]
) -> Origin:
    moved = fields["domainName"] != base.domain_name
    return replace(
        base,
        domain_name=fields["domainName"],
        origin_path=fields["path"],
        custom_headers=_custom_headers(base, fields, shown),
        read_timeout=fields.get("readTimeout", _DEFAULT_READ_TIMEOUT),
        # LE-037: 0, or leaving it out, takes the limit away.
        response_completion_timeout=fields.get("responseCompletionTimeout") or None,
        # LE-040: access control does not go along to another origin.
        origin_access_control=None if moved else base.origin_access_control,
    )


def _custom_headers(
    base: Origin, fields: Mapping[str, Any], shown: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    sent = shown.get("customHeaders", {})
    read = header_lines(fields["customHeaders"], field="customHeaders", event=_EVENT, sent=sent)
    for name, lines in read.items():
        if name not in sent and lines and (is_disallowed(name) or not is_custom_header(name)):
            _fail(
                "LE-038",
                f"`customHeaders` has {name!r}, which an origin may not be given",
                "Take it out.",
            )
    return merged(Headers(base.custom_headers), sent=sent, returned=read).lines


def _with_access(origin: Origin, fields: Mapping[str, Any], shown: Mapping[str, Any]) -> Origin:
    if fields["authMethod"] == "none":
        return replace(origin, origin_access_identity=None)
    if shown.get("authMethod") != _OAI:
        _fail(
            "LE-039",
            "`authMethod` is 'origin-access-identity', and the origin that was configured has none",
            'Use "none".',
        )
    if not fields.get("region"):
        _fail("LE-039", "`region` is missing", "Name the bucket's region.")
    return origin


def _with_connection(origin: Origin, fields: Mapping[str, Any], shown: Mapping[str, Any]) -> Origin:
    origin = replace(
        origin,
        keepalive_timeout=fields["keepaliveTimeout"],
        ssl_protocols=tuple(fields["sslProtocols"]),
    )
    protocol, port = fields["protocol"], fields["port"]
    if (protocol, port) == (shown.get("protocol"), shown.get("port")):
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


def _is_same(value: object, shown: object) -> bool:
    """Equal as JSON values, where true is not 1."""
    return type(value) is type(shown) and value == shown


def _fail(rule: str, what: str, fix: str) -> NoReturn:
    fail(_EVENT, rule, what, fix)
