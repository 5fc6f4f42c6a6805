"""Find the program `terraform`; errors say how to install it."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from harness.errors import MissingToolError

OLDEST = (1, 11)  # as terraform/terraform.tf requires
TESTED = "1.11.4"
ADVICE = (
    f"Install it (https://developer.hashicorp.com/terraform/install; {TESTED} is tested), "
    "or set TERRAFORM to the program's path."
)


def find_terraform(environ: Mapping[str, str]) -> Path:
    """Return the program that TERRAFORM names, else the one on PATH.

    Raises MissingToolError if there is none, or it is too old.
    """
    named = environ.get("TERRAFORM")
    found = shutil.which(named or "terraform", path=environ.get("PATH"))
    if not found:
        where = f"TERRAFORM is {named!r}, which" if named else "Terraform"
        problem = "is not a program." if named else "is not installed."
        raise MissingToolError(f"{where} {problem} {ADVICE}")
    program = Path(found).absolute()  # it is run in other folders
    version = version_of(program)
    if version < OLDEST:
        raise MissingToolError(
            f"{program} is Terraform {'.'.join(map(str, version))}, and this needs "
            f"{'.'.join(map(str, OLDEST))} or newer. {ADVICE}"
        )
    return program


def version_of(terraform: Path) -> tuple[int, int]:
    """The program's major and minor version. Raises MissingToolError if it does not report one."""
    try:
        finished = subprocess.run(  # noqa: S603 (the program that the user chose)
            [terraform, "version"], capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise MissingToolError(f"{terraform} does not run: {error.strerror}. {ADVICE}") from error
    version = re.match(r"Terraform v(\d+)\.(\d+)", finished.stdout)
    if not version:
        output = (finished.stderr or finished.stdout).strip().splitlines()
        reason = (
            output[0].rstrip(".") if output else f"exit status {finished.returncode}, and no output"
        )
        raise MissingToolError(f"{terraform} is not a working Terraform: {reason}. {ADVICE}")
    return int(version[1]), int(version[2])
