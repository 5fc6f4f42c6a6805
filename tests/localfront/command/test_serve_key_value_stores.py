"""Key value stores of functions that only a plan describes, over a socket."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.localfront.command.log_lines import PATIENCE, LogLines
from tests.localfront.command.test_serve_files import (
    REPOSITORY,
    serving_command,
    wait_for,
)
from tests.localfront.sources.plans import FOLDER
from tests.localfront.warm_start.command import localfront

PLAN = FOLDER / "fresh-plan.json"
SITE = "aws_cloudfront_distribution.stores"


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[int, LogLines]]:
    with serving_command(command(folder, *options), environment()) as served:
        yield served


def command(folder: Path, *options: str) -> list[str]:
    return [
        *localfront("serve", "--config", str(PLAN)),
        *("--distribution", SITE, "--http-port", "0", "--https-port", "0"),
        *("--ca-dir", str(folder / "ca"), *options),
    ]


def environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}


def value(port: int, path: str, key: str) -> str | None:
    """The value that the function for the path reads from its store."""
    connection = http.client.HTTPConnection("localhost", port, timeout=PATIENCE)
    try:
        connection.request("GET", f"{path}?key={key}")
        response = connection.getresponse()
        response.read()
        return response.getheader("x-value")
    finally:
        connection.close()


def write_store(file: Path, document: Any) -> Path:
    file.write_text(json.dumps(document))
    return file


@pytest.mark.proves("FN-020")
def test_the_keys_that_terraform_writes_are_read_before_the_first_apply(
    tmp_path: Path,
) -> None:
    with serving(tmp_path) as (port, log):
        message = wait_for(log, "Key value store empty")
        assert "--kvs empty=FILE" in message

        assert value(port, "/", "/old") == "/new"
        assert value(port, "/", "/other") == "none"
        assert value(port, "/flags", "beta") == "on"
        assert value(port, "/flags", "id") not in (None, "none")
        assert value(port, "/empty", "beta") == "none"


@pytest.mark.parametrize(
    "document",
    [
        {"data": [{"key": "a", "value": "1"}]},
        {"Items": [{"Key": "a", "Value": "1"}], "ItemCount": 1},
        {"a": "1"},
    ],
)
def test_a_file_gives_a_store_its_keys_and_edits_are_live(document: Any, tmp_path: Path) -> None:
    file = write_store(tmp_path / "keys.json", document)

    with serving(tmp_path, "--kvs", f"empty={file}") as (port, log):
        assert value(port, "/empty", "a") == "1"
        assert value(port, "/", "/old") == "/new"

        write_store(file, {"data": [{"key": "a", "value": "22"}]})
        wait_for(log, "configuration changed")
        assert value(port, "/empty", "a") == "22"

        file.write_text("{")
        assert "is not JSON" in wait_for(log, "still serving")
        assert value(port, "/empty", "a") == "22"


@pytest.mark.proves("FN-021")
@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"data": [{"key": "a", "value": "x" * 1025}]}, "FN-021"),
        ({"data": [{"key": "é" * 257, "value": ""}]}, "FN-021"),
        ({"data": [{"key": "a", "value": 1}]}, "is not a string"),
        ([], "contains no keys"),
        ({"data": ["a"]}, "contains no keys"),
    ],
)
def test_an_invalid_key_value_file_is_a_one_line_error(
    document: Any, message: str, tmp_path: Path
) -> None:
    file = write_store(tmp_path / "keys.json", document)

    done = subprocess.run(
        command(tmp_path, "--kvs", f"empty={file}"),
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert message in line


def test_a_file_for_an_unused_store_is_an_error(tmp_path: Path) -> None:
    file = write_store(tmp_path / "keys.json", {})

    with serving(tmp_path, "--kvs", f"redirect={file}") as (_, log):
        assert "no served function" in wait_for(log, "--kvs redirect")
