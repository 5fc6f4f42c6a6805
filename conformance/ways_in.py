"""Which tests use what `serve`, `check` or `invoke` runs, and not only a part of it.

A rule may hold in its own module and be lost where the modules are combined: a test of that module
would still pass. So an item is proved by a test that sends a request like a viewer, or runs the
command.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# The pipeline with its functions, the commands, and the fixtures for users' tests.
WAYS_IN = (
    "localfront.flow.pipeline",
    "localfront.command",
    "localfront.check",
    "localfront.invoke",
    "localfront.testing",
)
COMMAND = '"-m", "localfront'  # a process of its own


def goes_through(test: str, root: Path) -> bool:
    """Whether a test's module (`tests/a/test_b.py::test_c`), or its imports, use a way in."""
    module = root / test.partition("::")[0]
    return module.is_file() and _reaches(module, root)


@cache
def _reaches(module: Path, root: Path) -> bool:
    text = module.read_text(encoding="utf-8")
    names = set(_imports(ast.parse(text)))
    if COMMAND in text or any(
        name == way or name.startswith(f"{way}.") for name in names for way in WAYS_IN
    ):
        return True
    shared = {
        root.joinpath(*name.split(".")).with_suffix(".py")
        for name in names
        if name.startswith("tests.")
    }
    return any(_reaches(file, root) for file in sorted(shared - {module}) if file.exists())


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
