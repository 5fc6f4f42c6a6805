"""Terraform 1.11's errors about variables, each in one line with a remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from localfront.sources.terraform_folder.diagnostics import errors_of

FOLDER = Path("/site")
VALIDATION = "Only b.\n\nThis was checked by the validation rule at main.tf:13,3-13."
KIND = 'Unsuitable value for var.size set using -var="size=...": a number is required.'


def diagnostic(summary: str, detail: str, file: str = "main.tf", code: str = "") -> dict[str, Any]:
    return {
        "summary": summary,
        "detail": detail,
        "range": {"filename": file, "start": {"line": 11}},
        "snippet": {"code": code},
    }


@pytest.mark.parametrize(
    ("summary", "detail", "file", "code", "told"),
    [
        (
            *("Invalid value for variable", VALIDATION, "main.tf", 'variable "bucket" {'),
            "/site/main.tf:11: Invalid value for variable. Only b. This was checked by the "
            "validation rule at main.tf:13,3-13. Give another value with -var bucket=VALUE or "
            "-var-file FILE.",
        ),
        (
            *("Invalid value for input variable", KIND, "main.tf", ""),
            f"/site/main.tf:11: Invalid value for input variable. {KIND} Give another value with "
            "-var size=VALUE or -var-file FILE.",
        ),
        (
            *(
                "Variables not allowed",
                "Variables may not be used here.",
                "<value for var.list>",
                "",
            ),
            "/site: Variables not allowed. Variables may not be used here. Write the value of "
            "-var 'list=VALUE' in Terraform's syntax.",
        ),
        (
            *("Missing required provider", "Try running: terraform init", "", ""),
            "/site: Missing required provider. Try running: terraform init. Run `terraform init "
            "-backend=false` in the folder.",
        ),
    ],
)
def test_errors_are_reported_with_a_remedy(
    summary: str, detail: str, file: str, code: str, told: str
) -> None:
    assert errors_of([diagnostic(summary, detail, file, code)], FOLDER) == (told,)


def test_variables_without_a_value_share_a_line_beside_other_errors() -> None:
    missing = [
        diagnostic(
            "No value for required variable",
            f'The module under test for run block "localfront" has a required variable "{name}" '
            "with no set value.",
        )
        for name in ("a", "b", "a")
    ]

    told = errors_of([*missing, diagnostic("Invalid block", "It is.")], FOLDER)

    assert told == (
        '/site: variables "a", "b" have no value. Give -var a=VALUE -var b=VALUE, or -var-file FILE.',
        "/site/main.tf:11: Invalid block. It is.",
    )
