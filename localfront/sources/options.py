"""Command-line options for projects: a Terraform folder or a template, and values for it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from localfront.sources.terraform_folder.settings import TerraformSettings


def add_source_options(parser: argparse.ArgumentParser) -> None:
    """Add the project itself, and the options with values for it."""
    add = parser.add_argument
    add(
        "source",
        type=_there,
        nargs="*",
        metavar="PROJECT",
        help=(
            "a folder with Terraform, initialised with `terraform init -backend=false`, a "
            "CloudFormation template, cdk.out, or a folder of SAM or the Serverless Framework; "
            "it is evaluated without an AWS account, and nothing is created"
        ),
    )
    add(
        "--parameter",
        type=_parameter,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of a template, or another value known only after deployment (an "
        "export, an "
        "attribute such as Balancer.DNSName, AWS::Region); may be repeated",
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


def terraform_settings(
    options: argparse.Namespace, environ: Mapping[str, str]
) -> TerraformSettings:
    return TerraformSettings(
        arguments=(
            *(f"-var-file={file.resolve()}" for file in options.var_file),
            *(f"-var={variable}" for variable in options.var),
        ),
        environment=dict(environ),
    )


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r}: write NAME=VALUE")
    return name, value


def _there(text: str) -> Path:
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"{text!r} is neither a folder nor a file")
    return path
