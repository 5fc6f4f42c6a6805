"""Options in `localfront.toml` and [tool.localfront]."""

from __future__ import annotations

from pathlib import Path

import pytest

from localfront.__main__ import main
from localfront.command.command_line import parse_arguments
from localfront.errors import ConfigError

WHOLE = """
[serve]
source = ["site.json"]
https-port = 1234
interval = 0.5
strict = true
edge = { guard = "edge", other = "edge" }
origin-override = ["api=http://localhost:3000"]
assume = { generated_object_is_hit = true }
var = { region = "eu-west-1" }

[check]
strict = true
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the files named above."""
    (tmp_path / "edge").mkdir()
    (tmp_path / "site.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_kind_of_option_is_read_as_on_the_command_line(project: Path) -> None:
    (project / "localfront.toml").write_text(WHOLE)

    options = parse_arguments(["serve"])

    assert options.source == [Path("site.json")]
    assert options.https_port == 1234
    assert options.interval == 0.5
    assert options.strict is True
    assert dict(options.edge) == {n: project / "edge" for n in ("guard", "other")}
    assert [name for name, _ in options.origin_override] == ["api"]
    assert options.assume == [("generated_object_is_hit", True)]
    assert parse_arguments(["check"]).strict is True


def test_the_pyproject_table_is_read_if_there_is_no_localfront_toml(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.localfront.serve]\nhttp-port = 1\n")
    assert parse_arguments(["serve"]).http_port == 1

    (project / "localfront.toml").write_text("[serve]\nhttp-port = 2\n")
    assert parse_arguments(["serve"]).http_port == 2


def test_the_command_line_overrides_the_file(project: Path) -> None:
    (project / "localfront.toml").write_text(WHOLE)
    (project / "other.json").write_text("{}")

    options = parse_arguments(["serve", "other.json", "--https-port", "9", "--edge", "guard=."])

    assert options.source == [Path("other.json")]
    assert options.https_port == 9
    assert dict(options.edge)["guard"] == project
    assert dict(options.edge)["other"] == project / "edge"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[serve]\nhtp-port = 1\n", "no option 'htp-port' (did you mean 'http-port'?)"),
        ("[srve]\nhttp-port = 1\n", "no table 'srve' (did you mean 'serve'?)"),
        ("http-port = 1\n", "no table 'http-port'"),
        ("[serve\n", "localfront.toml can't be read"),
        ('[serve]\nstrict = "yes"\n', "strict: write true or false"),
        ("[serve]\nhttp-port = [1]\n", "http-port: write a string or a number"),
        ("[serve]\nhelp = true\n", "no option 'help'"),
    ],
)
def test_an_invalid_setting_in_the_file_is_refused_by_name(
    text: str, message: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "localfront.toml").write_text(text)

    with pytest.raises(ConfigError) as error:
        parse_arguments(["serve"])

    assert message in str(error.value)
    assert main(["serve"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_an_error_for_an_invalid_value_names_the_file(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "localfront.toml").write_text('[serve]\nhttp-port = "x"\n')

    with pytest.raises(SystemExit):
        parse_arguments(["serve"])

    assert "localfront.toml: argument --http-port: 'x' is not a port" in capsys.readouterr().err


def test_a_pyproject_without_our_table_has_no_effect(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")

    assert parse_arguments(["serve"]).http_port == 8080
