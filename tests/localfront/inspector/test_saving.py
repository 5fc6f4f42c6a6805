"""Tests saved from a request reproduce it: each saved test is run."""

from __future__ import annotations

import http.client
import json
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.localfront.inspector.demo_site import Demo, demo
from tests.localfront.inspector.inspecting import inspected
from tests.localfront.warm_start.command import localfront

pytest_plugins = ["pytester"]
# Saved tests run in this process, which has their imports already. These plugins would change what
# belongs to the whole process.
OPTIONS = ["-p", "localfront.pytest_plugin"]
OPTIONS += [f"-pno:{name}" for name in ("cacheprovider", "faulthandler", "unraisableexception")]
LOGGED_IN = {"Cookie": "session-id=hunter2; theme=dark", "X-Quotes": "'''\"\"\"\\"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo(tmp_path_factory.mktemp("demo"), "--inspect-bodies") as served:
        yield served


def ask(site: Demo, target: str, headers: dict[str, str] | None = None) -> None:
    connection = http.client.HTTPConnection(site.site.partition("//")[2], timeout=60)
    connection.request("GET", target, headers=headers or {})
    connection.getresponse().read()
    connection.close()


def look(site: Demo, path: str) -> str:
    address, _, key = site.inspector.partition("#")
    request = urllib.request.Request(
        f"{address.rstrip('/')}{path}", headers={"Authorization": f"Bearer {key}"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return str(response.read().decode())


def last(site: Demo) -> int:
    return int(json.loads(look(site, "/api/requests"))["last"])


def test_a_saved_test_passes_and_fails_after_the_site_changes(
    site: Demo, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A function's redirect, an error page, a hit from a folder, an API, a CloudFront Function with a
    store, and a function that fails.
    """
    visits: list[tuple[str, dict[str, str]]] = [
        ("/log", {}),
        ("/log/?page=1", LOGGED_IN),
        ("/style.css", {}),
        ("/style.css", {}),
        ("/api/entries", LOGGED_IN),
        ("/login", {"X-Localfront-Viewer": "country=DE"}),
        ("/broken", {}),
    ]
    saved = {}
    for target, headers in visits:
        ask(site, target, headers)
        number = last(site)
        saved[target] = look(site, f"/api/requests/{number}/test")
        (pytester.path / f"test_{number}.py").write_text(saved[target])
    changed = saved["/login"].replace('"Ahoy"', '"Hello"', 1)
    (pytester.path / "test_changed.py").write_text(changed)

    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    ran = pytester.runpytest_inprocess(*OPTIONS)

    ran.assert_outcomes(failed=1, passed=len(visits))
    ran.stdout.fnmatch_lines(["*Ahoy*", "FAILED test_changed.py*"])
    assert '"Hit from cloudfront"' in saved["/style.css"]
    assert "hunter2" in saved["/log/?page=1"]
    assert "X-Origin-Verify" in saved["/api/entries"]


def test_a_saved_event_can_be_run_with_invoke(site: Demo, tmp_path: Path) -> None:
    ask(site, "/log", LOGGED_IN)
    event = tmp_path / "event.json"
    event.write_text(look(site, f"/api/requests/{last(site)}/events/viewer-request"))
    guard = tmp_path / "guard"
    guard.mkdir()
    (guard / "index.py").write_text(
        "def handler(event, context):\n    return event['Records'][0]['cf']['request']\n"
    )
    command = [
        *localfront("invoke", "--function", str(guard)),
        *("--event", str(event)),
    ]
    invoked = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert invoked.returncode == 0, invoked.stderr
    result: Any = json.loads(invoked.stdout)
    assert result["uri"] == "/log"
    assert "hunter2" in result["headers"]["cookie"][0]["value"]


async def test_a_request_that_a_test_cannot_repeat_is_refused_with_the_remedy(
    tmp_path: Path,
) -> None:
    async with inspected(tmp_path) as here:
        token = f"Authorization: Bearer {here.server.token}"
        await here.ask("/a", "Host: nobody.example")
        nobody = await here.raw("/api/requests/1/test", token)
        no_function = await here.raw("/api/requests/1/events/viewer-request", token)
        outside = await here.raw("/api/requests/1/test")

    assert (nobody.status, no_function.status, outside.status) == (409, 404, 401)
    assert b"No distribution matched the request" in nobody.body
