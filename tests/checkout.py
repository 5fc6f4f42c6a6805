"""The files of this checkout, for tests that inspect all of them."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
HAVE_BLOCKS = (ast.stmt, ast.excepthandler, ast.match_case)


def our_python() -> list[Path]:
    """Every Python file that is in Git, or would be added."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    return [file for name in listed.stdout.split() if (file := ROOT / name).exists()]


def statements(module: ast.Module) -> Iterator[ast.stmt]:
    """Every statement, without a look at the many expressions that `ast.walk` visits."""
    blocks: list[ast.AST] = [module]
    while blocks:
        for _, block in ast.iter_fields(blocks.pop()):
            parts = block if isinstance(block, list) else []
            blocks += [part for part in parts if isinstance(part, HAVE_BLOCKS)]
            yield from (part for part in parts if isinstance(part, ast.stmt))
