"""A proxy in front of the emulator that returns AWS's errors for some calls."""

import http.client
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A response to the first `times` calls that `fits`, a test of method and path.

    With `change` the emulator is asked, and what it says is changed.
    """

    fits: Callable[[str, str], bool]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    times: int
    change: Callable[[bytes], bytes] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """`at` is in Unix seconds."""

    call: str
    at: float


@dataclass(slots=True, kw_only=True)
class Faults:
    """`met_at` has each call answered by a fault, `seen` a line for each forwarded call."""

    url: str
    seen: list[str] = field(default_factory=list)
    planned: list[Fault] = field(default_factory=list)
    met_at: list[Met] = field(default_factory=list)
    _left: dict[int, int] = field(default_factory=dict)

    @property
    def met(self) -> list[str]:
        return [met.call for met in self.met_at]

    def plan(self, fault: Fault) -> None:
        self.planned.append(fault)

    def for_call(self, method: str, path: str) -> Fault | None:
        for number, fault in enumerate(self.planned):
            left = self._left.setdefault(number, fault.times)
            if left and fault.fits(method, path):
                self._left[number] = left - 1
                self.met_at.append(Met(call=f"{method} {path}", at=time.time()))
                return fault
        return None


@contextmanager
def before(endpoint: str) -> Iterator[Faults]:
    """Start the proxy, in front of the emulator at `endpoint`."""
    emulator = urlsplit(endpoint).netloc

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fault = faults.for_call(self.command, self.path)
            if fault and not fault.change:
                self.respond(fault.status, list(fault.headers.items()), fault.body)
                return
            behind = http.client.HTTPConnection(emulator, timeout=60)
            behind.request(self.command, self.path, body=body, headers=dict(self.headers.items()))
            response = behind.getresponse()
            content = response.read()
            changed = fault.change(content) if fault and fault.change else content
            self.respond(response.status, response.getheaders(), changed)
            behind.close()
            faults.seen.append(f"{self.command} {self.path}")

        def respond(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    for method in ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"):
        setattr(Proxy, f"do_{method}", Proxy.handle_any)
    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        faults = Faults(url=f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield faults
        server.shutdown()


def replicated(function: str, *, times: int) -> Fault:
    """Lambda's refusal to delete a function with replicas (LA-015)."""
    text = (
        f"Lambda was unable to delete arn:aws:lambda:us-east-1:000000000000:function:{function}:1 "
        "because it is a replicated function."
    )
    return Fault(
        fits=lambda method, path: method == "DELETE" and f"/functions/{function}" in path,
        status=400,
        headers={
            "Content-Type": "application/json",
            "x-amzn-ErrorType": "InvalidParameterValueException",
        },
        body=f'{{"Type": "User", "message": "{text}"}}'.encode(),
        times=times,
    )


def in_progress(*, times: int) -> Fault:
    """CloudFront's status for a distribution that is not deployed everywhere yet.

    Source: Amazon CloudFront API Reference, GetDistribution: "Status".
    """
    done, not_yet = b"<Status>Deployed</Status>", b"<Status>InProgress</Status>"
    return Fault(
        fits=lambda method, path: method == "GET" and is_distribution(path),
        change=lambda body: body.replace(done, not_yet),
        times=times,
    )


def of_cloudfront(code: str, status: int, *, times: int) -> Fault:
    """A CloudFront error, such as Throttling, for GetDistribution."""
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{code}.</Message></Error>"
    return Fault(
        fits=lambda method, path: method == "GET" and is_distribution(path),
        status=status,
        headers={"Content-Type": "text/xml"},
        body=f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>".encode(),
        times=times,
    )


def is_distribution(path: str) -> bool:
    """Whether the path is a distribution's, and not its configuration's or a list's."""
    return re.fullmatch(r"/[0-9-]+/distribution/[A-Z0-9]+", path) is not None


def of_lambda(code: str, status: int, *, fits: Callable[[str, str], bool], times: int) -> Fault:
    """A Lambda error, such as TooManyRequestsException."""
    return Fault(
        fits=lambda method, path: "/functions/" in path and fits(method, path),
        status=status,
        headers={"Content-Type": "application/json", "x-amzn-ErrorType": code},
        body=f'{{"Type": "User", "message": "{code}, as AWS says it."}}'.encode(),
        times=times,
    )


def of_s3(code: str, status: int, *, fits: Callable[[str, str], bool], times: int) -> Fault:
    """An S3 error, such as SlowDown or ExpiredToken."""
    body = f"<Error><Code>{code}</Code><Message>{code}, as AWS says it.</Message></Error>"
    headers = {"Content-Type": "application/xml"}
    return Fault(fits=fits, status=status, headers=headers, body=body.encode(), times=times)
