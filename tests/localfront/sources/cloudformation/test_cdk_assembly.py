"""CDK's assembly: references between stacks, and missing parts of a project."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from localfront.check.command import run as check
from localfront.command.command_line import parse_arguments
from localfront.errors import ConfigError
from localfront.sources.cloudformation.project import CloudFormationProject
from localfront.sources.cloudformation.template import parse_template
from tests.localfront.command.test_serve_cdk import FIXTURE
from tests.localfront.sources.cloudformation.templates import a_site

ASSEMBLY = FIXTURE / "cdk.out"


def test_a_function_of_another_region_is_found_by_the_parameter_with_its_version() -> None:
    description = CloudFormationProject(ASSEMBLY, {}).description()

    arns = sorted(arn for arn in description.lambda_functions if not arn.endswith("$LATEST"))
    assert [arn.split(":")[3] for arn in arns] == ["us-east-1", "us-east-1"]
    (edge,) = [a for a in arns if "edge-lambda-stack" in a]
    folder = Path(description.lambda_functions[edge]["Code"]["Directory"])
    assert (folder / "index.js").is_file()
    assert description.notices == ()


def test_check_finds_no_errors_in_a_cdk_assembly(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = check(parse_arguments(["check", str(ASSEMBLY), "--format", "json"]))

    captured = capsys.readouterr()
    assert status == 0, captured.out
    assert '"severity": "error"' not in captured.out
    assert captured.err == ""


def test_an_error_for_an_unsynthesized_project_names_the_command(tmp_path: Path) -> None:
    (tmp_path / "cdk.json").write_text('{"app": "node app.js"}')

    with pytest.raises(
        ConfigError, match=r"CDK project without cdk\.out\. Run `npx cdk synth` in it\."
    ):
        CloudFormationProject(tmp_path, {}).description()


def test_an_edit_of_any_stack_changes_the_whole_assembly(tmp_path: Path) -> None:
    shutil.copytree(ASSEMBLY, tmp_path / "cdk.out")
    project = CloudFormationProject(tmp_path / "cdk.out", {})
    (shop,) = [d for d in project.description().distributions if _aliases(d)]
    template = tmp_path / "cdk.out" / "Shop.template.json"
    template.write_text(template.read_text().replace("shop.example.com", "new.example.com"))

    found = [_aliases(d) for d in project.description().distributions]

    assert _aliases(shop) == ["shop.example.com"]
    assert ["new.example.com"] in found


def _aliases(distribution: Any) -> list[str]:
    aliases: dict[str, list[str]] = distribution["DistributionConfig"].get("Aliases", {})
    return aliases.get("Items", [])


def test_an_asset_of_version_1_is_located_by_parameters(tmp_path: Path) -> None:
    asset = {
        "id": "abc",
        "path": "asset.abc",
        "s3BucketParameter": "AssetBucket",
        "s3KeyParameter": "AssetKey",
        "artifactHashParameter": "AssetHash",
    }
    key = ["", [{"Fn::Select": [n, {"Fn::Split": ["||", {"Ref": "AssetKey"}]}]} for n in (0, 1)]]
    template = parse_template(a_site().encode())
    assert template is not None
    uploaded = {"SourceObjectKeys": [{"Fn::Join": key}], "DestinationBucketName": {"Ref": "Bucket"}}
    template["Resources"]["Upload"] = {
        "Type": "Custom::CDKBucketDeployment",
        "Properties": uploaded,
    }
    named = ("AssetBucket", "AssetKey", "AssetHash")
    parameters = {name: {"Type": "String"} for name in named}
    manifest = {
        "artifacts": {
            "Site": {
                "type": "aws:cloudformation:stack",
                "environment": "aws://unknown-account/unknown-region",
                "properties": {"templateFile": "Site.template.json"},
                "metadata": {"/Site": [{"type": "aws:cdk:asset", "data": asset}]},
            }
        }
    }
    (tmp_path / "asset.abc").mkdir()
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "Site.template.json").write_text(json.dumps({**template, "Parameters": parameters}))

    ((bucket, folder),) = CloudFormationProject(tmp_path, {}).description().bucket_folders.items()

    assert bucket.startswith("site-bucket-")
    assert folder.path == tmp_path / "asset.abc"
