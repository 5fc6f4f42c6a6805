"""The JSON schema of localfront.toml agrees with its parser."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest

from localfront.__main__ import main
from localfront.command.command_line import parse_arguments
from localfront.errors import ConfigError
from tests.localfront.command.test_configuration_file import WHOLE, project

__all__ = ["project"]
DOCUMENTATION = Path(__file__).parents[3] / "docs" / "reference" / "localfront.md"
Judge = Callable[[Any], object]


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    assert main(["schema"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def judge(printed: Any) -> Judge:
    found: Judge = fastjsonschema.compile(printed)
    return found


def test_the_documented_file_and_each_kind_of_value_are_valid(judge: Judge) -> None:
    (documented,) = re.findall(r"```toml\n(.*?)```", DOCUMENTATION.read_text(), re.DOTALL)

    judge(tomllib.loads(WHOLE))
    judge(tomllib.loads(documented))


@pytest.mark.parametrize(
    "text",
    [
        "[serve]\nhtp-port = 1\n",
        "[srve]\nhttp-port = 1\n",
        '[serve]\nstrict = "yes"\n',
        "[serve]\nhttp-port = [1]\n",
        "[serve]\nhttp-port = 65536\n",
        "[serve]\nhelp = true\n",
        '[serve]\nlog-format = "xml"\n',
        "[serve]\ndistribution = { a = 1 }\n",
    ],
)
def test_settings_that_localfront_refuses_are_invalid_in_the_schema(
    text: str, judge: Judge, project: Path
) -> None:
    (project / "localfront.toml").write_text(text)

    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        judge(tomllib.loads(text))
    with pytest.raises((ConfigError, SystemExit)):
        parse_arguments(["serve"])


def test_the_schema_has_every_option_with_its_description(printed: Any, project: Path) -> None:
    for command in ("serve", "check"):
        options = printed["properties"][command]["properties"]
        taken = set(vars(parse_arguments([command]))) - {"command", "function", "given"}
        assert taken <= {name.replace("-", "_") for name in options}, command
        assert all(o.get("description") or o.get("enum") for o in options.values())
    assert str(Path.home()) not in json.dumps(printed)
