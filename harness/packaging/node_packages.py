"""Install the packages that a folder's package-lock.json pins, without running their scripts.

    python -m harness.packaging.node_packages FOLDER

does nothing if they are installed already.
"""

import os
import sys
from pathlib import Path

from harness.processes.children import Children

COMMAND = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix")


def install(folder: Path) -> int:
    """Install the packages; returns npm's exit code, or 0."""
    lock = (folder / "package-lock.json").read_text(encoding="utf-8")
    stamp = folder / "node_modules" / "complete"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == lock:
        return 0
    with Children() as children:
        code = children.show([*COMMAND, "."], env=os.environ, cwd=folder)
    if code == 0:
        stamp.write_text(lock, encoding="utf-8")  # last: without it the installation is incomplete
    return code


if __name__ == "__main__":
    sys.exit(install(Path(sys.argv[1])))
