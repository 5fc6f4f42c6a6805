r"""Which URLs the `Resource` of a custom policy covers (SG-007).

A resource has four sections, `[protocol]://[domain]/[path]\?[query string]`, and a wildcard stays
inside its own. The guide writes the question mark before the query string with a backslash and
tells not to; it also is a wildcard. So a bare `?` may be either here, and `\?` is the first alone.

Source: CloudFront Developer Guide, "Create a signed URL using a custom policy".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from localfront.http_messages.wildcards import fits
from localfront.routing.behaviors import normalize

ANY = "*"
DOTS = (".", "..")


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """What the viewer asked for; `host` as in its Host header, `path` and `query` raw."""

    scheme: str
    host: str
    path: str
    query: str

    def __str__(self) -> str:
        asked = f"{self.scheme}://{self.host}{self.path}"
        return f"{asked}?{self.query}" if self.query else asked


def covers(resource: str, url: Url) -> bool:
    """Whether the resource matches the URL. A malformed resource matches nothing."""
    if resource == ANY:
        return True
    protocol, domain, rest = _protocol_domain_rest(resource)
    return (
        fits(protocol, url.scheme)
        and fits(domain.lower(), url.host.lower())
        and any(
            _fits_path(path, url.path) and fits(query, url.query)
            for path, query in _path_and_query(rest)
        )
    )


def _protocol_domain_rest(resource: str) -> tuple[str, str, str]:
    """The rest begins with the path's slash. A `*` in front stands for any protocol as well."""
    protocol, mark, after = resource.partition("://")
    if not mark or "/" in protocol:
        protocol, after = (ANY if resource.startswith(ANY) else ""), resource
    domain, slash, rest = after.partition("/")
    if slash:
        return protocol, domain, f"/{rest}"
    return protocol, domain, ("/*" if domain.endswith(ANY) else "/")


def _path_and_query(rest: str) -> Iterator[tuple[str, str]]:
    """Each way to read the two sections. A path that ends with `*` covers any query string."""
    path, escaped, query = rest.partition("\\?")
    if escaped:
        yield path, query
        return
    yield rest, (ANY if rest.endswith(ANY) else "")
    for index, character in enumerate(rest):
        if character == "?":
            yield rest[:index], rest[index + 1 :]


def _fits_path(pattern: str, path: str) -> bool:
    """Undocumented for dot segments: with any, also the place that they lead to has to fit."""
    return fits(pattern, path) and (
        not any(segment in DOTS for segment in path.split("/")) or fits(pattern, normalize(path))
    )
