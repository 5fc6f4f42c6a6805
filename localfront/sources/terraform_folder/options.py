"""Command-line options for a Terraform folder, and the arguments that Terraform gets."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_terraform_options(parser: argparse.ArgumentParser) -> None:
    """The folder itself, and variables for it."""
    add = parser.add_argument
    add(
        "source",
        type=_there,
        nargs="*",
        metavar="FOLDER",
        help="a folder with Terraform, initialised (`terraform init -backend=false`); it is evaluated "
        "without an account, and nothing is made",
    )
    add(
        "-var",
        "--var",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a variable of the folder's Terraform; may be repeated",
    )
    add(
        "-var-file",
        "--var-file",
        type=_there,
        action="append",
        default=[],
        metavar="FILE",
        help="a file with variables of the folder's Terraform; may be repeated",
    )


def terraform_arguments(options: argparse.Namespace) -> tuple[str, ...]:
    return (
        *(f"-var-file={file.resolve()}" for file in options.var_file),
        *(f"-var={variable}" for variable in options.var),
    )


def _there(text: str) -> Path:
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"{text!r} is neither a folder nor a file")
    return path
