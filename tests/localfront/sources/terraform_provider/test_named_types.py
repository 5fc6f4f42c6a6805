"""Every type that a configuration uses is a word of one of its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from localfront.sources.terraform_provider.named_types import configuration_files, named_types


def words_of(folder: Path) -> set[bytes]:
    return set(named_types(configuration_files(folder, folder / ".terraform")).words)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("main.tf", 'resource "aws_s3_bucket" "a" {}'),
        ("main.tf", 'resource aws_s3_bucket "a" {}'),
        ("main.tf", "import { to = aws_s3_bucket.a }"),
        ("main.tf.json", '{"resource": {"aws_s3_bucket": {"a": {}}}}'),
        ("main.tofu", 'data "aws_s3_bucket" "a" {}'),
        ("terraform.tfstate", '{"resources": [{"type": "aws_s3_bucket"}]}'),
        ("site.tftest.hcl", 'mock_resource "aws_s3_bucket" {}'),
        ("tests/site.tftest.hcl", "override_resource { target = aws_s3_bucket.a }"),
        ("tests/site.tftest.json", '{"override_resource": {"target": "aws_s3_bucket.a"}}'),
    ],
)
def test_a_type_in_any_file_is_named(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(text)

    assert b"aws_s3_bucket" in words_of(tmp_path)


def test_a_modules_types_are_named(tmp_path: Path) -> None:
    root = tmp_path / "root"
    modules = root / ".terraform/modules"
    (modules / "site").mkdir(parents=True)
    (modules / "site/main.tf").write_text('resource "aws_sqs_queue" "a" {}')
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside/main.tf").write_text('resource "aws_sns_topic" "a" {}')
    installed = [
        {"Key": "", "Dir": "."},
        {"Key": "site", "Dir": ".terraform/modules/site"},
        {"Key": "test.site.run", "Dir": "../beside"},
    ]
    (modules / "modules.json").write_text(json.dumps({"Modules": installed}))

    assert words_of(root) >= {b"aws_sqs_queue", b"aws_sns_topic"}


def test_declared_types_are_known_apart_from_other_words(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_a" "b" {}\n  data "aws_c" "d" {}\nephemeral "aws_e" "f" {}\n'
        'variable "aws_region" {}\n# aws_comment\n'
    )

    named = named_types([tmp_path / "main.tf"])

    assert named.declared == {b"aws_a", b"aws_c", b"aws_e"}
    assert named.words >= {*named.declared, b"aws_region", b"aws_comment"}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("main.tf", "resource aws_a b {}\n/* */ data aws_c d {}"),
        ("main.tf.json", '{"resource": {"aws_a": {"b": {}}}, "data": [{"aws_c": {"d": {}}}]}'),
        (
            "main.tf.json",
            '{"resource": {"aws\\u005fa": 1}, "data": [1, {"aws_c": 1}], "ephemeral": 1}',
        ),
    ],
)
def test_types_are_declared_in_any_syntax(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text)

    named = named_types([tmp_path / file])

    assert named.declared == {b"aws_a", b"aws_c"}
    assert named.words >= named.declared


@pytest.mark.parametrize("text", ["{", "[]", "1", '"resource aws_a"', "null"])
def test_a_json_file_without_blocks_declares_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "main.tf.json").write_text(text)

    assert named_types([tmp_path / "main.tf.json"]).declared == set()


def test_a_file_that_cannot_be_read_is_left_to_terraform(tmp_path: Path) -> None:
    assert named_types([tmp_path / "gone.tf", tmp_path]).words == set()
