"""Defaults of `serve`: the current folder's project, and free ports."""

from __future__ import annotations

import argparse
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from localfront.__main__ import main
from localfront.aws.settings import Settings
from localfront.command.detected_defaults import port_for, source_here
from localfront.inspector.options import Given
from tests.localfront.command.command_runs import logging_as_before

SITE = "Resources: {Site: {Type: 'AWS::CloudFront::Distribution'}}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    for name in [n for n in os.environ if n.startswith("AWS_")]:
        monkeypatch.delenv(name)
    with logging_as_before():
        yield tmp_path


def test_the_only_project_of_a_folder_is_served(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "template.yaml").write_text(SITE)

    assert main(["serve", "--ca-dir", str(folder / "ca")]) == 1  # the template has no origin

    assert "Site: DefaultCacheBehavior" in capsys.readouterr().err


def test_of_several_projects_one_must_be_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one.yaml", "two.yaml"):
        (folder / name).write_text(SITE)

    assert main(["serve"]) == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert "`localfront serve one.yaml`, `localfront serve two.yaml`" in line


@pytest.mark.parametrize(
    ("named", "environment"),
    [
        ({"source": [Path("other.yaml")]}, {}),
        ({"config": [Path("plan.json")]}, {}),
        ({}, {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}),
        ({}, {"AWS_PROFILE": "mine"}),
    ],
)
def test_a_named_source_is_served_without_a_search_for_others(
    folder: Path, named: dict[str, list[Path]], environment: dict[str, str]
) -> None:
    (folder / "template.yaml").write_text(SITE)
    options = argparse.Namespace(**{"source": [], "config": [], **named})

    found = source_here(options, Settings.load(environment))

    assert list(found) == named.get("source", [])


def test_a_home_folder_is_not_searched_for_a_project(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "template.yaml").write_text(SITE)
    monkeypatch.setenv("HOME", str(folder))
    options = argparse.Namespace(source=[], config=[])

    assert list(source_here(options, Settings.load({}))) == []


@pytest.mark.parametrize("source", ["default", "command line", "localfront.toml"])
def test_a_default_port_in_use_is_replaced_and_a_chosen_one_is_an_error(source: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        given = (Given("http-port", str(taken), source),)
        options = argparse.Namespace(http_port=taken, address="127.0.0.1", given=given)

        port = port_for(options, "http-port")

    assert (port > taken) is (source == "default")
