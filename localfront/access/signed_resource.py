r"""Match URLs against the `Resource` of a custom policy (SG-007).

A resource has four sections, `[protocol]://[domain]/[path]\?[query string]`; a wildcard does not
extend beyond its section. The guide escapes the question mark before the query string in one place
and forbids it in another, and `?` is also a wildcard. So here a bare `?` may be either, and `\?`
only starts the query string.

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
    """The requested URL; `host` as in the Host header, `path` and `query` raw."""

    scheme: str
    host: str
    path: str
    query: str

    def __str__(self) -> str:
        url = f"{self.scheme}://{self.host}{self.path}"
        return f"{url}?{self.query}" if self.query else url


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
    """Split a resource; the rest starts with the path's slash.

    A leading `*` covers any protocol.
    """
    protocol, mark, after = resource.partition("://")
    if not mark or "/" in protocol:
        protocol, after = (ANY if resource.startswith(ANY) else ""), resource
    domain, slash, rest = after.partition("/")
    if slash:
        return protocol, domain, f"/{rest}"
    return protocol, domain, ("/*" if domain.endswith(ANY) else "/")


def _path_and_query(rest: str) -> Iterator[tuple[str, str]]:
    """Each way to split path and query string. A path that ends in `*` covers any query string."""
    path, escaped, query = rest.partition("\\?")
    if escaped:
        yield path, query
        return
    yield rest, (ANY if rest.endswith(ANY) else "")
    for index, character in enumerate(rest):
        if character == "?":
            yield rest[:index], rest[index + 1 :]


def _fits_path(pattern: str, path: str) -> bool:
    """Whether the path matches.

    With dot segments (undocumented), the resolved path has to match too.
    """
    return fits(pattern, path) and (
        not any(segment in DOTS for segment in path.split("/")) or fits(pattern, normalize(path))
    )
