"""An S3 website endpoint, based on a bucket's objects.

It differs from the REST endpoint: index and error documents, redirects, HTML errors, and always 404
for a missing key.

Sources: S3 User Guide, "Website endpoints", "Configuring an index document", "Configuring a custom error
document", "Configuring a webpage redirect" and "Setting permissions for website access" (S3-005,
S3-014..017).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import quote, unquote_plus

from localfront.config.website import RoutingRule, Website, WebsiteRedirect
from localfront.http_messages.bodies import close
from localfront.http_messages.messages import Headers, Request, Response

REASONS = {
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
}
REDIRECT_HEADER = "x-amz-website-redirect-location"  # an object's own
CONDITIONS = ("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since")
SAFE = "/~!$&'()*,;=:@"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebsiteEndpoint:
    """A website endpoint.

    `get` fetches an object like the REST endpoint, 404 if missing; `readable` says whether
    everybody may read a key.
    """

    website: Website
    host: str
    get: Callable[[Request], Awaitable[Response]]
    readable: Callable[[str], bool]

    async def respond(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            reason = "A website endpoint accepts only GET and HEAD (S3-014)."
            return _error(405, "MethodNotAllowed", reason, request)
        if request.headers.get("host") != self.host:
            reason = "The request's Host is not the website endpoint's name (S3-014)."
            return _error(404, "NoSuchBucket", reason, request)
        key = unquote_plus(request.uri[1:], errors="surrogateescape")
        everything = self.website.everything
        if everything is not None:
            return self._redirected(everything, key, "", request)
        rule = self._rule(key, None)
        if rule is not None:
            return self._redirected(rule.redirect, key, rule.prefix, request)
        return await self._object(request, key)

    async def _object(self, request: Request, key: str) -> Response:
        """An object; for the root and keys that end in a slash, the index document (S3-015)."""
        wanted = f"{key}{self.website.index}" if key[-1:] in ("", "/") else key
        found = await self._get(request, wanted)
        if found.status == 404 and wanted == key:
            await close(found.body)
            index = await self._get(_bare(request), f"{key}/{self.website.index}")
            await close(index.body)
            if index.status == 200:
                return _to(302, f"{request.uri}/")
        if found.status not in (403, 404):
            return _with_own_redirect(found)
        await close(found.body)
        return await self._failed(request, key, found.status)

    async def _get(self, request: Request, key: str) -> Response:
        uri = "/" + quote(key, safe=SAFE, errors="surrogateescape")
        found = await self.get(replace(request, uri=uri, querystring=""))
        if found.status < 400 and not self.readable(key):
            await close(found.body)
            return Response(status=403, reason=REASONS[403], headers=Headers.of([]))
        return found

    async def _failed(self, request: Request, key: str, status: int) -> Response:
        """An error: by routing rule, else the error document, else S3's page (S3-016)."""
        rule = self._rule(key, status)
        if rule is not None:
            return self._redirected(rule.redirect, key, rule.prefix, request)
        code = "NoSuchKey" if status == 404 else "AccessDenied"
        reason = (
            "The bucket's website has no such object (S3-016)."
            if status == 404
            else "The object is not public, as a website's must be (S3-016)."
        )
        own = _error(status, code, reason, request)
        if self.website.error is None:
            return own
        page = await self._get(_bare(request), self.website.error)
        if page.status != 200:
            await close(page.body)
            return own
        kind = page.headers.get("content-type") or "text/html"
        length = page.headers.get("content-length")
        lines = [
            *((n, v) for n, v in own.headers if n not in ("Content-Type", "Content-Length")),
            ("Content-Type", kind),
            *([("Content-Length", length)] if length else []),
        ]
        return replace(page, status=status, reason=REASONS[status], headers=Headers.of(lines))

    def _rule(self, key: str, status: int | None) -> RoutingRule | None:
        """The first matching routing rule (S3-017)."""
        fitting = (
            rule
            for rule in self.website.rules
            if rule.on_error == status and key.startswith(rule.prefix)
        )
        return next(fitting, None)

    def _redirected(
        self, redirect: WebsiteRedirect, key: str, prefix: str, request: Request
    ) -> Response:
        if redirect.key is not None:
            key = redirect.key
        elif redirect.prefix is not None:
            key = redirect.prefix + key.removeprefix(prefix)
        path = quote(key, safe=SAFE, errors="surrogateescape")
        query = f"?{request.querystring}" if request.querystring else ""
        host = redirect.host or self.host
        return _to(redirect.status, f"{redirect.protocol or 'http'}://{host}/{path}{query}")


def _with_own_redirect(found: Response) -> Response:
    location = found.headers.get(REDIRECT_HEADER)
    return _to(301, location) if location else found


def _bare(request: Request) -> Request:
    """The request without conditions, which do not apply to another object."""
    return request.with_headers(request.headers.without(*CONDITIONS, "Range"))


def _to(status: int, location: str) -> Response:
    return Response(
        status=status,
        reason=REASONS.get(status, "Redirect"),
        headers=Headers.of(
            [("Location", location), ("Content-Length", "0"), ("Server", "AmazonS3")]
        ),
    )


def _error(status: int, code: str, reason: str, request: Request) -> Response:
    reason = f"{status} {REASONS[status]}"
    page = (
        f"<html>\n<head><title>{reason}</title></head>\n<body>\n<h1>{reason}</h1>\n"
        f"<ul>\n<li>Code: {code}</li>\n<li>Key: {escape(request.uri[1:])}</li>\n</ul>\n"
        "<hr/>\n</body>\n</html>\n"
    ).encode("utf-8", "replace")
    return Response(
        status=status,
        reason=REASONS[status],
        headers=Headers.of(
            [
                ("x-amz-error-code", code),
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Length", str(len(page))),
                ("Server", "AmazonS3"),
                ("X-Localfront-Reason", reason),
            ]
        ),
        body=b"" if request.method == "HEAD" else page,
    )
