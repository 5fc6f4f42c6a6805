"""A plan before the first apply, with unknown values, served over a socket."""

from __future__ import annotations

import http.client
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.localfront.command.log_lines import PATIENCE, LogLines
from tests.localfront.command.test_serve_files import (
    REPOSITORY,
    get,
    serving_command,
    wait_until,
)
from tests.localfront.sources.plans import FOLDER
from tests.localfront.warm_start.command import localfront

PLAN = FOLDER / "fresh-plan.json"


def command(folder: Path, name: str, *options: str) -> list[str]:
    return [
        *localfront("serve", "--config", str(PLAN)),
        *("--distribution", f"aws_cloudfront_distribution.{name}"),
        *("--http-port", "0", "--https-port", "0", "--ca-dir", str(folder / "ca")),
        *options,
    ]


def environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}


@contextmanager
def serving(folder: Path, name: str, *options: str) -> Iterator[tuple[int, LogLines]]:
    with serving_command(command(folder, name, *options), environment()) as served:
        yield served


def refused(folder: Path, name: str, *options: str) -> str:
    done = subprocess.run(
        command(folder, name, *options),
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    for name in ("index.html", "docs/index.html", "404.html", "a b.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def server() -> Iterator[str]:
    """A server that responds with the request's Host and secret."""

    class Echo(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"{self.headers['Host']} {self.headers['X-Secret']}".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Suppress the log."""

    with HTTPServer(("127.0.0.1", 0), Echo) as http:
        thread = Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def headers(port: int, target: str) -> tuple[int, dict[str, str]]:
    connection = http.client.HTTPConnection("localhost", port, timeout=PATIENCE)
    try:
        connection.request("GET", target)
        response = connection.getresponse()
        response.read()
        return response.status, {k.lower(): v for k, v in response.getheaders()}
    finally:
        connection.close()


def test_a_dynamic_block_is_served_with_notices_of_placeholders(
    pages: Path, tmp_path: Path
) -> None:
    override = f"bucket-licwwt2llv={pages}"

    with serving(tmp_path, "dynamic", "--origin-override", override) as (port, log):
        log_text = wait_until(log, "certificate authority")
        assert "aws_cloudfront_function.flagged: code is known only after the apply" in log_text
        assert "=FILE.js" in log_text
        assert "aws_cloudfront_cache_policy.none: name" in log_text
        assert "content_security_policy" in log_text

        assert get(port, "/") == (200, b"index.html")
        _, found = headers(port, "/")
        assert found["content-security-policy"].startswith("placeholder-")
        assert get(port, "/none.html")[0] == 403


@pytest.mark.proves("S3-005")
def test_a_website_is_served_by_the_buckets_name_and_its_policys_referer(
    pages: Path, tmp_path: Path
) -> None:
    with serving(tmp_path, "website", "--origin-override", f"fresh-pages={pages}") as (
        port,
        log,
    ):
        assert "no distribution has such" not in wait_until(log, "authority")
        assert get(port, "/") == (200, b"index.html")
        assert get(port, "/docs/") == (200, b"docs/index.html")
        assert headers(port, "/docs")[1]["location"] == "/docs/"
        assert get(port, "/none") == (404, b"404.html")
        assert get(port, "/a+b.txt") == (200, b"a b.txt")
        status, found = headers(port, "/old/page")
        assert status == 301
        assert found["location"] == (
            "http://fresh-pages.s3-website-eu-west-1.amazonaws.com/new/page"
        )


def test_servers_of_all_kinds_are_overridden_and_the_secret_is_a_placeholder(
    server: str, tmp_path: Path
) -> None:
    names = ("function", "record", "address", "elsewhere")
    options = [o for n in names for o in ("--origin-override", f"{n}={server}")]

    with serving(tmp_path, "servers", *options) as (port, log):
        log_text = wait_until(log, "certificate authority")
        assert "origin[" in log_text
        assert "value is known only after the apply" in log_text

        host, secret = get(port, "/function")[1].decode().split()
        assert host.endswith(".lambda-url.eu-west-1.on.aws")
        assert secret.startswith("placeholder-")
        assert get(port, "/record")[1].startswith(b"balancer.example.com ")
        assert b".eu-west-1.compute.amazonaws.com " in get(port, "/address")[1]
        assert get(port, "/else")[0] == 200


def test_a_name_known_only_after_the_apply_needs_an_override(server: str, tmp_path: Path) -> None:
    options = ["--origin-override", f"function={server}"]
    options += ["--origin-override", f"address={server}"]

    log_text = refused(tmp_path, "servers", *options)

    assert "'elsewhere'" in log_text
    assert "known only after the apply" in log_text
    assert "--origin-override elsewhere=http://localhost:PORT" in log_text


def test_a_folder_override_makes_an_unknown_name_a_buckets_website(
    pages: Path, server: str, tmp_path: Path
) -> None:
    options = ["--origin-override", f"elsewhere={pages}"]
    for name in ("function", "record", "address"):
        options += ["--origin-override", f"{name}={server}"]

    with serving(tmp_path, "servers", *options) as (port, _):
        assert get(port, "/docs/") == (200, b"docs/index.html")
