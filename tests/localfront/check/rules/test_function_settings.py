from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from localfront.check.evidence.evidence import Evidence
from localfront.check.findings import Severity
from tests.localfront.check.checking import (
    a_function,
    at_edge,
    evidence,
    finding,
    findings,
    report,
    unchecked,
)
from tests.localfront.factories import EDGE_ARN, a_behavior_description

MB = 1024 * 1024


def with_function(**settings: Any) -> Evidence:
    return evidence(functions={EDGE_ARN: a_function(**settings)})


def at_origin() -> dict[str, Any]:
    return {"DefaultCacheBehavior": a_behavior_description(**at_edge("origin-request"))}


@pytest.mark.parametrize(
    ("rule", "settings", "message"),
    [
        pytest.param(
            "LA-006",
            {"Environment": {"Variables": {"SECRET": "s3cr3t"}}},
            "environment variables",
            marks=pytest.mark.proves("LA-006"),
        ),
        *(
            pytest.param("LA-007", settings, message, marks=pytest.mark.proves("LA-007"))
            for settings, message in [
                ({"PackageType": "Image", "Runtime": None}, "container image"),
                (
                    {"Layers": [{"Arn": "arn:aws:lambda:us-east-1:1:layer:a:1"}]},
                    "layers",
                ),
                ({"VpcConfig": {"SubnetIds": ["subnet-1"]}}, "VPC"),
                ({"DeadLetterConfig": {"TargetArn": "arn:aws:sqs:::q"}}, "dead letter"),
                ({"TracingConfig": {"Mode": "Active"}}, "X-Ray"),
                ({"Architectures": ["arm64"]}, "arm64"),
            ]
        ),
        pytest.param(
            "LA-008",
            {"EphemeralStorage": {"Size": 1024}},
            "over 512 MB",
            marks=pytest.mark.proves("LA-008"),
        ),
    ],
)
def test_a_setting_that_lambda_edge_refuses_is_found(
    rule: str, settings: dict[str, Any], message: str
) -> None:
    found = finding(rule, with_function(**settings))

    assert message in found.message
    assert (found.resource, found.severity) == (EDGE_ARN, Severity.ERROR)
    assert "s3cr3t" not in str(found)


@pytest.mark.proves("LA-006", "LA-007", "LA-008")
def test_default_settings_as_lambda_returns_them_are_no_finding() -> None:
    plain = with_function(
        Environment={"Variables": {}},
        VpcConfig={"SubnetIds": [], "SecurityGroupIds": [], "VpcId": ""},
        TracingConfig={"Mode": "PassThrough"},
        EphemeralStorage={"Size": 512},
        Layers=[],
        DeadLetterConfig=None,
    )

    assert report(plain).findings == ()


@pytest.mark.proves("LA-009")
@pytest.mark.parametrize(
    ("runtime", "today", "severity"),
    [
        ("nodejs12.x", date(2026, 11, 24), Severity.ERROR),
        ("python3.9", date(2026, 11, 24), Severity.WARNING),
        ("python3.9", date(2027, 2, 1), Severity.ERROR),
        ("java21", date(2026, 11, 24), Severity.ERROR),
        ("provided.al2023", date(2026, 11, 24), Severity.ERROR),
    ],
)
def test_a_runtime_that_lambda_deprecates_is_found(
    runtime: str, today: date, severity: Severity
) -> None:
    facts = evidence(today=today, functions={EDGE_ARN: a_function(Runtime=runtime)})

    assert finding("LA-009", facts).severity is severity


@pytest.mark.proves("LA-009")
@pytest.mark.parametrize("runtime", ["python3.13", "nodejs22.x", "python3.15"])
def test_a_supported_or_unknown_newer_runtime_is_no_finding(runtime: str) -> None:
    assert findings("LA-009", with_function(Runtime=runtime)) == ()


LIMITS = [
    pytest.param("LA-017", "Timeout", 5, 30, marks=pytest.mark.proves("LA-017")),
    pytest.param("LA-018", "CodeSize", MB, 50 * MB, marks=pytest.mark.proves("LA-018")),
    pytest.param("LA-019", "MemorySize", 128, 10_240, marks=pytest.mark.proves("LA-019")),
]


@pytest.mark.parametrize(("rule", "field", "older", "newer"), LIMITS)
def test_exceeding_the_older_limit_is_a_warning_at_viewer_events_only(
    rule: str, field: str, older: int, newer: int
) -> None:
    between = with_function(**{field: newer})

    assert findings(rule, with_function(**{field: older})) == ()
    assert finding(rule, between).severity is Severity.WARNING
    assert findings(rule, between, **at_origin()) == ()


@pytest.mark.parametrize(("rule", "field", "older", "newer"), LIMITS)
def test_exceeding_the_newer_limit_is_an_error_at_every_event(
    rule: str, field: str, older: int, newer: int
) -> None:
    over = with_function(**{field: newer + 1})

    assert finding(rule, over).severity is Severity.ERROR
    assert finding(rule, over, **at_origin()).severity is Severity.ERROR


def test_an_undescribed_function_causes_no_finding() -> None:
    unknown = evidence(functions={})

    assert report(unknown).findings == ()
    assert f"{EDGE_ARN}: its settings and its role" in unchecked(unknown)


def test_an_unknown_size_is_not_guessed() -> None:
    no_size = with_function(CodeSize=None)

    assert report(no_size).findings == ()
    assert "the size of its archive" in unchecked(no_size)
