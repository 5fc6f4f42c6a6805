from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from lambdas import edge_log_retention
from lambdas.edge_log_retention import limit_retention
from lambdas.errors import ConfigError

GROUP = "/aws/lambda/us-east-1.site-edge"


class Logs:
    """CloudWatch Logs of one Region; `error` is its response instead."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.set: dict[str, int] = {}

    def put_retention_policy(self, *, logGroupName: str, retentionInDays: int) -> None:  # noqa: N803 - boto3's name for it
        if self.error:
            raise self.error
        self.set[logGroupName] = retentionInDays


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "PutRetentionPolicy")


def test_retention_is_set_in_every_region_despite_failures() -> None:
    regions: dict[str, Any] = {
        "us-east-1": Logs(),
        "eu-central-1": Logs(refused("ResourceNotFoundException")),
        "me-south-1": Logs(refused("UnrecognizedClientException")),
        "ap-east-1": Logs(EndpointConnectionError(endpoint_url="https://logs")),
        "sa-east-1": Logs(),
    }

    limited = limit_retention(regions, regions.__getitem__, group=GROUP, days=30)

    assert limited == ["us-east-1", "sa-east-1"]
    assert regions["sa-east-1"].set == {GROUP: 30}


def test_an_error_names_the_missing_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LOG_GROUP", raising=False)

    with pytest.raises(ConfigError, match="LOG_GROUP"):
        edge_log_retention.handler({}, None)
