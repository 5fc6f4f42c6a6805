"""The request component that a web ACL rule inspects, after its text transformations.

Source: AWS WAF Developer Guide, "Request components in AWS WAF", "Using text transformations".
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import unquote_plus

from localfront.config.web_acl import Field
from localfront.http_messages.messages import Request


def texts_of(field: Field, request: Request) -> list[str]:
    """The texts to inspect: none, one, or the value of each argument."""
    found = []
    for text in _raw(field, request):
        for name in field.transformations:
            text = TRANSFORMS[name](text)
        found.append(text)
    return found


def _raw(field: Field, request: Request) -> Iterator[str]:
    match field.kind:
        case "path":
            yield request.uri
        case "query":
            yield request.querystring
        case "method":
            yield request.method
        case "header":
            yield from [", ".join(found)] if (found := request.headers.get_all(field.name)) else []
        case _:
            for part in request.querystring.split("&"):
                name, _, value = part.partition("=")
                if field.kind == "arguments" or name.lower() == field.name:
                    yield value


def _normalized(path: str) -> str:
    """The path with `.` and `..` resolved; a trailing slash stays."""
    plain = posixpath.normpath(path.replace("//", "/")) if path else path
    return plain + "/" if path.endswith("/") and not plain.endswith("/") else plain


TRANSFORMS: Mapping[str, Callable[[str], str]] = {
    "COMPRESS_WHITE_SPACE": lambda text: re.sub(r"[\f\t\n\r\v\xa0 ]+", " ", text),
    "HTML_ENTITY_DECODE": html.unescape,
    "LOWERCASE": str.lower,
    "NORMALIZE_PATH": _normalized,
    "REMOVE_NULLS": lambda text: text.replace("\0", ""),
    "URL_DECODE": unquote_plus,
}
