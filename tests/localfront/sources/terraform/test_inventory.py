"""The declarations in a Terraform folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from localfront.sources.terraform_folder.inventory import read_inventory

AWS = 'provider "aws" { region = "eu-west-1" }\n'
PROVISIONER = """
resource "terraform_data" "deployed" {
  provisioner "local-exec" { command = "true" }
}
"""


def initialised(folder: Path, **modules: str) -> Path:
    """The data folder after `terraform init`, with modules by their keys with `__` for dots."""
    entries = [{"Key": "", "Dir": "."}]
    for key, text in modules.items():
        (folder / key).mkdir()
        (folder / key / "main.tf").write_text(text)
        entries.append({"Key": key.replace("__", "."), "Dir": key})
    (folder / ".terraform" / "modules").mkdir(parents=True)
    manifest = folder / ".terraform" / "modules" / "modules.json"
    manifest.write_text(json.dumps({"Modules": entries}))
    return folder / ".terraform"


def test_a_modules_provider_configuration_is_not_taken_for_the_roots(
    tmp_path: Path,
) -> None:
    (tmp_path / "main.tf").write_text(f'{AWS}module "site" {{ source = "./site" }}\n')

    found = read_inventory(tmp_path, initialised(tmp_path, site='provider "random" {}\n'))

    assert [(provider.name, provider.region) for provider in found.providers] == [
        ("aws", '"eu-west-1"')
    ]


def test_modules_that_only_the_folders_tests_use_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(AWS)

    found = read_inventory(tmp_path, initialised(tmp_path, test__site__for_real=PROVISIONER))

    assert found.resources == ()
    assert not found.has_provisioners


def test_a_module_called_test_is_included(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(f'{AWS}module "test" {{ source = "./test" }}\n')

    found = read_inventory(tmp_path, initialised(tmp_path, test="", test__data=PROVISIONER))

    assert [resource.address for resource in found.resources] == [
        "module.test.module.data.terraform_data.deployed"
    ]
    assert found.has_provisioners


@pytest.mark.parametrize(
    ("call", "repeated"),
    [
        ("for_each = toset([])", True),
        ("count = var.enabled ? 1 : 0", True),
        ("", False),
        ('name = "count"', False),
    ],
)
def test_repeated_modules_are_detected_at_any_depth(
    tmp_path: Path, call: str, repeated: bool
) -> None:
    (tmp_path / "main.tf").write_text('module "site" { source = "./site" }\n')
    inner = f'module "pages" {{\n  source = "../pages"\n  {call}\n}}\n'

    found = read_inventory(tmp_path, initialised(tmp_path, site=inner, site__pages=""))

    assert found.has_repeated_modules is repeated
