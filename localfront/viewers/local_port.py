"""Hide the local port from the site: on AWS no viewer sends one (`local_port_hidden`).

Functions and origins see no port in Host, nor in Origin and Referer that name the site. Location
and Access-Control-Allow-Origin get the port back. Nothing else can be restored: an absolute URL in
a body, or a redirect_uri, refers to the port as on AWS. So this is off by default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from localfront.http_messages.messages import Headers, Request, Response

_USUAL = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class LocalPorts:
    """The site's local ports; `of` is by scheme."""

    of: Mapping[str, int] = field(default_factory=dict)

    def hidden(self, request: Request) -> Request:
        """The request without its local port; the same object if it has none."""
        if not self.of:
            return request
        name = self._name(request.headers.get("host") or "")
        if name is None:
            return request
        headers = ((key, self._as_sent_to_aws(key, value, name)) for key, value in request.headers)
        return request.with_headers(Headers.of(headers))

    def shown(self, request: Request, seen: Request, response: Response) -> Response:
        """The response for the viewer's request, when the site saw another one."""
        if seen is request:
            return response
        name = seen.headers.get("host") or ""
        headers = [
            (key, self._with_port(key.lower(), value, name, request, seen))
            for key, value in response.headers
        ]
        return response.with_headers(Headers.of(headers))

    def _as_sent_to_aws(self, key: str, value: str, name: str) -> str:
        match key.lower():
            case "host":
                return name
            case "origin" | "referer":
                for scheme, port in self.of.items():
                    site = f"{scheme}://{name}"
                    value = _renamed(value, f"{site}:{port}", site)
        return value

    def _with_port(self, key: str, value: str, name: str, request: Request, seen: Request) -> str:
        if key == "access-control-allow-origin" and value == seen.headers.get("origin"):
            return request.headers.get("origin") or value
        if key == "location":
            for scheme, port in self.of.items():
                if port != _USUAL[scheme]:
                    site = f"{scheme}://{name}"
                    value = _renamed(value, site, f"{site}:{port}")
        return value

    def _name(self, host: str) -> str | None:
        """The host without the port, if the port is one of ours."""
        name, colon, port = host.rpartition(":")
        ours = {str(number) for number in self.of.values()}
        return name if colon and name and port in ours else None


def _renamed(url: str, site: str, other: str) -> str:
    """A site's URL moved to another site, ignoring case; any other URL is unchanged."""
    rest = url[len(site) :]
    if url[: len(site)].lower() != site.lower() or (rest and rest[0] not in "/?#"):
        return url
    return other + rest
