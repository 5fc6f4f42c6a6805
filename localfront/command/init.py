"""`localfront init`: inspect a project, and write a `localfront.toml` for it."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from localfront.command.configuration_file import OWN_FILE
from localfront.errors import ConfigError

DEEPEST = 3  # folders below the current one
LARGEST = 2_000_000  # bytes read of a file to recognise it
HIDDEN_AND_OURS = frozenset({".aws-sam", ".serverless"})  # output of SAM and Serverless
NOT_LOOKED_INTO = frozenset({"node_modules", "build", "dist", "venv", "__pycache__"})
MARKS = {
    ".tf": re.compile(r'"aws_cloudfront_distribution"|source\s*=\s*"[^"]*cloudfront'),
    ".yaml": re.compile(r"AWS::CloudFront::Distribution"),
    ".yml": re.compile(r"AWS::CloudFront::Distribution"),
    ".json": re.compile(r'"DistributionConfig"|AWS::CloudFront::Distribution|"terraform_version"'),
    ".template": re.compile(r"AWS::CloudFront::Distribution"),
}
ASSEMBLY = "manifest.json"  # in cdk.out

TEXT = """\
# Options of `localfront serve` and `localfront check`, as on the command line, which overrides this
# file: see `localfront serve --help`.

[serve]
{source}
# http-port = 8080
# https-port = 8443

# A folder replaces a bucket, an address replaces any other origin:
# origin-override = {{ ORIGIN-ID = "public", OTHER-ID = "http://localhost:3000" }}

# Functions run from a folder; edits there are live:
# edge = {{ FUNCTION-NAME = "edge" }}

# Key value stores:
# kvs = {{ STORE-NAME = "keys.json" }}

[check]
{source}
"""


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    commands.add_parser(
        "init",
        help=f"write a {OWN_FILE} for the project in the current folder",
        description=(
            "Search the current folder for descriptions of CloudFront distributions "
            "(Terraform, a CDK assembly, templates, JSON of the AWS CLI), "
            f"and write a {OWN_FILE} that names them. No existing file is changed."
        ),
    )


def run(_: argparse.Namespace) -> int:
    """Write the file, and print the next command. Raises ConfigError if the file exists."""
    folder = Path.cwd()
    sources = tuple(found_in(folder))
    file = folder / OWN_FILE
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text(sources))
    except FileExistsError:
        raise ConfigError(
            f"{OWN_FILE} exists already. Edit it, or move it away and run this again."
        ) from None
    for line in messages(sources):
        sys.stdout.write(f"{line}\n")
    return 0


def text(sources: Sequence[str]) -> str:
    """The file's text: the first source active, the others commented out."""
    if not sources:
        return TEXT.format(source='# source = ["terraform/"]')
    others = "".join(f"\n# source = [{_quoted(name)}]" for name in sources[1:])
    return TEXT.format(source=f"source = [{_quoted(sources[0])}]{others}")


def messages(sources: Sequence[str]) -> Iterator[str]:
    """The output: what was found, and what to type next."""
    if not sources:
        yield f"{OWN_FILE} is written. No description of a CloudFront distribution was found here:"
        yield "name your Terraform, template or JSON in it, or serve from an emulator with"
        yield "  AWS_ENDPOINT_URL=http://127.0.0.1:4566 localfront serve"
        return
    yield f"{OWN_FILE} is written; it serves {sources[0]}"
    if others := ", ".join(sources[1:]):
        yield f"(there are also, as comments: {others})."
    yield "Next:"
    yield "  localfront serve"
    yield "If it needs anything else, it says which option to add."


def found_in(folder: Path) -> Iterator[str]:
    """Sources of a distribution: folders of Terraform and assemblies first, then files."""
    files: list[str] = []
    for place in _folders(folder):
        name = place.relative_to(folder).as_posix()
        inside = sorted(place.iterdir())
        marked = [file for file in inside if _is_marked(file)]
        assembly = place / ASSEMBLY
        if place.name == "cdk.out" and assembly.is_file():
            yield name
            continue
        if any(file.suffix == ".tf" for file in marked):
            yield f"{name}/" if name != "." else "."
        files += [f.relative_to(folder).as_posix() for f in marked if f.suffix != ".tf"]
    yield from files


def _folders(folder: Path) -> Iterator[Path]:
    """The folder and its subfolders, nearest first, without hidden and generated ones."""
    level = [folder]
    for _ in range(DEEPEST + 1):
        yield from level
        level = [
            Path(entry.path)
            for place in level
            for entry in sorted(os.scandir(place), key=lambda entry: entry.name)
            if entry.is_dir(follow_symlinks=False)
            and (not entry.name.startswith(".") or entry.name in HIDDEN_AND_OURS)
            and (entry.name not in NOT_LOOKED_INTO or place.name in HIDDEN_AND_OURS)
            and place.name != "cdk.out"
        ]


def _is_marked(file: Path) -> bool:
    mark = MARKS.get(file.suffix)
    if mark is None or not file.is_file():
        return False
    try:
        if file.stat().st_size > LARGEST:
            return False
        return mark.search(file.read_text(encoding="utf-8", errors="replace")) is not None
    except OSError:
        return False


def _quoted(name: str) -> str:
    """A TOML string: literal if possible, else basic with escapes."""
    if "'" not in name and name.isprintable() and '"' not in name and "\\" not in name:
        return f'"{name}"'
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in name)
    return f'"{escaped}"'
