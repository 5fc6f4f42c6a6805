"""Which locked versions of providers a folder's `required_providers` allow, as Terraform has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from localfront.errors import ConfigError
from localfront.sources.terraform_folder.inventory import read_inventory
from localfront.sources.terraform_folder.locked_providers import is_allowed, require_locked

LOCK = """\
# This file is maintained automatically by "terraform init".

provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.100.0"
  constraints = ">= 5.0.0"
}

provider "registry.terraform.io/hashicorp/random" {
  version = "3.6.0"
}
"""


@pytest.mark.parametrize(
    ("constraints", "allowed"),
    [
        ("5.100.0", True),
        ("= 5.100", True),
        ("v5.99.0", False),
        ("!= 5.100.0", False),
        (">= 5.0, < 6.0", True),
        (">= 5.0, < 5.100", False),
        ("> 5.100.0", False),
        ("<=5.100.0", True),
        ("~> 5.0", True),
        ("~> 5.99", True),
        ("~> 5.101", False),
        ("~> 4.0", False),
        ("~> 5.100.0", True),
        ("~> 5.99.0", False),
        ("5.100.0-beta1", True),  # can't be told
    ],
)
def test_a_constraint_allows_what_terraform_would(constraints: str, allowed: bool) -> None:
    assert is_allowed("5.100.0", constraints) is allowed


def test_a_locked_prerelease_is_left_to_terraform() -> None:
    assert is_allowed("6.0.0-beta1", "~> 5.0")


@pytest.mark.parametrize(
    ("required", "message"),
    [
        ('aws = { source = "hashicorp/aws", version = "~> 4.0" }', 'hashicorp/aws "~> 4.0"'),
        ('random = "3.5.0"', 'hashicorp/random "3.5.0", and 3.6.0 is locked'),
    ],
)
def test_a_locked_version_outside_of_the_constraint_is_an_error(
    required: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / ".terraform.lock.hcl").write_text(LOCK)
    (tmp_path / "main.tf").write_text(
        f"terraform {{\n required_providers {{\n {required}\n }}\n}}\n"
    )
    inventory = read_inventory(tmp_path, tmp_path / ".terraform")

    with pytest.raises(ConfigError) as refused:
        require_locked(tmp_path, inventory.required_providers)

    assert message in str(refused.value)
    assert f"`terraform -chdir={tmp_path} init -backend=false -upgrade`" in str(refused.value)


@pytest.mark.parametrize("lock", [LOCK, ""])
def test_an_allowed_locked_version_and_an_unlocked_provider_are_accepted(
    lock: str, tmp_path: Path
) -> None:
    if lock:
        (tmp_path / ".terraform.lock.hcl").write_text(lock)
    required = '{"aws": {"source": "hashicorp/aws", "version": ">= 5.0"}, "tls": {"version": "4"}}'
    (tmp_path / "main.tf.json").write_text(f'{{"terraform": {{"required_providers": {required}}}}}')

    inventory = read_inventory(tmp_path, tmp_path / ".terraform")

    require_locked(tmp_path, inventory.required_providers)
    assert [one.source for one in inventory.required_providers] == [
        "hashicorp/aws",
        "hashicorp/tls",
    ]
