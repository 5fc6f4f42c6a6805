"""The AWS clients, created once per process, at first use.

Endpoint, region and credentials come from the standard AWS environment.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.config import Config
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient


def patience() -> Config:
    """Timeouts and retries for AWS calls: a call fails within 9 s.

    Two attempts of 1 s to connect and 3 s to read, and up to 1 s between them. So a
    function with a timeout of 10 s can still respond with 503 itself.
    """
    from botocore.config import Config  # lazy, like boto3 below

    return Config(
        connect_timeout=1,
        read_timeout=3,
        retries={"mode": "standard", "total_max_attempts": 2},
    )


@functools.cache
def dynamodb() -> DynamoDBClient:
    import boto3  # half of the import time of a handler, so not before it is needed

    return boto3.client("dynamodb", config=patience())


@functools.cache
def secretsmanager() -> SecretsManagerClient:
    import boto3

    return boto3.client("secretsmanager", config=patience())
