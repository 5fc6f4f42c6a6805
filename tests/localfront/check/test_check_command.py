"""`localfront check` as users run it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from localfront.__main__ import main
from tests.localfront.check.checking import TRUST, at_edge, described
from tests.localfront.emulated import READABLE
from tests.localfront.factories import (
    DISTRIBUTION_ID,
    EDGE_ARN,
    HOST,
    a_behavior_description,
    a_distribution_description,
    listing,
)
from tests.localfront.sources.plans import FOLDER

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1"


def written(tmp_path: Path, **documents: Any) -> list[str]:
    """Options that name files with these contents."""
    options = []
    for name, document in documents.items():
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(document))
        options += ["--config", str(file)]
    return options


def plan(name: str) -> str:
    return str(FOLDER / f"{name}-plan.json")


@pytest.fixture(autouse=True)
def no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)


def test_a_clean_plan_exits_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--strict", "--config", plan("application")]) == 0
    assert "1 distribution: 1 note." in capsys.readouterr().out


def test_errors_exit_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", plan("mistakes")]) == 1
    assert "error LA-006  aws_lambda_function.login" in capsys.readouterr().out


def test_warnings_exit_with_1_only_with_strict(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["check", "--config", plan("modules")]

    assert (main(options), main([*options, "--strict"])) == (0, 1)
    assert "warning ER-010" in capsys.readouterr().out


def test_ignored_rules_are_neither_shown_nor_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ignored = ["LA-001", "LA-003", "LA-006", "S3-002", "AG-001", "HO-008"]
    options = [option for rule in ignored for option in ("--ignore", rule)]

    assert main(["check", "--config", plan("mistakes"), *options]) == 0
    assert "1 distribution: 7 warnings, 1 note." in capsys.readouterr().out


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_other_formats_are_valid_json(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", plan("mistakes"), "--format", form]) == 1
    assert json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("content", "message"),
    [("no json", "is not JSON"), ("{}", "neither"), ('{"Policy": "{}"}', "Policy")],
)
def test_unreadable_input_exits_with_2(
    content: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file.json"
    file.write_text(content)

    assert main(["check", "--config", str(file)]) == 2
    output = capsys.readouterr()
    assert message in output.err
    assert output.out == ""


def test_a_missing_file_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", "no-such-file.json"]) == 2
    assert "can't be read" in capsys.readouterr().err


def test_without_a_source_it_exits_with_2_and_lists_the_options(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check"]) == 2
    assert "AWS_ENDPOINT_URL" in capsys.readouterr().err


def test_an_invalid_rule_id_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["check", "--ignore", "everything"])

    assert refused.value.code == 2
    assert "such as LA-018" in capsys.readouterr().err


def test_several_aws_cli_outputs_make_one_description(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The role trusts both services, the certificate is for the alias, the function is too big."""
    role = {
        "Arn": "arn:aws:iam::123456789012:role/edge",
        "AssumeRolePolicyDocument": TRUST,
    }
    (raw,) = described(
        ViewerCertificate={"ACMCertificateArn": CERTIFICATE, "SSLSupportMethod": "sni-only"}
    ).distributions
    control = {
        "Id": "E2QWRUHAPOMQZL",
        "OriginAccessControlConfig": {"SigningBehavior": "always"},
    }
    function = {
        "FunctionArn": EDGE_ARN,
        "FunctionName": "edge",
        "Version": "3",
        "Runtime": "python3.13",
        "CodeSize": 60 * 1024 * 1024,
        "Timeout": 5,
        "MemorySize": 128,
        "Role": role["Arn"],
    }
    options = written(
        tmp_path,
        distribution={"Distribution": raw},
        control={"OriginAccessControl": control},
        function={"Configuration": function, "Code": {}},
        role={"Role": role},
        certificate={"Certificate": {"CertificateArn": CERTIFICATE, "DomainName": HOST}},
        bucket={"Policy": json.dumps({"Statement": [READABLE]})},
    )

    assert main(["check", "--format", "json", *options]) == 1
    report = json.loads(capsys.readouterr().out)
    assert [f["rule"] for f in report["findings"]] == ["LA-018"]
    assert [u["why"] for u in report["unchecked"]] == ["not all of its policies are known"]


def test_one_distribution_can_be_selected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    behavior = a_behavior_description(**at_edge(LambdaFunctionARN="edge"))
    wrong = a_distribution_description(Aliases=listing(), DefaultCacheBehavior=behavior)
    (right,) = described(Aliases=listing()).distributions
    options = written(
        tmp_path,
        wrong={"Distribution": wrong},
        right={"Distribution": {**right, "Id": "E2"}},
    )

    assert main(["check", *options, "--distribution", "E2"]) == 0
    assert main(["check", *options, "--distribution", DISTRIBUTION_ID]) == 1
    assert "LA-001" in capsys.readouterr().out


def test_an_unknown_rule_to_ignore_is_an_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ["check", "--ignore", "XX-999", "--ignore", "LA-018"]

    assert main([*options, "--config", plan("application")]) == 0

    message = capsys.readouterr().err
    assert "--ignore XX-999" in message
    assert "LA-018" not in message
