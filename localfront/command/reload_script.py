"""The script that `--reload` appends to pages, after the cache: stored objects never contain it.

It is served by the site itself, so a Content-Security-Policy with `'self'` allows it.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from html import escape

import brotli

from localfront.http_messages.bodies import Body, Stream, pieces
from localfront.http_messages.messages import Headers, Request, Response

FOLDER = "/.localfront/"
SCRIPT_PATH, VERSION_PATH = f"{FOLDER}reload.js", f"{FOLDER}version"
SCRIPT = """\
// localfront serve --reload: reloads this page when its sources change.
let first = "";
setInterval(async () => {
  if (document.visibilityState !== "visible") return;
  try {
    const response = await fetch("VERSION", { cache: "no-store" });
    const version = response.ok ? await response.text() : "";
    if (first && version && version !== first) location.reload();
    first ||= version;
  } catch {} // localfront is restarting
}, 700);
""".replace("VERSION", VERSION_PATH)
# Headers by which a browser would store or revalidate the changed page.
OF_THE_STORED_PAGE = ("Cache-Control", "Expires", "ETag", "Last-Modified", "Content-Encoding")
BODILESS = frozenset({204, 304})
Feed = Callable[[bytes], bytes]


def is_page(request: Request, response: Response) -> bool:
    """Whether a browser shows the response as a page; not a fragment fetched by a script."""
    destination = request.headers.get("sec-fetch-dest")
    accepts = "text/html" in (request.headers.get("accept") or "").lower()
    is_document = destination in ("document", None) and accepts
    is_html = (response.headers.get("content-type") or "").lower().startswith("text/html")
    is_whole = response.status not in BODILESS and "content-range" not in response.headers
    coding = (response.headers.get("content-encoding") or "identity").lower()
    return request.method == "GET" and is_document and is_html and is_whole and coding in CODINGS


def with_script(response: Response) -> Response:
    """The page with the script at its end, decoded, and `no-store`.

    A page that cannot be decoded is left as it is.
    """
    nonce = _nonce(response.headers)
    attribute = f' nonce="{escape(nonce)}"' if nonce else ""
    tail = f'<script type="module" src="{SCRIPT_PATH}"{attribute}></script>\n'.encode()
    decode = CODINGS[(response.headers.get("content-encoding") or "identity").lower()]()
    try:
        body = _longer(response.body, decode, tail)
    except (zlib.error, brotli.error):
        return response
    headers = response.headers.without(*OF_THE_STORED_PAGE, "Content-Length")
    return replace(
        response,
        headers=headers.adding("Cache-Control", "no-store"),
        body=body,
    )


def forbidden_by(headers: Headers) -> str:
    """The Content-Security-Policy directive that blocks the script; "" if none does."""
    for policy in headers.get_all("content-security-policy"):
        directives = _directives(policy)
        for names in (
            ("script-src-elem", "script-src", "default-src"),
            ("connect-src", "default-src"),
        ):
            name = next((n for n in names if n in directives), "")
            sources = directives.get(name, ["*"])
            with_nonce = names[0] != "connect-src" and bool(_nonce(headers))
            if not with_nonce and ({"'self'", "*"}.isdisjoint(sources) or _is_strict(sources)):
                return f"{name} {' '.join(sources)}"
        if "sandbox" in directives and "allow-scripts" not in directives["sandbox"]:
            return "sandbox"
    return ""


def _is_strict(sources: list[str]) -> bool:
    """Whether `'strict-dynamic'` applies: only nonces and hashes count (CSP Level 3, 8.2)."""
    return "'strict-dynamic'" in sources


def _nonce(headers: Headers) -> str:
    for policy in headers.get_all("content-security-policy"):
        directives = _directives(policy)
        for name in ("script-src-elem", "script-src", "default-src"):
            for source in directives.get(name, []):
                if source.startswith("'nonce-"):
                    return source[len("'nonce-") : -1]
            if name in directives:
                break
    return ""


def _directives(policy: str) -> dict[str, list[str]]:
    parted = (directive.split() for directive in policy.split(";"))
    return {words[0].lower(): words[1:] or ["'none'"] for words in parted if words}


def _gzip() -> Feed:
    return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress


def _brotli() -> Feed:
    feed: Feed = brotli.Decompressor().process
    return feed


def _identity() -> Feed:
    return bytes


CODINGS: dict[str, Callable[[], Feed]] = {"identity": _identity, "gzip": _gzip, "br": _brotli}


def _longer(body: Body, decode: Feed, tail: bytes) -> Body:
    if isinstance(body, bytes):
        return decode(body) + tail
    return _Longer(body, decode, tail)


class _Longer:
    """A streamed body, decoded chunk by chunk, plus the script; of unknown length."""

    length: int | None = None

    def __init__(self, body: Stream, decode: Feed, tail: bytes) -> None:
        self._body = body
        self._decode = decode
        self._tail = tail

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in pieces(self._body):
            if decoded := self._decode(piece):
                yield decoded
        yield self._tail

    async def aclose(self) -> None:
        await self._body.aclose()
