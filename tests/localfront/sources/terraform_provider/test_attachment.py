"""To what Terraform attaches: the proxy, or the provider itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from localfront.sources.terraform_provider.provider_proxy import SOCKET, proxied
from tests.localfront.sources.terraform_provider.attachments import named, reattached


@pytest.mark.parametrize(
    "attached",
    [
        "",
        '{"registry.terraform.io/hashicorp/aws":{"Pid":1}}',
        "[]",
        '{"one": {}, "two": {}}',
        reattached(Path("plugin"), Addr={"Network": "tcp", "String": "127.0.0.1:1"}),
        reattached(Path("plugin"), Addr="plugin"),
        reattached(Path("plugin"), Protocol="netrpc"),
    ],
    ids=["none", "no address", "no object", "two", "TCP", "no network", "another protocol"],
)
def test_terraform_attaches_to_any_other_provider_itself(run: Path, attached: str) -> None:
    with proxied(attached, run.parent / "program", named, run) as found:
        assert found == attached


def test_a_path_too_long_for_a_socket_leaves_terraform_to_attach_itself(run: Path) -> None:
    deep = run / ("x" * 120)
    deep.mkdir()
    attached = reattached(run / "plugin")
    with proxied(attached, run.parent / "program", named, deep) as found:
        assert found == attached


def test_everything_else_about_the_provider_stays(run: Path) -> None:
    attached = reattached(run / "plugin")
    with proxied(attached, run.parent / "program", named, run) as found:
        changed = json.loads(found)["registry.terraform.io/hashicorp/aws"]
        assert changed.pop("Addr") == {"Network": "unix", "String": str(run / SOCKET)}
        (original,) = json.loads(attached).values()
        assert {**changed, "Addr": original["Addr"]} == original
