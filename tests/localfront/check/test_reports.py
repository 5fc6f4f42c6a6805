from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from localfront.check.findings import Finding, Severity, Unchecked
from localfront.check.reports.json_report import as_json
from localfront.check.reports.sarif import as_sarif
from localfront.check.reports.text_report import as_text
from localfront.check.rules.all_rules import Report
from localfront.check.rules.catalogue import RULES

ERROR = Finding(
    rule="LA-006",
    severity=Severity.ERROR,
    resource="aws_lambda_function.edge",
    message="It has environment variables.",
    remedy="Derive them.",
)
FORM = Finding(
    rule="RT-008",
    severity=Severity.WARNING,
    resource='distribution "é"',
    message="No pattern.",
    remedy="Write one.",
)
UNKNOWN = Unchecked(what="role r: its policies", why="AccessDenied")
CLEAN = Report(distributions=1, findings=(), unchecked=())
REPORT = Report(distributions=2, findings=(ERROR, FORM), unchecked=(UNKNOWN,))


def test_the_text_lists_findings_their_number_and_what_was_not_checked() -> None:
    assert as_text(REPORT) == (
        "error LA-006  aws_lambda_function.edge\n"
        "  It has environment variables.\n"
        "  Remedy: Derive them.\n"
        "  AWS's error: InvalidLambdaFunctionAssociation\n"
        "\n"
        'warning RT-008  distribution "é"\n'
        "  No pattern.\n"
        "  Remedy: Write one.\n"
        "\n"
        "2 distributions: 1 error, 1 warning.\n"
        "\n"
        "Not checked:\n"
        "  role r: its policies: AccessDenied.\n"
    )


def test_a_clean_text_is_one_line() -> None:
    assert as_text(CLEAN) == "1 distribution: no findings.\n"


def test_the_json_has_the_same_content() -> None:
    assert json.loads(as_json(REPORT)) == {
        "distributions": 2,
        "findings": [
            {
                "rule": "LA-006",
                "severity": "error",
                "resource": "aws_lambda_function.edge",
                "message": "It has environment variables.",
                "remedy": "Derive them.",
                "aws_code": "InvalidLambdaFunctionAssociation",
            },
            {
                "rule": "RT-008",
                "severity": "warning",
                "resource": 'distribution "é"',
                "message": "No pattern.",
                "remedy": "Write one.",
                "aws_code": "InvalidArgument",
            },
        ],
        "unchecked": [{"what": "role r: its policies", "why": "AccessDenied"}],
    }


def sarif(report: Report, file: Path | None = None) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(as_sarif(report, file))
    assert log["version"] == "2.1.0"
    run: dict[str, Any]
    (run,) = log["runs"]
    return run


def test_sarif_names_every_rule_and_each_result_points_to_its_own() -> None:
    run = sarif(REPORT)
    rules = run["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == [*(r.id for r in RULES), "RT-008"]
    assert [(r["ruleId"], rules[r["ruleIndex"]]["id"], r["level"]) for r in run["results"]] == [
        ("LA-006", "LA-006", "error"),
        ("RT-008", "RT-008", "warning"),
    ]


def test_sarif_has_the_location_and_the_remedy() -> None:
    (first, _) = sarif(REPORT, Path("plans/my plan.json"))["results"]

    (location,) = first["locations"]
    assert location["logicalLocations"] == [{"fullyQualifiedName": "aws_lambda_function.edge"}]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "plans/my%20plan.json"}
    assert first["message"]["text"].endswith("Derive them.")


def test_sarif_without_a_file_has_no_physical_location() -> None:
    (location,) = sarif(REPORT)["results"][0]["locations"]

    assert "physicalLocation" not in location


def test_sarif_reports_unchecked_rules_as_notifications() -> None:
    (invocation,) = sarif(REPORT)["invocations"]

    assert invocation["executionSuccessful"] is True
    (notification,) = invocation["toolExecutionNotifications"]
    assert "role r" in notification["message"]["text"]


def test_a_line_break_in_a_name_cannot_forge_a_line() -> None:
    forged = replace(ERROR, resource="E1\n1 distribution: no findings.\x1b[2J")
    text = as_text(replace(REPORT, findings=(forged,)))

    assert "\n1 distribution" not in text
    assert "\x1b" not in text
