"""The metric for the alarm on guessed passwords."""

import json
from typing import Any

import pytest

from lambdas.clock import unix_seconds
from tests.lambdas.ship import NOON, Ship


def metrics(printed: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    return [line for line in lines if "_aws" in line]


def test_a_throttled_login_is_counted_in_the_metric_and_a_failure_is_not(
    ship: Ship, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "site-login")
    ship.enlist("picard", "makeitso")
    for _ in range(5):
        ship.log_in("picard", "engage")
    assert metrics(capsys.readouterr().out) == []

    ship.log_in("picard", "engage")

    (line,) = metrics(capsys.readouterr().out)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive == {
        "Namespace": "CaptainsLog",
        "Dimensions": [["FunctionName"]],
        "Metrics": [{"Name": "LogInsRefused", "Unit": "Count"}],
    }
    assert line["_aws"]["Timestamp"] == unix_seconds(NOON) * 1000
    assert (line["FunctionName"], line["LogInsRefused"]) == ("site-login", 1)
    assert "picard" not in json.dumps(line)
