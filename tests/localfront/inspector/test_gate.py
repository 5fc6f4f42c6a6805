"""The inspector refuses other sites, other host names, and clients without the token."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.localfront.inspector.demo_site import demo
from tests.localfront.inspector.inspecting import inspected
from tests.localfront.warm_start.command import localfront
from tests.localfront.wire import exchange, parsed


async def test_with_the_token_the_list_is_returned(tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        await here.ask("/a")

        reply = await here.look("/api/requests")

    assert [row["target"] for row in reply["rows"]] == ["/a"]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("", id="none"),
        pytest.param("Authorization: Bearer wrong", id="wrong"),
        pytest.param("Authorization: Basic {}", id="another scheme"),
        pytest.param("Authorization: Bearer {}\r\nAuthorization: Bearer wrong", id="two"),
        pytest.param("Cookie: token={}", id="in a cookie"),
        pytest.param("X-Token: {}", id="in another header"),
        pytest.param("Authorization: Bearer \u00e9", id="no ASCII"),
    ],
)
async def test_without_the_token_nothing_is_returned(line: str, tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        await here.ask("/a")
        lines = [line.format(here.server.token)] if line else []

        reply = await here.raw("/api/requests", *lines)
        in_url = await here.raw(f"/api/requests?token={here.server.token}")

    assert (reply.status, in_url.status) == (401, 401)
    assert b"/a" not in reply.body


@pytest.mark.parametrize("path", ["/", "/api/requests"])
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{}", "localhost", "localhost:1", "localhost:{}.evil"]
)
async def test_a_host_name_rebound_to_this_machine_is_refused(
    host: str, path: str, tmp_path: Path
) -> None:
    async with inspected(tmp_path) as here:
        token = f"Authorization: Bearer {here.server.token}"

        reply = await here.raw(path, token, host=host.format(here.server.port))

    assert reply.status == 403


@pytest.mark.parametrize(
    "line",
    [
        "Origin: https://evil.example",
        "Origin: null",
        "Origin: http://localhost:{}",  # the site's own port
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",  # any server on localhost
    ],
)
async def test_a_cross_site_request_is_refused_even_with_the_token(
    line: str, tmp_path: Path
) -> None:
    async with inspected(tmp_path) as here:
        token = f"Authorization: Bearer {here.server.token}"

        reply = await here.raw("/api/requests", token, line.format(here.site.port))

    assert reply.status == 403
    assert not reply.all(b"access-control-allow-origin")


async def test_a_cross_site_link_may_open_the_page_and_nothing_else(tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        lines = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate")
        token = f"Authorization: Bearer {here.server.token}"

        page = await here.raw("/", *lines)
        reply = await here.raw("/api/requests", token, *lines)

    assert (page.status, reply.status) == (200, 403)


async def test_a_preflight_is_answered_without_cors(tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        lines = ("Origin: https://evil.example", "Access-Control-Request-Method: GET")

        reply = await here.raw("/api/requests", *lines, method="OPTIONS")

    assert reply.status == 403
    assert not [name for name, _ in reply.lines if name.lower().startswith(b"access-control")]


async def test_every_response_has_a_strict_csp_and_no_cookie(tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        replies = [await here.raw(path) for path in ("/", "/api/requests", "/nothing.js")]
        replies.append(await here.raw("/", host="evil.example"))

    for reply in replies:
        [policy] = reply.all(b"content-security-policy")
        assert b"default-src 'none'" in policy
        assert b"unsafe" not in policy
        assert reply.all(b"cache-control") == [b"no-store"]
        assert not reply.all(b"set-cookie")


@pytest.mark.parametrize(
    "path",
    [
        "/../gate.py",
        "/%2e%2e/gate.py",
        "/scripts/..%2f..%2fgate.py",
        "/..%5cgate.py",
        "/%2fetc/passwd",
        "//etc/passwd",
        "/index.html%00.js",
        "/styles",
    ],
)
async def test_only_the_pages_own_files_are_served(path: str, tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        reply = await here.raw(path)

    assert reply.status in (400, 404)
    assert b"def " not in reply.body


async def test_the_inspector_is_not_reachable_on_the_sites_port(tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        token = f"Authorization: Bearer {here.server.token}"

        responses = [await here.ask(path, token) for path in ("/api/requests", "/", "/index.html")]

    assert {response.body for response in responses} == {b"a page"}


async def test_an_internal_error_is_logged_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with inspected(tmp_path) as here:
        await here.ask("/a")
        here.records.get = None  # type: ignore[method-assign, assignment]  # so that it fails

        reply = await here.raw("/api/requests/1", f"Authorization: Bearer {here.server.token}")

    assert reply.status == 500
    assert "The inspector failed" in json.loads(reply.body)["error"]
    assert "the inspector failed: TypeError" in caplog.text


async def test_bytes_that_are_not_http_cause_no_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with inspected(tmp_path) as here:
        reply = parsed(await exchange(here.server.port, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))

    assert reply.status == 400
    assert not caplog.records


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address")
def test_the_inspector_binds_to_loopback_even_if_the_site_does_not(tmp_path: Path) -> None:
    """127.0.0.2 stands for the address that others reach."""
    with demo(tmp_path, "--address=127.0.0.2") as site:
        port = int(site.inspector.partition("#")[0].rstrip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.2", int(site.site.rpartition(":")[2])), 10):
            pass
        with socket.create_connection(("127.0.0.1", port), 10):
            pass
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port), 10)
        command = [
            *localfront("trace", f"{site.site}/style.css"),
            f"--ca-dir={tmp_path / 'ca'}",
        ]
        traced = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert traced.returncode == 0, traced.stderr
    assert "200 Miss" in traced.stdout
