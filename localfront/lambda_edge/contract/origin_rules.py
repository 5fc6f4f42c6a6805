"""Validation rules for the fields of `origin`, as a table.

Host name and path become part of the request sent, so their characters are restricted: nothing in
them may end a line or start another part.

Source: CloudFront Developer Guide, "Lambda@Edge event structure" (LE-034 to LE-039), "Add custom
headers to origin requests" (OR-013); WHATWG URL, "ends in a number".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from localfront.config.origin_headers import is_refused
from localfront.origins.aws_names import S3_NAME
from localfront.profiles import Profile

SSL_PROTOCOLS = ("TLSv1.2", "TLSv1.1", "TLSv1", "SSLv3")

_HOST_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")
# An address in any form that a resolver accepts: 127.0.0.1, 127.1, 0x7f000001, 2130706433.
_ENDS_IN_A_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A rule. `form` describes valid values in error messages."""

    id: str
    holds: Callable[[object, Profile], bool]
    form: Callable[[Profile], str]


def is_custom_header(name: str) -> bool:
    """Whether the header (lower case) is allowed as a custom header (OR-013)."""
    return not is_refused(name)


def _is_host_name(value: object, _: Profile) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= 253
        and _HOST_NAME.fullmatch(value) is not None
        and _ENDS_IN_A_NUMBER.fullmatch(value) is None
        and ".." not in value
    )


def _is_bucket_name(value: object, _: Profile) -> bool:
    return isinstance(value, str) and len(value) <= 128 and S3_NAME.fullmatch(value) is not None


def _is_path(value: object, _: Profile) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= 255
        and _PATH.fullmatch(value) is not None
        and _BAD_ESCAPE.search(value) is None
    )


def _is_port(value: object, _: Profile) -> bool:
    return type(value) is int and (value in (80, 443) or 1024 <= value <= 65535)


def _is_timeout(value: object, profile: Profile) -> bool:
    return type(value) is int and 1 <= value <= profile.max_origin_timeout


def _are_ssl_protocols(value: object, _: Profile) -> bool:
    return isinstance(value, list) and bool(value) and all(p in SSL_PROTOCOLS for p in value)


def _always(form: str) -> Callable[[Profile], str]:
    return lambda _: form


_PATH_RULE = FieldRule(
    "LE-035",
    _is_path,
    _always('"", or a URL-encoded path of at most 255 characters that starts with `/` and does '
            "not end with it"),
)  # fmt: skip
_TIMEOUT_RULE = FieldRule(
    "LE-037",
    _is_timeout,
    lambda profile: f"a whole number of seconds from 1 to {profile.max_origin_timeout}",
)
_COMPLETION_RULE = FieldRule(
    "LE-037",
    lambda value, _: type(value) is int and value >= 0,
    _always("a whole number of seconds, or 0"),
)

CUSTOM: Mapping[str, FieldRule] = {
    "domainName": FieldRule(
        "LE-034",
        _is_host_name,
        _always("a host name of at most 253 characters: no address, no port"),
    ),
    "path": _PATH_RULE,
    "port": FieldRule("LE-036", _is_port, _always("80, 443, or 1024 to 65535")),
    "protocol": FieldRule(
        "LE-036",
        lambda value, _: value in ("http", "https"),
        _always('"http" or "https"'),
    ),
    "sslProtocols": FieldRule(
        "LE-036", _are_ssl_protocols, _always(f"a list of {', '.join(SSL_PROTOCOLS)}")
    ),
    "keepaliveTimeout": _TIMEOUT_RULE,
    "readTimeout": _TIMEOUT_RULE,
    "responseCompletionTimeout": _COMPLETION_RULE,
}
S3: Mapping[str, FieldRule] = {
    "domainName": FieldRule(
        "LE-034",
        _is_bucket_name,
        _always("a bucket's name (BUCKET.s3.REGION.amazonaws.com) of at most 128 characters"),
    ),
    "path": _PATH_RULE,
    "readTimeout": _TIMEOUT_RULE,
    "responseCompletionTimeout": _COMPLETION_RULE,
    "authMethod": FieldRule(
        "LE-039",
        lambda value, _: value in ("origin-access-identity", "none"),
        _always('"origin-access-identity" or "none"'),
    ),
    "region": FieldRule("LE-039", lambda value, _: isinstance(value, str), _always("a string")),
}
