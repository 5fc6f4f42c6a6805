"""The files that an evaluation may depend on; editing one triggers a new evaluation.

Terraform does not report what `file`, `templatefile` and `archive_file` read. Most of it is in a
module's folder, at any depth; an archive's sources may be elsewhere, and the evaluation names them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

# Files edited by hand, not archives and other results: an evaluation may create those itself.
SUFFIXES = frozenset(
    {".cjs", ".html", ".hcl", ".js", ".json", ".mjs", ".pem", ".py", ".tf", ".tfvars"}
    | {".tftpl", ".tmpl", ".tpl", ".ts", ".txt", ".yaml", ".yml"}
)
PASSED_OVER = frozenset({"__pycache__", "node_modules", "venv"})
MOST = 5_000  # files in one folder: checking them takes some 20 ms, four times a second


def stamp_of(places: Iterable[Path]) -> bytes:
    """A value that changes when a file at or below these places is added, removed or changed."""
    digest = hashlib.sha256()
    for file in sorted({file for place in places for file in _files(place)}):
        try:
            status = os.stat(file)  # noqa: PTH116 -- a third of Path.stat's time
        except OSError:  # an editor's, gone already, or a broken link
            continue
        digest.update(f"{file}\0{status.st_mtime_ns}\0{status.st_size}\n".encode())
    return digest.digest()


def sources_of_archives(document: Mapping[str, Any], folder: Path) -> tuple[Path, ...]:
    """The existing sources of the `archive_file`s in an evaluated folder."""
    values = document.get("values") or document.get("planned_values") or {}
    named = set(_archive_sources(values.get("root_module") or {}))
    found = ((folder / name).resolve() for name in named)
    return tuple(sorted(path for path in found if path.exists()))


def _archive_sources(module: Mapping[str, Any]) -> Iterator[str]:
    for resource in module.get("resources") or []:
        if resource.get("type") == "archive_file":
            values = resource.get("values") or {}
            yield from (str(values[n]) for n in ("source_dir", "source_file") if values.get(n))
    for child in module.get("child_modules") or []:
        yield from _archive_sources(child)


def _files(place: Path) -> Iterator[str]:
    if place.is_file():
        yield str(place)
        return
    number = 0
    for root, folders, files in os.walk(place):
        folders[:] = sorted(f for f in folders if f[0] != "." and f not in PASSED_OVER)
        for name in sorted(files):
            if os.path.splitext(name)[1] in SUFFIXES:  # noqa: PTH122 -- of each file, at each look
                yield f"{root}/{name}"
                number += 1
        if number >= MOST:
            return
