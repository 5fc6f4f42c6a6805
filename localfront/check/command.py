"""The command `localfront check`."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from typing import Any

from localfront.aws.errors import client_error, connection_errors
from localfront.aws.session import load_settings, open_session
from localfront.aws.settings import Settings
from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.evidence_files import read_files
from localfront.check.reports.json_report import as_json
from localfront.check.reports.sarif import as_sarif
from localfront.check.reports.text_report import as_text
from localfront.check.rules.all_rules import Report, check
from localfront.errors import ConfigError
from localfront.exchange.request_trace import printable_lines
from localfront.sources.choice import NOTHING_CHOSEN
from localfront.sources.description import Description
from localfront.sources.files import only
from localfront.sources.options import terraform_settings

CLEAN, FOUND, UNREADABLE = 0, 1, 2


def run(options: argparse.Namespace) -> int:
    """Print the report; the exit status."""
    try:
        report = _check(options)
    except ConfigError as error:
        return _unreadable(str(error))
    except (connection_errors(), client_error()) as error:
        text = str(error).rstrip(".")
        return _unreadable(
            f"The AWS API did not return a usable response: {text}. Start the emulator, or check "
            "AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_CLOUDFRONT and the credentials."
        )
    for rule in report.ignored_nothing:
        sys.stderr.write(f"localfront: --ignore {rule}: no finding has this rule.\n")
    files = [*options.source, *options.config]
    file = files[0] if len(files) == 1 else None
    match options.format:
        case "json":
            text = as_json(report)
        case "sarif":
            text = as_sarif(report, file)
        case _:
            text = as_text(report)
    sys.stdout.write(text)
    return FOUND if report.fails(strict=options.strict) else CLEAN


def _check(options: argparse.Namespace) -> Report:
    files = [*options.source, *options.config]
    if files:
        description, found = read_files(
            files, terraform_settings(options, os.environ), dict(options.parameter)
        )
        description = only(description, options.distribution)
    else:
        description, found = _read_account(options.distribution)
    evidence = Evidence(today=datetime.now(UTC).date(), **found)
    return check(description, evidence, ignore=options.ignore)


def _read_account(
    distribution_id: str | None,
) -> tuple[Description, dict[str, Any]]:
    settings: Settings = load_settings(os.environ)
    if not settings.reaches("cloudfront"):
        raise ConfigError(NOTHING_CHOSEN)
    from localfront.check.evidence.account import account_evidence  # they import botocore
    from localfront.sources.api import CloudFrontApi

    session = open_session(settings)
    api = CloudFrontApi(session, settings.endpoints, distribution_id)
    description = api.describe()
    if not description.distributions:
        raise ConfigError("The account has no distribution. Create one, then check it.")
    return description, account_evidence(description, session, settings)


def _unreadable(message: str) -> int:
    sys.stderr.write(f"localfront: {printable_lines(message)}\n")
    return UNREADABLE
