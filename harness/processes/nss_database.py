"""A home folder with an NSS database, in which Chromium on Linux finds an additional authority.

On other systems Chromium uses the system's trust store.
Source: Chromium, "Linux Cert Management"; certutil's manual (NSS tools).
"""

import shutil
import subprocess
import sys
from pathlib import Path

from harness.errors import MissingToolError


def home_trusting(authority: Path, directory: Path) -> str | None:
    """Create it in `directory`; None on other systems.

    Raises MissingToolError without certutil.
    """
    if sys.platform != "linux":
        return None
    certutil = shutil.which("certutil")
    if certutil is None:
        raise MissingToolError(
            "Chromium trusts a CA through NSS's certutil, which is not installed: `apt install "
            "libnss3-tools`."
        )
    database = directory / "home" / ".pki" / "nssdb"
    database.mkdir(parents=True)
    at = ("-d", f"sql:{database}")
    for command in (
        (certutil, *at, "-N", "--empty-password"),
        (certutil, *at, "-A", "-t", "C,,", "-n", "of the rehearsal", "-i", str(authority)),
    ):
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 (found on PATH)
    return str(directory / "home")
