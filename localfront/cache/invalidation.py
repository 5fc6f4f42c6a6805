"""Invalidations: match cached objects by path and tag.

Source: CloudFront Developer Guide, "What you need to know when invalidating files" (IN-001 to
IN-006) and "What you need to know when invalidating tags" (IN-008 to IN-010). Neither says what
happens to a malformed tag: here it is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from localfront.http_messages.messages import Headers

MAX_TAGS = 50  # per object; further tags are not stored
_TAG = re.compile(r"[\x21-\x2b\x2d-\x7e]{1,256}")
_ENCODED = re.compile("%[0-9A-Fa-f]{2}")
# Everything except RFC 1738's unsafe characters (section 2.2), which are encoded; a bare `%` is
# one.
_SAFE = "!$&'()*+,/:;=?@%"
_NOT_SUPPORTED = re.compile("~|%7e", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidationItems:
    """The parsed items of an invalidation. `unsupported` are items that match nothing (IN-006)."""

    exact: frozenset[str]
    prefixes: tuple[str, ...]
    tags: frozenset[str]
    unsupported: tuple[str, ...] = ()

    def names(self, uri: str, querystring: str, tags: frozenset[str]) -> bool:
        """Whether the invalidation covers an object: its path, query string and tags (IN-003)."""
        if not self.tags.isdisjoint(tags):
            return True
        target = normalised(f"{uri}?{querystring}" if querystring else uri)
        return target in self.exact or target.startswith(self.prefixes)


def named_by(items: Iterable[str]) -> InvalidationItems:
    """Parse items. `*` is a wildcard only at the end of a path, never in a tag (IN-002, IN-009)."""
    exact: set[str] = set()
    prefixes: list[str] = []
    tags: set[str] = set()
    unsupported: list[str] = []
    for item in items:
        if item.startswith("#"):
            tags.add(item[1:].lower())
        elif _NOT_SUPPORTED.search(item):
            unsupported.append(item)
        elif item.endswith("*"):
            prefixes.append(normalised(item[:-1]))
        else:
            exact.add(normalised(item))
    return InvalidationItems(
        exact=frozenset(exact),
        prefixes=tuple(prefixes),
        tags=frozenset(tags),
        unsupported=tuple(unsupported),
    )


def normalised(path: str) -> str:
    """Percent-encode non-ASCII and unsafe characters; existing escapes stay (IN-006)."""
    encoded = quote(path, safe=_SAFE, errors="surrogateescape")
    whole = re.sub("%(?![0-9A-Fa-f]{2})", "%25", encoded)
    return _ENCODED.sub(lambda found: found[0].upper(), whole)


def tags_of(headers: Headers, name: str | None) -> frozenset[str]:
    """The tags of a response, in lower case; none without a CacheTagConfig (IN-008, IN-010)."""
    if name is None:
        return frozenset()
    listed = (tag.strip(" \t") for line in headers.get_all(name) for tag in line.split(","))
    tags = [tag for tag in listed if tag][:MAX_TAGS]
    return frozenset(tag.lower() for tag in tags if _TAG.fullmatch(tag))
