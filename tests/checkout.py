"""The files of this checkout, for tests that inspect all of them."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


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
