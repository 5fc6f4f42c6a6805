"""Evidence from plans and states: the fixtures in tests/fixtures/terraform."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.terraform_evidence import terraform_evidence
from localfront.check.findings import Severity
from localfront.check.rules.all_rules import Report, check
from localfront.sources.terraform.resource_description import describe_terraform
from tests.localfront.check.checking import TODAY
from tests.localfront.sources.plans import FOLDER, document


def evidence_of(plan: dict[str, Any], directory: Path = FOLDER) -> Evidence:
    described = describe_terraform(plan, directory)
    return Evidence(
        today=TODAY,
        **{
            "bucket_policies": described.bucket_policies,
            **terraform_evidence(plan, described),
        },
    )


def report_of(plan: dict[str, Any], directory: Path = FOLDER) -> Report:
    return check(describe_terraform(plan, directory), evidence_of(plan, directory))


def resource(plan: dict[str, Any], address: str) -> dict[str, Any]:
    """The planned values of a resource, to be changed."""
    members = plan["planned_values"]["root_module"]["resources"]
    found: dict[str, Any] = next(r["values"] for r in members if r["address"] == address)
    return found


def unchecked(report: Report) -> str:
    return "\n".join(f"{u.what}: {u.why}" for u in report.unchecked)


@pytest.mark.parametrize("name", ["application-plan", "application-state"])
def test_the_application_of_this_repository_has_no_finding(name: str) -> None:
    """The note is about the error page, which may be public."""
    result = report_of(document(name))

    assert not result.fails(strict=True)
    assert [(f.rule, f.severity) for f in result.findings] == [("ER-012", Severity.NOTE)]


def test_a_state_has_values_that_a_plan_lacks() -> None:
    plan, state = map(report_of, (document("application-plan"), document("application-state")))

    assert {u.what for u in state.unchecked} < {u.what for u in plan.unchecked}
    assert "whether it is allowed to write logs" in unchecked(plan)


@pytest.mark.proves(
    "LA-001", "LA-003", "LA-006", "LA-009", "LA-017", "LL-005", "S3-002", "AG-001",
    "AG-005", "ER-010", "ER-013", "RT-001", "HO-008",
)  # fmt: skip
def test_every_planted_mistake_is_found_in_the_plan() -> None:
    found = {(f.rule, f.resource) for f in report_of(document("mistakes-plan")).findings}

    site = "aws_cloudfront_distribution.site"
    assert found == {
        ("LA-001", "aws_lambda_function.login"),
        ("LA-001", f"{site}, default_cache_behavior[0].lambda_function_association[1]"),
        ("LA-003", "aws_iam_role.login"),
        ("LA-006", "aws_lambda_function.login"),
        ("LA-009", "aws_lambda_function.login"),
        ("LA-017", "aws_lambda_function.login"),
        ("LL-005", "aws_iam_role.login"),
        ("S3-002", f"{site}, origin 'site'"),
        ("AG-001", f"{site}, behavior '/api/*'"),
        ("AG-005", f"{site}, behavior '/api/login'"),
        ("ER-010", f"{site}, error response 403"),
        ("ER-013", f"{site}, error response 403"),
        ("RT-001", f"{site}, behavior '/api/login'"),
        ("HO-008", f"{site}, aliases"),
        ("PL-008", f"{site}, default behavior"),
    }


@pytest.mark.proves("LA-018")
def test_the_size_of_an_archive_is_that_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "edge.zip").write_bytes(bytes(1024 * 1024 + 1))
    plan = document("mistakes-plan")
    resource(plan, "aws_lambda_function.login")["filename"] = "edge.zip"

    rules = {f.rule for f in report_of(plan, tmp_path).findings}

    assert "LA-018" in rules


def test_the_log_policy_of_a_role_may_be_inline() -> None:
    plan = document("mistakes-plan")
    statement = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    resource(plan, "aws_iam_role.login")["inline_policy"] = [
        {"policy": json.dumps({"Statement": [statement]})}
    ]

    assert "LL-005" not in {f.rule for f in report_of(plan).findings}


def test_an_unknown_managed_policy_causes_no_finding() -> None:
    plan = document("mistakes-plan")
    resource(plan, "aws_iam_role.login")["managed_policy_arns"] = [
        "arn:aws:iam::aws:policy/SomethingNew"
    ]

    result = report_of(plan)

    assert "LL-005" not in {f.rule for f in result.findings}
    assert "aws_iam_role.login: whether it is allowed to write logs" in unchecked(result)


def test_an_existing_bucket_policy_is_read() -> None:
    plan = document("mistakes-plan")
    public = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::mistakes-site/*",
    }
    resource(plan, "aws_s3_bucket.site")["policy"] = json.dumps({"Statement": [public]})

    assert "S3-002" not in {f.rule for f in report_of(plan).findings}


@pytest.mark.proves("S3-002")
def test_an_inline_policy_that_the_apply_creates_is_not_reported_missing() -> None:
    plan = document("mistakes-plan")
    configured = plan["configuration"]["root_module"]["resources"]
    bucket = next(r for r in configured if r["address"] == "aws_s3_bucket.site")
    bucket["expressions"]["policy"] = {"references": ["aws_cloudfront_distribution.site.arn"]}
    change = next(c for c in plan["resource_changes"] if c["address"] == "aws_s3_bucket.site")
    change["change"]["after_unknown"]["policy"] = True

    result = report_of(plan)

    assert "S3-002" not in {f.rule for f in result.findings}
    assert "whether CloudFront may read bucket mistakes-site" in unchecked(result)


def test_a_certificate_that_a_data_source_finds_has_names_too() -> None:
    state = document("application-state")

    assert "HO-008" not in {f.rule for f in report_of(state).findings}
    assert "certificate" not in unchecked(report_of(state))


@pytest.mark.parametrize("unknown", [None, 7, "", {}])
def test_a_certificate_name_that_is_not_a_string_does_not_abort_the_check(unknown: object) -> None:
    plan = document("mistakes-plan")
    certificates = [
        r["values"]
        for r in plan["planned_values"]["root_module"]["resources"]
        if r["type"] == "aws_acm_certificate"
    ]
    for values in certificates:
        values["subject_alternative_names"] = [unknown]

    report = report_of(plan)

    assert certificates
    assert ("whether a certificate covers" in unchecked(report)) == (unknown is None)
