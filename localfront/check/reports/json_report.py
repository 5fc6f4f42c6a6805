"""A check's report as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

from localfront.check.rules.all_rules import Report
from localfront.check.rules.catalogue import CODES


def as_json(report: Report) -> str:
    """An object of `distributions` (how many), `findings` and `unchecked`."""
    return (
        json.dumps(
            {
                "distributions": report.distributions,
                "findings": [
                    {**asdict(finding), "aws_code": CODES.get(finding.rule)}
                    for finding in report.findings
                ],
                "unchecked": [asdict(unchecked) for unchecked in report.unchecked],
            },
            indent=2,
        )
        + "\n"
    )
