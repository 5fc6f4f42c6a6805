"""Folders and files: which kind of project they are, and what is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from localfront.errors import ConfigError
from localfront.sources.cloudformation import template_files
from localfront.sources.cloudformation.project import CloudFormationProject
from localfront.sources.project_kinds import project_of
from localfront.sources.terraform_folder.settings import NO_SETTINGS
from tests.localfront.sources.cloudformation.templates import a_site


def test_parameters_and_stack_name_of_samconfig_are_used(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(
        "Parameters: {Host: {Type: String}, Path: {Type: String, Default: /a}}\n"
        + a_site(
            "Origins: [{Id: pages, DomainName: !Ref Host, OriginPath: !Ref Path,"
            " CustomOriginConfig: {OriginProtocolPolicy: https-only}}]"
        )
    )
    (tmp_path / "samconfig.toml").write_text(
        'version = 0.1\n[default.deploy.parameters]\nstack_name = "mine"\nregion = "eu-west-1"\n'
        'parameter_overrides = "Host=\\"a.example.com\\" Path=/b"\n'
    )

    description = CloudFormationProject(tmp_path, {"Path": "/c"}).description()

    ((_, label),) = description.labels.items()
    assert label == "mine/Site"
    (origin,) = description.distributions[0]["DistributionConfig"]["Origins"]["Items"]
    assert (origin["DomainName"], origin["OriginPath"]) == ("a.example.com", "/c")


def test_globals_apply_to_all_functions_unless_overridden(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(
        "Transform: [AWS::Serverless-2016-10-31]\n"
        "Globals: {Function: {Runtime: python3.12, Timeout: 9, MemorySize: 256}}\n"
        + a_site(
            "DefaultCacheBehavior:\n"
            "  TargetOriginId: pages\n"
            "  ViewerProtocolPolicy: allow-all\n"
            "  CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad\n"
            "  LambdaFunctionAssociations:\n"
            "    - {EventType: origin-request, LambdaFunctionARN: !Sub '${Edge.Version}'}\n",
            "  Edge:\n"
            "    Type: AWS::Serverless::Function\n"
            "    Properties: "
            "{InlineCode: x, Handler: index.h, Timeout: 3, AutoPublishAlias: live}\n",
        )
    )

    description = CloudFormationProject(tmp_path, {}).description()

    ((arn, function),) = description.lambda_functions.items()
    assert arn.endswith(":1")
    settings = function["Configuration"]
    assert (settings["Runtime"], settings["Timeout"], settings["MemorySize"]) == (
        "python3.12",
        3,
        256,
    )


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("serverless.yml", "service: a", "not packaged. Run `npx serverless package` in it."),
        ("cdk.json", "{}", "without cdk.out. Run `npx cdk synth` in it."),
        ("template.yaml", "a: 1", "is not a template: it has no Resources."),
        ("template.yaml", "Resources: {a: [", "It is not YAML: line "),
        ("manifest.json", "{}", "it has no artifacts. Run `npx cdk synth` again."),
    ],
)
def test_an_unusable_project_file_is_a_one_line_error(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    (tmp_path / name).write_text(text)
    project = project_of(tmp_path, NO_SETTINGS, {})
    assert project is not None

    with pytest.raises(ConfigError) as refused:
        project.description()

    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


LONG = "Resources:\n  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %s}}\n" % (
    "a" * 5000
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("manifest.json", '{"artifacts": {"a": "b"}}'),
        (
            "manifest.json",
            '{"artifacts": {"a": {"type": "cdk:cloud-assembly", "properties": [1]}}}',
        ),
        (
            "manifest.json",
            '{"artifacts": {"a": {"type": "aws:cloudformation:stack",'
            ' "properties": {"templateFile": "a\\u0000"}}}}',
        ),
        ("template.yaml", LONG),
    ],
)
def test_malformed_project_files_are_a_one_line_error(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)

    with pytest.raises(ConfigError, match="does not have the structure of a template") as refused:
        CloudFormationProject(tmp_path, {}).description()

    assert "\n" not in str(refused.value)


def test_an_unclosed_quote_in_samconfig_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(a_site())
    (tmp_path / "samconfig.toml").write_text(
        '[default.deploy.parameters]\nparameter_overrides = "Host=\'a"\n'
    )

    with pytest.raises(ConfigError, match=r"samconfig\.toml: parameter_overrides has No closing"):
        CloudFormationProject(tmp_path, {}).description()


def test_a_stack_that_contains_itself_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template_files, "MOST_FILES", 50)
    itself = "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: template.yaml}}"
    (tmp_path / "template.yaml").write_text(f"Resources:\n  A: {itself}\n  B: {itself}\n")

    with pytest.raises(ConfigError, match="A stack must not contain itself"):
        CloudFormationProject(tmp_path, {}).description()


@pytest.mark.parametrize(("runtime", "is_answered"), [("python3.12", True), ("go1.x", False)])
def test_the_origin_of_an_unsupported_function_needs_an_override(
    tmp_path: Path, runtime: str, is_answered: bool
) -> None:
    (tmp_path / "template.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\n"
        + a_site(
            "Origins: "
            "[{Id: pages, DomainName: !Sub '${ServerlessRestApi}.execute-api.us-east-1.amazonaws.com', CustomOriginConfig: {OriginProtocolPolicy: https-only}}]",
            "  Hello:\n"
            "    Type: AWS::Serverless::Function\n"
            f"    Properties: {{InlineCode: x, Handler: a.b, Runtime: {runtime},"
            " Events: {A: {Type: Api, Properties: {Path: /a, Method: get}}}}\n",
        )
    )

    description = CloudFormationProject(tmp_path, {}).description()

    assert bool(description.lambda_origins) is is_answered


def test_a_nested_stack_gets_its_parameters_and_returns_its_outputs(tmp_path: Path) -> None:
    (tmp_path / "inner.yaml").write_text(
        "Parameters: {Zone: {Type: String}}\nResources: {}\n"
        "Outputs: {Host: {Value: !Sub 'a.${Zone}'}}\n"
    )
    (tmp_path / "template.yaml").write_text(
        a_site(
            "Origins: [{Id: pages, DomainName: !GetAtt Inner.Outputs.Host,"
            " CustomOriginConfig: {OriginProtocolPolicy: https-only}}]",
            "  Inner:\n"
            "    Type: AWS::CloudFormation::Stack\n"
            "    Properties: {TemplateURL: ./inner.yaml, Parameters: {Zone: example.com}}\n",
        )
    )

    description = CloudFormationProject(tmp_path, {}).description()

    (origin,) = description.distributions[0]["DistributionConfig"]["Origins"]["Items"]
    assert origin["DomainName"] == "a.example.com"


def test_sources_newer_than_the_build_get_a_notice(tmp_path: Path) -> None:
    template = "Transform: AWS::Serverless-2016-10-31\n" + a_site(
        rest="  Code:\n    Type: AWS::Serverless::Function\n"
        "    Properties: {CodeUri: code, Handler: a.b, Runtime: python3.13}\n"
    )
    for file in (
        tmp_path / "template.yaml",
        tmp_path / "code" / "a.py",
        tmp_path / ".aws-sam" / "build" / "template.yaml",
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(template if file.suffix == ".yaml" else "")
        os.utime(file, (1_700_000_000, 1_700_000_000))

    def notices() -> str:
        return "".join(map(str, CloudFormationProject(tmp_path, {}).description().notices))

    assert not notices()
    os.utime(tmp_path / "code" / "a.py")
    assert "is older than" in notices()
    assert "a.py. Here the build is served: run `sam build`" in notices()
