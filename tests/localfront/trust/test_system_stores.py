"""The commands for the system's trust store, which a user runs as root on Linux."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from localfront.trust import system_stores
from localfront.trust.authority import LABELS, labels_of
from localfront.trust.machine import Machine, TrustStep

LABEL = "localfront for localhost 0123abcd"
FILE = "localfront-for-localhost-0123abcd"


def lines(steps: list[TrustStep]) -> list[str]:
    return [str(command) for step in steps for command in step.commands]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    file = tmp_path / "ca.pem"
    file.write_text("certificate")
    return file


def machine(tmp_path: Path, folder: str, *, is_root: bool = False) -> Machine:
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    return Machine(home=tmp_path, search_path="", root=tmp_path, is_root=is_root)


@pytest.mark.parametrize(
    ("folder", "suffix", "update"),
    [
        ("usr/local/share/ca-certificates", "crt", "update-ca-certificates"),
        ("etc/pki/ca-trust/source/anchors", "pem", "update-ca-trust"),
        ("etc/pki/trust/anchors", "pem", "update-ca-certificates"),
        ("etc/ca-certificates/trust-source/anchors", "crt", "trust extract-compat"),
    ],
)
def test_each_linux_distribution_has_its_exact_commands(
    folder: str, suffix: str, update: str, tmp_path: Path, certificate: Path
) -> None:
    here = machine(tmp_path, folder)
    target = tmp_path / folder / f"{FILE}.{suffix}"

    adding = list(system_stores.adding(here, certificate, LABEL))
    assert lines(adding) == [
        f"sudo install -m 644 {certificate} {target}",
        f"sudo {update}",
    ]
    assert all(command.by_hand for step in adding for command in step.commands)

    target.write_text("certificate")
    (there,) = system_stores.adding(here, certificate, LABEL)
    assert (there.commands, there.note) == ((), f"already there, as {target}")

    removing = list(system_stores.removing(here, LABELS))
    first, second = lines(removing)
    assert first == f"sudo rm {target}"
    assert second.startswith(f"sudo {update}")


def test_root_needs_no_sudo(tmp_path: Path, certificate: Path) -> None:
    here = machine(tmp_path, "usr/local/share/ca-certificates", is_root=True)

    (step,) = system_stores.adding(here, certificate, LABEL)

    assert not any(command.by_hand for command in step.commands)


def test_only_the_named_authority_is_removed(tmp_path: Path) -> None:
    folder = "usr/local/share/ca-certificates"
    here = machine(tmp_path, folder)
    for kept in (FILE, "localfront-for-example.com-x.org-00000000", "another"):
        (tmp_path / folder / f"{kept}.crt").touch()
    own = tmp_path / folder / "localfront-for-example.com-11111111.crt"
    own.touch()

    removing = system_stores.removing(here, labels_of("example.com"))

    assert lines(list(removing))[0] == f"sudo rm {own}"


def test_without_an_installed_authority_nothing_is_removed(
    tmp_path: Path, certificate: Path
) -> None:
    bare = Machine(home=tmp_path, search_path="", root=tmp_path / "no")

    for steps in (
        system_stores.adding(bare, certificate, LABEL),
        system_stores.removing(bare, LABELS),
    ):
        (step,) = steps
        assert (step.commands, step.store) == ((), "system")
        assert "no store" in step.note


def test_macos_uses_the_login_keychain_and_finds_our_authority_there(
    tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    security = tmp_path / "bin" / "security"
    security.parent.mkdir()
    security.write_text(
        '#!/bin/sh\nprintf "SHA-256 hash: 11\\nSHA-1 hash: ABCD\\nkeychain: x\\n"\n'
    )
    security.chmod(0o700)
    monkeypatch.setenv("PATH", f"{security.parent}{os.pathsep}{os.environ['PATH']}")
    mac = Machine(home=tmp_path, search_path="", is_mac=True)
    keychain = tmp_path / "Library/Keychains/login.keychain-db"

    assert lines(list(system_stores.adding(mac, certificate, LABEL))) == [
        f"security add-trusted-cert -r trustRoot -p ssl -k {keychain} {certificate}"
    ]
    assert lines(list(system_stores.removing(mac, LABELS))) == [
        f"security delete-certificate -t -Z ABCD {keychain}"
    ]


def test_on_wsl_windows_gets_its_command_too(tmp_path: Path, certificate: Path) -> None:
    tool = tmp_path / "certutil.exe"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o700)
    wsl = Machine(home=tmp_path, search_path=str(tmp_path), root=tmp_path)

    _, step = system_stores.adding(wsl, certificate, LABEL)

    assert step.store == "Windows"
    assert lines([step]) == [f"{tool} -user -addstore Root {certificate}"]
    assert step.commands[0].by_hand
