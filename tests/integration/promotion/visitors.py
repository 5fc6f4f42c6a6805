"""Visitors who continuously request a site, and report each wrong response.

A page must be one of a release's, byte for byte; what it refers to must be there, with that
release's bytes; the API must answer a captain who is logged in, and turn away who is not.
"""

import http.client
import json
import re
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ASSET = re.compile(rb"""(?:src|href)=["']/?(assets/[^"']+)["']""")
COOKIE = "__Host-session-id"
AT_ONCE = 2
TIMEOUT = 60  # seconds: a busy machine is no fault of the release


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    status: int
    body: bytes
    location: str = ""


@dataclass(slots=True, kw_only=True)
class Visitors:
    """`releases` are folders with pages; `session` is the cookie's value of one logged in.

    `seen` counts pages by the release's number there.
    """

    url: str
    trust: ssl.SSLContext
    releases: Sequence[Path]
    session: str = ""
    requests: int = 0
    wrong: list[str] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)
    _count: threading.Lock = field(default_factory=threading.Lock)

    def look_around(self, connection: http.client.HTTPConnection) -> None:
        """One visit: both pages with their assets, and the API."""
        self.page(connection, "/login/", "login.html", cookie=False)
        self.expect(connection, "/", 302, cookie=False)
        self.expect(connection, "/api/session", 401, cookie=False)
        if self.session:
            self.page(connection, "/", "home.html", cookie=True)
            self.expect(connection, "/api/logs?include=session&limit=10", 200, cookie=True)
            self.expect(connection, "/api/session", 200, cookie=True)
            self.expect(connection, "/api/logs", 201, cookie=True, entry="Still here.")

    def page(
        self, connection: http.client.HTTPConnection, path: str, key: str, *, cookie: bool
    ) -> None:
        response = self.ask(connection, path, cookie=cookie)
        ours = [folder for folder in self.releases if (folder / key).read_bytes() == response.body]
        if response.status != 200 or not ours:
            self.tell(f"{path}: {response.status}, a page of no release")
            return
        number = self.releases.index(ours[0])
        with self._count:
            self.seen[number] = self.seen.get(number, 0) + 1
        for asset in sorted(set(ASSET.findall(response.body))):
            name = asset.decode()
            got = self.ask(connection, f"/{name}", cookie=False)
            if got.status != 200 or got.body != (ours[0] / name).read_bytes():
                self.tell(f"/{name} of {path}: {got.status}")

    def expect(
        self,
        connection: http.client.HTTPConnection,
        path: str,
        status: int,
        *,
        cookie: bool,
        entry: str = "",
    ) -> None:
        response = self.ask(connection, path, cookie=cookie, entry=entry)
        if response.status != status:
            self.tell(f"{path}: {response.status} and not {status}: {response.body[:200]!r}")

    def ask(
        self,
        connection: http.client.HTTPConnection,
        path: str,
        *,
        cookie: bool,
        entry: str = "",
    ) -> Looked:
        headers = {"Cookie": f"{COOKIE}={self.session}"} if cookie else {}
        body = json.dumps({"text": entry}) if entry else None
        if body:
            headers["Content-Type"] = "application/json"
        with self._count:
            self.requests += 1
        try:
            connection.request("POST" if body else "GET", path, body=body, headers=headers)
            response = connection.getresponse()
            location = response.headers.get("Location", "")
            return Looked(status=response.status, body=response.read(), location=location)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return Looked(status=0, body=repr(error).encode())

    def tell(self, what: str) -> None:
        with self._count:
            self.wrong.append(what)


@contextmanager
def looking(visitors: Visitors) -> Iterator[Visitors]:
    """Visitors browse until the block ends, and finish their last visit."""
    over = threading.Event()
    where = urlsplit(visitors.url)

    def go_on() -> None:
        connection: http.client.HTTPConnection = (
            http.client.HTTPSConnection(where.netloc, timeout=TIMEOUT, context=visitors.trust)
            if where.scheme == "https"
            else http.client.HTTPConnection(where.netloc, timeout=TIMEOUT)
        )
        while not over.is_set():
            visitors.look_around(connection)
        connection.close()

    threads = [threading.Thread(target=go_on, daemon=True) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    try:
        yield visitors
    finally:
        over.set()
        for thread in threads:
            thread.join()


def log_in(visitors: Visitors, captain: Mapping[str, str]) -> str:
    """Log in; return the session's id. Raises KeyError without one."""
    where = urlsplit(visitors.url)
    connection = http.client.HTTPSConnection(where.netloc, timeout=TIMEOUT, context=visitors.trust)
    connection.request(
        "POST", "/api/login", body=json.dumps(captain), headers={"Content-Type": "application/json"}
    )
    response = connection.getresponse()
    response.read()
    connection.close()
    cookies = dict(
        header.partition(";")[0].split("=", 1)
        for header in response.headers.get_all("Set-Cookie", [])
    )
    return cookies[COOKIE]
