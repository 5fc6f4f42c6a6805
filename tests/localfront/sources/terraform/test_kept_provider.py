"""A provider that is kept running: its attachment data, its output, and its end."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from localfront.sources.terraform_folder.kept_provider import kept_provider
from localfront.sources.terraform_provider.attachment import VARIABLE

SAYS = """echo "TF_REATTACH_PROVIDERS='{\\"registry.terraform.io/hashicorp/aws\\": {\\"Pid\\": 1}}'"
"""
STAYS = "exec sleep 600\n"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / ".terraform"


def install(data_dir: Path, script: str, version: str = "5.100.0") -> None:
    folder = data_dir / "providers/registry.opentofu.org/hashicorp/aws" / version / "linux_amd64"
    folder.mkdir(parents=True)
    program = folder / f"terraform-provider-aws_v{version}_x5"
    program.write_text(f"#!/bin/sh\n{script}")
    program.chmod(0o755)


def kept(data_dir: Path) -> Iterator[dict[str, str]]:
    with kept_provider(data_dir.parent, data_dir, {"PATH": os.environ["PATH"]}) as attached:
        yield attached


def test_a_kept_provider_has_its_installed_name_and_ends_with_the_block(data_dir: Path) -> None:
    lives = data_dir.parent / "lives"
    os.mkfifo(lives)
    reading = os.open(lives, os.O_RDONLY | os.O_NONBLOCK)
    install(data_dir, f"exec 9>lives\necho lives >&9\n{SAYS}{STAYS}")

    (attached,) = kept(data_dir)

    assert attached == {VARIABLE: '{"registry.opentofu.org/hashicorp/aws": {"Pid": 1}}'}
    os.set_blocking(reading, True)
    assert os.read(reading, 100) == b"lives\n"
    assert os.read(reading, 100) == b""  # nobody can write to it any more
    os.close(reading)


def test_output_of_a_kept_provider_does_not_block_it(data_dir: Path) -> None:
    os.mkfifo(data_dir.parent / "printed")
    install(data_dir, f"{SAYS}head -c 1000000 /dev/zero\necho all of it >printed\n{STAYS}")

    for _ in kept(data_dir):
        assert (data_dir.parent / "printed").read_text() == "all of it\n"


@pytest.mark.parametrize("script", ["exit 1\n", "echo TF_REATTACH_PROVIDERS=\\'nonsense\\'\n"])
def test_a_provider_that_cannot_be_kept_is_left_to_terraform(data_dir: Path, script: str) -> None:
    install(data_dir, script)

    assert list(kept(data_dir)) == [{}]


def test_without_room_for_each_process_socket_terraform_starts_the_provider(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system limits a socket's path, and its number may be shorter or longer."""
    install(data_dir, SAYS + STAYS)
    long = data_dir.parent / ("l" * 70)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))

    assert list(kept(data_dir)) == [{}]


def test_with_two_installed_versions_terraform_starts_the_provider(data_dir: Path) -> None:
    for version in ("5.99.0", "5.100.0"):
        install(data_dir, SAYS + STAYS, version)

    assert list(kept(data_dir)) == [{}]


def test_without_a_provider_nothing_is_kept(data_dir: Path) -> None:
    assert list(kept(data_dir)) == [{}]
