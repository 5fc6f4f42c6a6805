"""What a Terraform folder declares."""

from __future__ import annotations

import json
from pathlib import Path

from localfront.sources.terraform_folder.inventory import read_inventory

AWS = 'provider "aws" { region = "eu-west-1" }\n'
MODULES = {"Modules": [{"Key": "", "Dir": "."}, {"Key": "site", "Dir": "site"}]}


def test_a_modules_provider_configuration_is_distinguished_from_the_roots(
    tmp_path: Path,
) -> None:
    (tmp_path / "main.tf").write_text(f'{AWS}module "site" {{ source = "./site" }}\n')
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "main.tf").write_text('provider "random" {}\n')
    (tmp_path / ".terraform" / "modules").mkdir(parents=True)
    (tmp_path / ".terraform" / "modules" / "modules.json").write_text(json.dumps(MODULES))

    found = read_inventory(tmp_path, tmp_path / ".terraform")

    assert [(provider.name, provider.region) for provider in found.providers] == [
        ("aws", '"eu-west-1"')
    ]
    assert found.configured_in_modules == {"random"}
