"""The text of a template: YAML as CloudFormation reads it, and harmful input."""

from __future__ import annotations

from pathlib import Path

import pytest

from localfront.errors import ConfigError
from localfront.sources.cloudformation.template import holds_template, parse_template

LAUGHS = "Resources:\n  a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"  {name}: &{name} [{', '.join(['*' + before] * 10)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
# `<<` copies: each line has ten times the members of the one before it.
MERGES = "Resources:\n  a: &a {k: 1, l: 2}\n" + "".join(
    f"  {name}: &{name} {{<<: [{', '.join(['*' + before] * 10)}]}}\n"
    for before, name in zip("abcdef", "bcdefg", strict=True)
)


def test_yaml_and_json_are_the_same_template() -> None:
    yaml = b"Resources:\n  A:\n    Type: T\n    Properties: {N: !GetAtt B.C.D, P: !Sub '${X}'}\n"
    json = (
        b'{"Resources": {"A": {"Type": "T", "Properties": {"N": {"Fn::GetAtt": ["B", "C.D"]},'
        b' "P": {"Fn::Sub": "${X}"}}}}}'
    )

    assert parse_template(yaml) == parse_template(json)


@pytest.mark.parametrize(
    "text", ["", "a: 1", '{"format_version": "1.0"}', "Resources: 1", "- Resources"]
)
def test_other_files_are_not_taken_for_templates(text: str) -> None:
    assert parse_template(text.encode()) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"Resources": {"A": {"Type": "T"}}}', True),
        ('{"Resources": {"A": {"Type": "T",},}}', True),  # CloudFormation takes it, as YAML
        ('{"Resources": [', False),
        ('{"format_version": "1.0", "resources": []}', False),
    ],
)
def test_a_json_template_is_recognized(tmp_path: Path, text: str, found: bool) -> None:
    (tmp_path / "a.json").write_text(text)

    assert holds_template(tmp_path / "a.json") is found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Resources: [" * 50_000, "nested more than 200 levels"),
        ("Resources: " + "[" * 100_000, "nested more than 200 levels"),
        (LAUGHS, "more than 500000 values"),
        (MERGES, "more than 500000 values"),
        ("Resources: &a {<<: *a}", "more than 500000 values"),
        ("Resources:\n  A: {b", "line "),
        ("Resources: {A: *none}", "undefined alias"),
        (
            "Resources: {A: !!python/object/apply:os.system [ls]}",
            "could not determine a constructor",
        ),
        ("Resources: {[a]: b}", "unhashable"),
    ],
)
def test_a_hostile_or_malformed_template_is_a_one_line_error(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_template(text.encode())

    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
