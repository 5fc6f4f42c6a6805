"""Symbolic links in a function's code, and which of them a worker may follow.

npm workspaces link packages, and functions may link shared folders. On AWS the archive contains
copies. Targets in the same repository may be read; others may not, because an untrusted repository
could link to private files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLinks:
    """Links. `readable` are real paths outside the code; `refused` are the refused links."""

    readable: tuple[Path, ...]
    refused: tuple[Path, ...]


def code_links(code: Path) -> CodeLinks:
    """The links of a function's code that lead out of it.

    Below node_modules only the packages themselves are checked. A link to a folder that contains
    the code, or to git's own files, is refused too.
    """
    code = code.resolve()
    repository = next(
        (folder for folder in (code, *code.parents) if (folder / ".git").exists()), code
    )
    readable, refused = set(), []
    for link in _links(code):
        try:
            target = link.resolve(strict=True)
        except (OSError, RuntimeError):  # dangling, or a loop
            continue
        if target.is_relative_to(code):
            continue
        if (
            target.is_relative_to(repository)
            and not code.is_relative_to(target)
            and not target.is_relative_to(repository / ".git")
        ):
            readable.add(target)
        else:
            refused.append(link)
    return CodeLinks(readable=tuple(sorted(readable)), refused=tuple(sorted(refused)))


def _links(code: Path) -> Iterator[Path]:
    modules = code / "node_modules"
    for folder in (code, modules, *modules.glob("@*")):
        if folder.is_dir():
            yield from _links_below(folder, deeper=folder == code)


def _links_below(folder: Path | str, *, deeper: bool) -> Iterator[Path]:
    with os.scandir(folder) as entries:  # there may be thousands
        for entry in entries:
            if entry.is_symlink():
                yield Path(entry)
            elif deeper and entry.name != "node_modules" and entry.is_dir(follow_symlinks=False):
                yield from _links_below(entry.path, deeper=True)
