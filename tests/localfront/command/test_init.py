"""`localfront init` in projects of several kinds."""

from __future__ import annotations

from pathlib import Path

import pytest

from localfront.__main__ import main
from localfront.command.command_line import parse_arguments

TERRAFORM = 'resource "aws_cloudfront_distribution" "site" {}\n'
TEMPLATE = "Resources:\n  Site:\n    Type: AWS::CloudFront::Distribution\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        file = folder / name.replace("__", "/").replace("_json", ".json").replace("_tf", ".tf")
        file = file.with_suffix(".yaml") if file.suffix == "" else file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


@pytest.mark.parametrize(
    ("files", "source"),
    [
        ({"infra__main_tf": TERRAFORM, "infra__network__main_tf": "# none\n"}, "infra"),
        ({"main_tf": 'module "cdn" { source = "terraform-aws-modules/cloudfront/aws" }'}, "."),
        ({"cdk.out__manifest_json": "{}", "cdk.out__Site_json": TEMPLATE}, "cdk.out"),
        ({"template": TEMPLATE}, "template.yaml"),
        ({"aws__site_json": '{"DistributionConfig": {}}', "package_json": "{}"}, "aws/site.json"),
        ({".aws-sam__build__template": TEMPLATE}, ".aws-sam/build/template.yaml"),
    ],
)
def test_init_writes_the_source_that_serve_then_reads(
    files: dict[str, str], source: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, **files)

    assert main(["init"]) == 0

    assert parse_arguments(["serve"]).source == [Path(source)]
    assert parse_arguments(["check"]).source == [Path(source)]
    output = capsys.readouterr().out
    assert source in output
    assert "localfront serve" in output


def test_of_several_sources_the_first_is_set_and_the_others_are_comments(project: Path) -> None:
    write(project, terraform__main_tf=TERRAFORM, template=TEMPLATE)

    assert main(["init"]) == 0

    assert parse_arguments(["serve"]).source == [Path("terraform")]
    assert '# source = ["template.yaml"]' in (project / "localfront.toml").read_text()


def test_downloaded_modules_are_not_taken_for_the_project(project: Path) -> None:
    write(
        project,
        **{"node_modules__a__main_tf": TERRAFORM, ".terraform__modules__main_tf": TERRAFORM},
    )

    assert main(["init"]) == 0

    assert parse_arguments(["serve"]).source == []


def test_an_existing_file_is_not_overwritten(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "localfront.toml").write_text("[serve]\nhttp-port = 1\n")

    assert main(["init"]) == 1

    assert "localfront.toml exists already" in capsys.readouterr().err
    assert parse_arguments(["serve"]).http_port == 1


def test_init_without_a_source_says_what_to_do(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init"]) == 0

    assert "AWS_ENDPOINT_URL" in capsys.readouterr().out


def test_a_name_with_quotes_and_escapes_is_quoted_in_the_file(project: Path) -> None:
    folder = project / 'a"b\\c\td'
    folder.mkdir()
    (folder / "main.tf").write_text(TERRAFORM)

    assert main(["init"]) == 0

    assert parse_arguments(["serve"]).source == [Path(folder.name)]
