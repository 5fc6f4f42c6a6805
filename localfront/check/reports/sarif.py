"""A report for code hosts: SARIF 2.1.0.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", 3.13 (sarifLog),
3.27 (result), 3.28 (location), 3.33 (logicalLocation), 3.20 (invocation) and 3.49
(reportingDescriptor).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from localfront.check.findings import Finding, Unchecked
from localfront.check.rules.all_rules import Report
from localfront.check.rules.catalogue import CODES, RULES

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def as_sarif(report: Report, file: Path | None = None) -> str:
    """The report. `file` is the location of all findings, as code hosts show none without one."""
    rules = _rules(report.findings)
    places = {rule["id"]: place for place, rule in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "localfront check", "rules": rules}},
        "results": [_result(finding, places[finding.rule], file) for finding in report.findings],
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": list(map(_notification, report.unchecked)),
            }
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rules(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Our rules, and the checklist ids of refusals by CloudFront."""
    ours = {rule.id: rule for rule in RULES}
    others = dict.fromkeys(f.rule for f in findings if f.rule not in ours)
    return [
        {
            "id": rule.id,
            "shortDescription": {"text": f"{rule.title}."},
            **({"helpUri": rule.link} if rule.link else {}),
            "defaultConfiguration": {"level": rule.severity.value},
        }
        for rule in RULES
    ] + [
        {"id": rule, "shortDescription": {"text": "CloudFront refuses a value."}} for rule in others
    ]


def _result(finding: Finding, rule: int, file: Path | None) -> dict[str, Any]:
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": finding.resource}]}
    if file is not None:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": quote(file.as_posix())},
            "region": {"startLine": 1},
        }
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": finding.severity.value,
        **({"properties": {"awsCode": CODES[finding.rule]}} if finding.rule in CODES else {}),
        "message": {"text": f"{finding.resource}: {finding.message} {finding.remedy}"},
        "locations": [location],
    }


def _notification(unchecked: Unchecked) -> dict[str, Any]:
    return {
        "level": "note",
        "message": {"text": f"Not checked: {unchecked.what}: {unchecked.why}."},
    }
