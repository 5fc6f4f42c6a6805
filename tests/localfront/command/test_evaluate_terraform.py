"""Evaluating a Terraform folder before its first apply."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from localfront.sources.terraform.show import parse_show
from localfront.sources.terraform_folder.evaluation import evaluate
from localfront.sources.terraform_folder.settings import TerraformSettings
from tests.localfront.command.terraform_project import SHOP, SHOPS, environment


def test_two_evaluations_of_a_folder_are_the_same(project: Path) -> None:
    """With a record for each name of a certificate, known only in the second pass."""
    settings = TerraformSettings(arguments=("-var=name=mine",), environment=environment())

    one, another = (evaluate(project / "terraform", settings).document for _ in range(2))

    assert "mine.example.com" in json.dumps(one)
    assert one == another


def test_each_instance_of_a_repeated_module_is_evaluated(project: Path) -> None:
    folder = project / "terraform"
    (folder / "shops.tf").write_text(SHOPS)
    (folder / "shop").mkdir()
    (folder / "shop" / "main.tf").write_text(SHOP)
    subprocess.run(["terraform", "get"], cwd=folder, check=True, timeout=60)
    settings = TerraformSettings(arguments=("-var=name=mine",), environment=environment())

    resources = parse_show(evaluate(folder, settings).document).resources

    buckets = {r.address: r.values["id"] for r in resources if r.type == "aws_s3_bucket"}
    assert buckets == {"module.site.aws_s3_bucket.this": "mine-pages"} | {
        f'module.shops["{shop}"].module.bucket[{n}].aws_s3_bucket.this': f"{shop}-{n}-pages"
        for shop in ("shop.de", "shop.fr")
        for n in range(2)
    }
