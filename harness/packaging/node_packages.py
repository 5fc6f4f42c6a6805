"""The packages for Node.js that a folder's package-lock.json pins; none of their scripts is run.

    python -m harness.packaging.node_packages FOLDER

does nothing where what the lock pins is installed already.
"""

import os
import sys
from pathlib import Path

from harness.processes.children import Children

COMMAND = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix")


def install(folder: Path) -> int:
    """The exit code of npm, or 0."""
    lock = (folder / "package-lock.json").read_text(encoding="utf-8")
    stamp = folder / "node_modules" / "complete"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == lock:
        return 0
    with Children() as children:
        code = children.show([*COMMAND, "."], env=os.environ, cwd=folder)
    if code == 0:
        stamp.write_text(lock, encoding="utf-8")  # last: without it they are half installed
    return code


if __name__ == "__main__":
    sys.exit(install(Path(sys.argv[1])))
