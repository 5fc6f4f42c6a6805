"""The bare server: aiohttp's low-level server, set up as in localfront, responding from memory.

localfront is compared with it, and uses it as its origin: `python -m bench.bare_server CA_DIR`.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from aiohttp import web

from localfront.server.certificates import Certificates
from localfront.server.http_server import MAX_LINE_BYTES
from localfront.trust.files import load_all

READY = "bare server ready"
SMALL = b"x" * 4096
LARGE = b"x" * 1024 * 1024
STREAM_BYTES = 1_000_000_000
PIECE = b"x" * 64 * 1024
LOOPBACK = "127.0.0.1"
PAGE, ASSETS = "/page.html", 30
HTML = "<!doctype html><title>A page</title>" + "".join(
    f'<img src="asset-{number}" alt="">' for number in range(ASSETS)
)


async def respond(request: web.BaseRequest) -> web.StreamResponse:
    """4 KiB; 1 MiB under /large; a gigabyte, streamed, under /stream; a page with assets."""
    path = request.path
    if path.startswith("/stream"):
        return await stream(request)
    if path.endswith(PAGE):
        return web.Response(text=HTML, content_type="text/html")
    body = LARGE if path.startswith("/large") else SMALL
    return web.Response(body=body, headers={"Content-Type": "text/html"})


async def stream(request: web.BaseRequest) -> web.StreamResponse:
    outgoing = web.StreamResponse(headers={"Content-Length": str(STREAM_BYTES)})
    await outgoing.prepare(request)
    for start in range(0, STREAM_BYTES, len(PIECE)):
        await outgoing.write(PIECE[: STREAM_BYTES - start])
    await outgoing.write_eof()
    return outgoing


async def main(ca_dir: Path) -> None:
    runner = web.ServerRunner(
        web.Server(
            respond,
            access_log=None,
            auto_decompress=False,
            max_line_size=MAX_LINE_BYTES,
            max_field_size=MAX_LINE_BYTES,
            max_headers=1000,
        )
    )
    await runner.setup()
    tls = Certificates(load_all(ca_dir)).default
    await web.TCPSite(runner, LOOPBACK, 0).start()
    await web.TCPSite(runner, LOOPBACK, 0, ssl_context=tls).start()
    http, https = (address[1] for address in runner.addresses)
    print(f"{READY} {http} {https}", flush=True)  # noqa: T201 -- the interface
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
