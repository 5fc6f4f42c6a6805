"""The words in a Terraform configuration, including the types of all its resources.

A resource's type is always written out, so a type that is no word of any file is not in use.
Reading words, unlike blocks, needs no parser and misses no place that may name a type.

Source: Terraform documentation, "Resources", "Data sources", "Modules", "State".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

WORD = re.compile(rb"\w+")
KINDS = ("resource", "data", "ephemeral")
DECLARED = re.compile(rb'\b(?:%s)[ \t]+"?(\w+)' % "|".join(KINDS).encode())
FILES = (
    "*.tf",
    "*.tf.json",
    "*.tofu",
    "*.tofu.json",
    "*.tfstate",
    "*.hcl",
    "*/*.hcl",
    "*/*.tftest.json",
)


@dataclass(frozen=True, slots=True)
class NamedTypes:
    """`words` holds all types in use and much else, `declared` the types of blocks alone."""

    words: Set[bytes]
    declared: Set[bytes]


def named_types(files: Iterable[Path]) -> NamedTypes:
    """Read the words of files. One that can't be read has none; Terraform reports it."""
    words: set[bytes] = set()
    declared: set[bytes] = set()
    for file in files:
        with suppress(OSError):
            text = file.read_bytes()
            words.update(WORD.findall(text))
            declared.update(_in_json(text) if file.suffix == ".json" else DECLARED.findall(text))
    return NamedTypes(words | declared, declared)


def _in_json(text: bytes) -> Iterator[bytes]:
    """The types of blocks in the JSON syntax; none if it can't be parsed."""
    with suppress(ValueError):
        document = json.loads(text)
        for kind in KINDS if isinstance(document, Mapping) else ():
            blocks = document.get(kind)
            for block in blocks if isinstance(blocks, list) else [blocks]:
                if isinstance(block, Mapping):
                    yield from (str(type_).encode() for type_ in block)


def configuration_files(folder: Path, data_dir: Path) -> Iterator[Path]:
    """The files of a folder and its modules. `data_dir` is what `terraform init` wrote."""
    for module in {folder, *_modules(folder, data_dir)}:
        for pattern in FILES:
            yield from module.glob(pattern)


def _modules(folder: Path, data_dir: Path) -> Iterator[Path]:
    """All installed modules, also those of tests only."""
    manifest = data_dir / "modules" / "modules.json"
    if manifest.is_file():
        for module in json.loads(manifest.read_bytes()).get("Modules") or []:
            yield folder / str(module.get("Dir"))
