"""A plan with a web ACL, whose rules run before anything else."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.localfront.command.log_lines import PATIENCE, LogLines
from tests.localfront.command.test_serve_files import serving_command, wait_until
from tests.localfront.sources.plans import FOLDER
from tests.localfront.warm_start.command import localfront

pytestmark = pytest.mark.proves("PL-001")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, LogLines]]:
    folder = tmp_path_factory.mktemp("firewall")
    for name in ("index.html", "admin", "login"):
        (folder / "pages").mkdir(exist_ok=True)
        (folder / "pages" / name).write_text(name)
    command = [
        *localfront("serve"),
        *("--config", str(FOLDER / "firewall-plan.json"), "--ca-dir", str(folder / "ca")),
        *("--http-port", "0", "--https-port", "0"),
        *("--origin-override", f"site={folder / 'pages'}"),
    ]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    with serving_command(command, environment) as found:
        yield found


def get(port: int, target: str, viewer: str = "", **headers: str) -> tuple[int, bytes, str]:
    connection = http.client.HTTPConnection("localhost", port, timeout=PATIENCE)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if viewer:
            sent["X-Localfront-Viewer"] = viewer
        connection.request("GET", target, headers=sent)
        response = connection.getresponse()
        return response.status, response.read(), response.headers.get("x-why", "")
    finally:
        connection.close()


def test_a_rule_that_cannot_be_evaluated_is_reported_and_the_rest_apply(
    served: tuple[int, LogLines], tmp_path: Path
) -> None:
    port, log = served

    assert get(port, "/") == (200, b"index.html", "")
    log_text = wait_until(log, "GET")
    assert "rule 'managed'" in log_text
    assert "ManagedRuleGroupStatement" in log_text
    assert "WebACLId" not in log_text
    assert "rule 'login'" not in log_text


def test_an_address_of_an_ip_set_is_blocked(served: tuple[int, LogLines]) -> None:
    assert get(served[0], "/", "address=192.0.2.7")[0] == 403
    assert get(served[0], "/", "address=192.0.3.7")[0] == 200


def test_rules_may_use_labels_countries_and_custom_responses(served: tuple[int, LogLines]) -> None:
    port = served[0]

    assert get(port, "/%41dmin", "country=FR") == (451, b'{"sorry": true}', "country")
    assert get(port, "/admin") == (451, b'{"sorry": true}', "country")
    assert get(port, "/admin", "country=DE") == (200, b"admin", "")


def test_a_regex_pattern_set_inspects_a_header(served: tuple[int, LogLines]) -> None:
    assert get(served[0], "/", User_Agent="SQLMap/1.0")[0] == 403
    assert get(served[0], "/", User_Agent="curl")[0] == 200


def test_a_rate_limit_counts_each_address_in_its_scope(served: tuple[int, LogLines]) -> None:
    port = served[0]
    found = [get(port, "/login", "address=198.51.100.1")[0] for _ in range(12)]

    assert found == [200] * 10 + [403] * 2
    assert get(port, "/login", "address=198.51.100.2")[0] == 200
    assert get(port, "/", "address=198.51.100.1")[0] == 200
