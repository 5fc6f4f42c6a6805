"""A hostile page of another origin, with its own server, in a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

HOST = "evil.test"  # resolved to this machine by the browser's own rules


class Page(BaseHTTPRequestHandler):
    """An empty page that lets the browser send no referrer."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("referrer-policy", "no-referrer")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>hostile</title><body></body>")

    def log_message(self, *_arguments: object) -> None:
        """Suppress the log."""


@contextmanager
def hostile_server() -> Iterator[str]:
    """Yield the page's address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


# Each takes a URL, and returns once the browser has an answer or has given up. What came of it
# they can't see; the test asks the emulator.
ATTACKS = {
    "img": "url => new Promise(done => { const it = new Image();"
    " it.onload = it.onerror = () => done(); it.src = url })",
    "script": "url => new Promise(done => { const it = document.createElement('script');"
    " it.onload = it.onerror = () => done(); it.src = url; document.body.append(it) })",
    "style": "url => new Promise(done => { const it = document.createElement('link');"
    " it.rel = 'stylesheet'; it.onload = it.onerror = () => done(); it.href = url;"
    " document.head.append(it) })",
    "frame": "url => new Promise(done => { const it = document.createElement('iframe');"
    " it.onload = it.onerror = () => done(); it.src = url; document.body.append(it) })",
    "sandboxed frame": "url => new Promise(done => { const it = document.createElement('iframe');"
    " it.sandbox = ''; it.onload = it.onerror = () => done(); it.src = url;"
    " document.body.append(it) })",
    "fetch": "url => fetch(url).catch(() => {})",
    "fetch, no-cors": "url => fetch(url, {mode: 'no-cors'}).catch(() => {})",
    "POST, no-cors": "url => fetch(url, {mode: 'no-cors', method: 'POST',"
    " body: url.split('?')[1],"
    " headers: {'Content-Type': 'application/x-www-form-urlencoded'}}).catch(() => {})",
    "PUT": "url => fetch(url, {method: 'PUT'}).catch(() => {})",
    "signed": "url => fetch(url, {headers: {Authorization: 'AWS4-HMAC-SHA256 Credential="
    "test/20261129/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=0'}})"
    ".catch(() => {})",
    "Basic": "url => fetch(url, {mode: 'no-cors', credentials: 'include'}).catch(() => {})",
    "worker": "url => new Promise(done => { const code = `fetch(${JSON.stringify(url)},"
    " {mode: 'no-cors', method: 'POST'}).catch(() => {}).then(() => postMessage(0))`;"
    " new Worker(URL.createObjectURL(new Blob([code]))).onmessage = () => done() })",
}
FORM = (
    "([url, method]) => { const it = document.createElement('form');"
    " it.method = method; it.action = url.split('?')[0];"
    " for (const [name, value] of new URL(url).searchParams) { const field ="
    " document.createElement('input'); field.name = name; field.value = value; it.append(field) }"
    " document.body.append(it); it.submit() }"
)
WEBSOCKET = (
    "url => new Promise(done => { const it = new WebSocket(url);"
    " it.onopen = () => done('open'); it.onerror = () => done('refused') })"
)
READ = (
    "async ([url, headers]) => { try { const it = await fetch(url, {headers});"
    " return [it.status, await it.text()] } catch { return [0, ''] } }"
)
