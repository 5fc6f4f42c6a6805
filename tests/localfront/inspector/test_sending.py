"""Requests sent from the inspector go only to the site, as described."""

from __future__ import annotations

import asyncio
import json
import shlex
import stat
from pathlib import Path
from typing import Any

import pytest

from localfront.__main__ import main
from localfront.command import tracing
from localfront.inspector.sending import NotSentError, read_order
from localfront.inspector.whereabouts import NoInspectorError, publishing, whereabouts
from localfront.logs.colours import Palette
from tests.localfront.factories import HOST
from tests.localfront.inspector.inspecting import Inspected, inspected

COOKIE = "Cookie: id=hunter2"


async def send(here: Inspected, path: str, **order: Any) -> Any:
    return await here.look(path, method="POST", body=order)


async def test_the_described_request_is_sent_and_its_stations_returned(tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        url = f"http://{HOST}/a%2Fb/../c?q=%20"
        record = await send(
            here, "/api/send", method="POST", url=url, headers=[["X-A", "1"]], body="x"
        )

    assert (record["method"], record["target"], record["host"]) == (
        "POST",
        "/a%2Fb/../c?q=%20",
        HOST,
    )
    assert record["status"] == 200
    assert ["X-A", "1"] in record["stations"][0]["parts"][0]["lines"]


async def test_an_https_request_goes_to_the_sites_https_port(tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        record = await send(here, "/api/send", method="GET", url=f"https://{HOST}/a")

    assert (record["scheme"], record["status"]) == ("https", 200)


async def test_another_hosts_url_never_leaves_this_machine(tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        url = "http://169.254.169.254/latest/meta-data"
        record = await send(here, "/api/send", method="GET", url=url)

    assert record["status"] == 403
    assert record["reason"].startswith("HO-002")


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"method": "GET"},
        {"method": "TRACE", "url": "http://a/"},
        {"method": "GET", "url": "file:///etc/passwd"},
        {"method": "GET", "url": "/a"},
        {"method": "GET", "url": "http://a/b c"},
        {"method": "GET", "url": "http://a/\r\nX: 1"},
        {"method": "GET", "url": "http://a/", "headers": [["X", "1\r\nY: 2"]]},
        {"method": "GET", "url": "http://a/", "headers": ["X"]},
        {"method": "GET", "url": "http://a:99999999/"},
        [],
        None,
    ],
)
def test_an_invalid_request_is_refused(order: Any) -> None:
    with pytest.raises(NotSentError):
        read_order(order)


async def test_a_request_is_repeated_with_its_secrets_and_the_changes(tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        await here.ask("/a?Signature=hunter2", COOKIE, "X-B: 2")

        same = await send(here, "/api/requests/1/again")
        other = await send(here, "/api/requests/1/again", method="HEAD", headers=[["x-b", "3"]])

        first, second, third = (here.records.get(n) for n in (1, 2, 3))

    assert "hunter2" not in json.dumps([same, other])
    assert first
    assert second
    assert third
    assert first.trace.target == second.trace.target
    assert first.trace.request
    assert second.trace.request
    assert third.trace.request
    assert second.trace.request.headers.get("cookie") == "id=hunter2"
    assert third.trace.request.headers.get_all("x-b") == ("3",)
    assert third.trace.method == "HEAD"


async def test_the_curl_command_repeats_the_request_and_har_is_masked(tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        await here.ask("/a?q=1", COOKIE)
        token = f"Authorization: Bearer {here.server.token}"
        command = (await here.raw("/api/requests/1/curl", token)).body.decode()
        har = await here.look("/api/requests/1/har")
        process = await asyncio.create_subprocess_exec(
            *shlex.split(command), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, _ = await process.communicate()
        again = here.records.get(2)

    assert b"a page" in out
    assert again
    assert again.trace.request
    assert again.trace.request.headers.get("cookie") == "id=hunter2"
    assert "hunter2" not in json.dumps(har)
    assert har["log"]["entries"][0]["request"]["queryString"] == [{"name": "q", "value": "1"}]


@pytest.mark.parametrize("change", [{"headers": ["X"]}, {"headers": 5}, {"method": "TRACE"}])
async def test_an_invalid_change_is_refused_without_quoting_secrets(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    async with inspected(tmp_path) as here:
        await here.ask("/a?Signature=hunter2")
        token = f"Authorization: Bearer {here.server.token}"
        reply = await here.raw("/api/requests/1/again", token, method="POST", body=change)

    assert reply.status == 400
    assert b"hunter2" not in reply.body


async def test_the_curl_command_sends_one_request_to_this_site_only(tmp_path: Path) -> None:
    async with inspected(tmp_path) as here:
        await here.ask("/a[1-3]{x,y}", "Host: localhost")
        token = f"Authorization: Bearer {here.server.token}"
        command = shlex.split((await here.raw("/api/requests/1/curl", token)).body.decode())

    assert command[command.index("--connect-to") + 1] == f"::127.0.0.1:{here.site.port}"
    assert "--globoff" in command
    assert command[-1].endswith("/a[1-3]{x,y}")


async def test_the_command_prints_a_requests_stations_as_a_tree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with inspected(tmp_path) as here:
        ports = (here.site.port,)
        with publishing(tmp_path, ports, port=here.server.port, token=here.server.token):
            url = f"http://localhost:{here.site.port}/a"
            command = ["trace", f"{url}?x=1", "-H", f"Host: {HOST}", "--ca-dir", str(tmp_path)]
            code = await asyncio.to_thread(main, command)
            tree = capsys.readouterr().out
            await asyncio.to_thread(main, [*command, "--json"])
            record = json.loads(capsys.readouterr().out)

    assert code == 0
    first, *_, last = tree.splitlines()
    assert first.startswith("GET http://")
    assert "├─ Cache: Miss: nothing is stored under this key" in tree
    assert "CA-013" in tree
    assert last.strip().startswith("X-Amz-Cf-Id")
    assert record["stations"][0]["name"] == "viewer"
    same = "\n".join(tracing.tree(record, Palette(coloured=False)))
    facts = [fact for one in record["stations"] for fact in _facts(one)]
    assert len(facts) > 20
    assert [fact for fact in facts if fact not in same] == []


def _facts(station: Any) -> list[str]:
    """A station as the inspector's page shows it."""
    if station["state"] == "skipped":
        return [f"{station['title']}: {station['summary']}"]
    parts = station["parts"]
    return [
        station["summary"],
        *(reason["text"] for reason in station["reasons"]),
        *(part["setting"] for part in (*station["key"], *station["outside"])),
        *(change["name"] for change in station["changes"]),
        *(part["start"] for part in parts if part["kind"] == "message"),
        *(f"{n}: {v}" for p in parts if p["kind"] == "message" for n, v in p["lines"]),
        *([station["madeBy"]["id"]] if station["madeBy"] else []),
    ]


def test_without_a_server_the_command_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["trace", "http://localhost:1/", "--ca-dir", str(tmp_path)])

    assert code == 1
    assert "No localfront with an inspector serves on port 1" in capsys.readouterr().err


def test_the_key_file_is_private_and_removed_with_the_server(tmp_path: Path) -> None:
    with publishing(tmp_path, (8080,), port=1234, token="key"):
        file = tmp_path / "inspectors" / "8080.json"
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (file.parent, file)]
        found = whereabouts(tmp_path, 8080)

    assert modes == [0o700, 0o600]
    assert found == (1234, "key")
    with pytest.raises(NoInspectorError):
        whereabouts(tmp_path, 8080)
