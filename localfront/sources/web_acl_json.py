"""Read the AWS CLI's JSON of AWS WAF: a web ACL, and the sets that its rules refer to.

| command of `aws wafv2`, with `--scope CLOUDFRONT --region us-east-1` | key |
| --- | --- |
| `get-web-acl` | WebACL |
| `get-ip-set` | IPSet |
| `get-regex-pattern-set` | RegexPatternSet |

Source: AWS CLI Command Reference, `aws wafv2`, "Output" of each; AWS WAFV2 API Reference,
ByteMatchStatement (SearchString, which the CLI prints in base64).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from localfront.errors import ConfigError
from localfront.sources.description import Description, Raw


def _web_acl(document: Raw, file: Path) -> Description:
    web_acl, arn = _with_arn(document, "WebACL")
    return Description(web_acls={arn: _decoded(web_acl)})


def _ip_set(document: Raw, file: Path) -> Description:
    found, arn = _with_arn(document, "IPSet")
    return Description(ip_sets={arn: _texts(found, "IPSet", "Addresses")})


def _regex_pattern_set(document: Raw, file: Path) -> Description:
    found, arn = _with_arn(document, "RegexPatternSet")
    listed = found.get("RegularExpressionList")
    members = [m.get("RegexString") if isinstance(m, Mapping) else m for m in _list(listed)]
    expressions = {"RegularExpressionList": members}
    texts = _texts(expressions, "RegexPatternSet", "RegularExpressionList")
    return Description(regex_pattern_sets={arn: texts})


READERS: Mapping[str, Callable[[Raw, Path], Description]] = {
    "WebACL": _web_acl,
    "IPSet": _ip_set,
    "RegexPatternSet": _regex_pattern_set,
}


def _with_arn(document: Raw, key: str) -> tuple[Raw, str]:
    found = document[key]
    arn = found.get("ARN") if isinstance(found, Mapping) else None
    if not isinstance(arn, str) or not arn:
        raise ConfigError(f"{key}.ARN is missing, or not a string.")
    return found, arn


def _texts(found: Raw, key: str, field: str) -> tuple[str, ...]:
    members = _list(found.get(field))
    if not all(isinstance(member, str) for member in members):
        raise ConfigError(f"{key}.{field} is not a list of strings.")
    return tuple(members)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _decoded(value: Any) -> Any:
    """The value with each SearchString as bytes."""
    if isinstance(value, list):
        return [_decoded(member) for member in value]
    if not isinstance(value, Mapping):
        return value
    return {k: _search_string(v) if k == "SearchString" else _decoded(v) for k, v in value.items()}


def _search_string(value: Any) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ConfigError(
            "WebACL: a SearchString is not base64, which `aws wafv2 get-web-acl` prints."
        ) from error
