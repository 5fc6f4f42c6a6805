"""A CDK assembly served before its deployment: stacks of two regions, assets, a stage."""

from __future__ import annotations

import http.client
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.localfront.command.log_lines import LogLines
from tests.localfront.command.test_serve_files import (
    get,
    serving_command,
    wait_for,
    wait_until,
)
from tests.localfront.warm_start.command import localfront

FIXTURE = Path(__file__).parents[2] / "fixtures" / "cdk"
HTTP, DOWNLOADS = (f"ShopDistributionOrigin{ending}" for ending in ("6554C5821", "72D314F29"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    shutil.copytree(FIXTURE / "cdk.out", folder / "cdk.out")
    (folder / "cdk.json").write_text('{"app": "node app.js"}')
    return folder


@pytest.fixture
def server() -> Iterator[str]:
    """A server that responds with the path and host of the request."""

    class Echo(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"{self.path} {self.headers['Host']} {self.headers['X-From']}".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Echo) as listening:
        Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()


@contextmanager
def serving(source: Path, *options: str) -> Iterator[tuple[int, LogLines]]:
    command = [
        *localfront("serve", str(source)),
        *("--http-port", "0", "--https-port", "0", "--ca-dir", str(source.parent / "ca")),
        *options,
    ]
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    with serving_command(command, environment) as served:
        yield served


@pytest.mark.skipif(shutil.which("node") is None, reason="its functions need Node.js")
def test_an_assembly_is_served_with_its_assets_and_functions(project: Path, server: str) -> None:
    downloads = f"--origin-override={DOWNLOADS}={project}"

    http = f"--origin-override={HTTP}={server}"
    with serving(project, "--distribution", "Shop", http, downloads) as (port, log):
        wait_until(log, "cdk.out/asset.")
        assert get(port, "/") == (200, b"<h1>The shop</h1>\n")
        assert get(port, "/no/such/page") == (200, b"<h1>The shop</h1>\n")  # its error response
        assert get(port, "/edge/a") == (200, b"edge saw /edge/a")
        assert get(port, "/script") == (200, b"from the store")
        for path in ("/rest/a", "/url/a"):
            assert get(port, path) == (200, f'{{"path":"{path}"}}'.encode())
        assert get(port, "/http/a") == (200, b"/http/a api.example.com cdk")
        assert headers_of(port, "/")["X-Shop"] == "yes"

        (edge,) = [f for f in project.rglob("index.js") if "edge saw" in f.read_text()]
        edge.write_text(edge.read_text().replace("edge saw", "edge now sees"))
        assert get(port, "/edge/a") == (200, b"edge now sees /edge/a")


@pytest.mark.skipif(shutil.which("node") is None, reason="its functions need Node.js")
def test_a_stage_is_served_with_the_website_of_its_bucket(project: Path) -> None:
    with serving(project / "cdk.out" / "assembly-Live") as (port, log):
        wait_for(log, "cdk.out/asset.")
        assert get(port, "/") == (200, b"<h1>The shop</h1>\n")
        assert get(port, "/more/index.html") == (200, b"<h1>The shop</h1>\n")
        assert get(port, "/other/index.html")[0] == 404
        assert get(port, "/inline") == (200, b"inline")


def headers_of(port: int, path: str) -> http.client.HTTPMessage:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().headers
    finally:
        connection.close()
