"""Terraform's provider is started once, if possible, and is gone afterwards."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from harness.terraform.kept_provider import kept_provider
from localfront.sources.terraform_provider.attachment import VARIABLE
from tests.localfront.sources.terraform_provider.attachments import reattached, socket_of

TELLS = '{"registry.terraform.io/hashicorp/aws":{"Pid":1}}'
SAYS_HOW = f"""\
cat <<'END'
Provider started. To attach Terraform CLI, set this variable:

	{VARIABLE}='{TELLS}'
END
exec sleep 600"""
PATIENCE = 20  # seconds


def provider(configuration: Path, script: str) -> None:
    """A program at the path where `terraform init` installs the provider."""
    folder = configuration / ".terraform/providers/registry.example/hashicorp/aws/5.0.0/here"
    folder.mkdir(parents=True)
    program = folder / "terraform-provider-aws_v5"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    made = tmp_path / "terraform"
    made.mkdir()
    return made


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_terraform_attaches_to_the_provider_that_ends_with_the_command(
    configuration: Path,
) -> None:
    provider(configuration, f"echo $$ >pid\n{SAYS_HOW}")

    with kept_provider(configuration, dict(os.environ)) as variables:
        assert variables == {VARIABLE: TELLS}
        process = int((configuration / "pid").read_text())
        assert is_alive(process)

    deadline = time.monotonic() + PATIENCE
    while is_alive(process) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(process), f"the provider runs {PATIENCE} s after the command"


def test_each_of_several_providers_at_a_time_has_its_proxy(configuration: Path) -> None:
    address = Path("/nowhere/plugin")
    provider(configuration, SAYS_HOW.replace(TELLS, reattached(address)))

    with (
        kept_provider(configuration, dict(os.environ)) as one,
        kept_provider(configuration, dict(os.environ)) as other,
    ):
        proxies = {socket_of(variables[VARIABLE]) for variables in (one, other)}

    assert len(proxies) == 2
    assert str(address) not in proxies


def test_a_provider_that_cannot_be_attached_is_left_to_terraform(configuration: Path) -> None:
    provider(configuration, "echo 'flag provided but not defined: -debug' >&2; exit 2")

    with kept_provider(configuration, dict(os.environ)) as variables:
        assert variables == {}


def test_without_a_provider_terraform_starts_its_own(configuration: Path) -> None:
    with kept_provider(configuration, dict(os.environ)) as variables:
        assert variables == {}


def test_a_commands_error_is_passed_on(configuration: Path) -> None:
    provider(configuration, SAYS_HOW)

    with (
        pytest.raises(ValueError, match="of the command"),
        kept_provider(configuration, dict(os.environ)),
    ):
        raise ValueError("of the command")
