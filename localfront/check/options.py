"""The options of `localfront check`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from localfront.sources.options import add_source_options

EPILOG = """\
The exit status is 0 when nothing fails, 1 when there is a finding of severity error (with --strict
also warning), 2 when the configuration can't be read.

  an emulator, or AWS   AWS_ENDPOINT_URL=http://127.0.0.1:4566 localfront check
  Terraform             localfront check terraform/
  CloudFormation        localfront check template.yaml   (also cdk.out, and a SAM project)
  a plan, or a state    terraform show -json plan > plan.json; localfront check --config plan.json
"""


def add_parser(subparsers: Any) -> None:
    """Add the command to the result of `ArgumentParser.add_subparsers`."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "check",
        help="report what AWS would refuse in a distribution, and common mistakes",
        description="Report what AWS would refuse in a distribution and its functions, and common "
        "mistakes in them.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add_source_options(parser)
    add(
        "--config",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="read this file instead of an API: JSON of the AWS CLI (get-distribution and what it "
        "names), or of `terraform show -json`; may be repeated",
    )
    add(
        "--distribution",
        metavar="ID",
        help="check only this distribution; default: all",
    )
    add("--format", choices=("text", "json", "sarif"), default="text")
    add("--strict", action="store_true", help="exit with 1 for warnings, too")
    add(
        "--ignore",
        type=_rule,
        action="append",
        default=[],
        metavar="RULE",
        help="leave out the findings of this rule, such as LA-018; may be repeated",
    )


def _rule(text: str) -> str:
    from localfront.check.evidence.refusals import FORM  # imports all rules:
    from localfront.check.rules.catalogue import RULES  # too slow for `--help`

    if text not in {rule.id for rule in RULES} | {FORM} and not _is_item(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not the id of a rule, such as LA-018")
    return text


def _is_item(text: str) -> bool:
    """Whether it is a checklist id: refusals by CloudFront have ids that are not rules."""
    group, dash, number = text.partition("-")
    return bool(dash) and len(group) == 2 and len(number) == 3 and number.isdecimal()
