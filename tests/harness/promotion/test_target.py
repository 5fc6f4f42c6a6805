"""Options that AWS or Terraform would refuse during an apply are refused before it."""

from typing import Any

import pytest

from harness.errors import HarnessError
from harness.promotion.target import Target

PROD: dict[str, Any] = {
    "environment": "prod",
    "site": "logs.example.com",
    "zone": "example.com",
    "account": "123456789012",
    "stack": "my-serverless-website",
}


def test_names_follow_from_the_options() -> None:
    target = Target(**PROD | {"site": "logs.eu.example.com"})

    assert target.domain == "eu.example.com"
    assert target.state_bucket == "my-serverless-website-state-123456789012"
    assert target.state_key == "prod/terraform.tfstate"
    assert target.variables()["allowed_account_ids"] == '["123456789012"]'


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("environment", "../staging"),
        ("environment", "Prod"),
        ("stack", "x" * 41),
        ("prerequisites", "-"),
        ("site", "https://logs.example.com"),
        ("site", "logs.example.com/"),
        ("zone", "ample.com"),
        ("zone", "example.org"),
        ("site", "logs.example.com\n"),
    ],
)
def test_invalid_options_are_refused(option: str, value: str) -> None:
    with pytest.raises(HarnessError):
        Target(**PROD | {option: value})
