"""Findings need reasons, and reasons need findings."""

import json
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.gate.checkov_findings import (
    EXPLAINED,
    Explained,
    Finding,
    parse,
    read_explained,
    unexplained,
    unneeded,
)

FINDING = Finding(
    check="CKV_AWS_18",
    title="Ensure the S3 bucket has access logging enabled",
    resource='aws_s3_bucket.private["site"]',
    file="terraform/buckets.tf",
    line=5,
)


def test_a_report_of_one_framework_or_of_several_is_read() -> None:
    failed = {
        "check_id": FINDING.check,
        "check_name": FINDING.title,
        "resource": FINDING.resource,
        "file_path": "/buckets.tf",
        "file_line_range": [5, 13],
    }
    report = {"results": {"failed_checks": [failed]}}

    assert parse(json.dumps(report)) == [FINDING]
    assert parse(json.dumps([report, {"passed": 0}])) == [FINDING]


def test_a_finding_without_a_reason_is_reported_with_its_location() -> None:
    (problems,) = unexplained([FINDING], {})

    assert problems.startswith("terraform/buckets.tf:5: CKV_AWS_18 aws_s3_bucket.private")
    assert "terraform/checkov.toml" in problems


@pytest.mark.parametrize(
    ("resources", "enough"),
    [((), True), (("aws_s3_bucket.private",), True), (("aws_s3_bucket.x",), False)],
)
def test_a_reason_applies_to_its_resources(resources: tuple[str, ...], enough: bool) -> None:
    explained = {"CKV_AWS_18": Explained(reason="r", resources=resources)}

    assert (unexplained([FINDING], explained) == []) is enough


def test_an_unused_reason_is_reported() -> None:
    explained = {name: Explained(reason="r") for name in ("CKV_AWS_18", "CKV_AWS_1")}

    (problems,) = unneeded([FINDING], explained)

    assert "CKV_AWS_1 no longer matches any finding" in problems


def test_every_line_has_a_reason(tmp_path: Path) -> None:
    assert len(read_explained(EXPLAINED)) > 30

    empty = tmp_path / "checkov.toml"
    empty.write_text('[CKV_AWS_1]\nreason = ""\n')
    with pytest.raises(HarnessError, match="CKV_AWS_1 has no reason"):
        read_explained(empty)
