"""Set the retention of the edge function's log groups in every Region, once a day.

A replica of a Lambda@Edge function logs in the Region where it runs, to a log group that it creates
there and that never expires. Terraform cannot know the Regions in advance.

Source: CloudFront Developer Guide, "Edge function logs".
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lambdas.aws_failures import error_code
from lambdas.settings import required

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

logger = Logger("edge-log-retention")

# Regions that the account has not enabled do not respond.
PATIENCE = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2})


def limit_retention(
    regions: Iterable[str],
    client_in: Callable[[str], CloudWatchLogsClient],
    *,
    group: str,
    days: int,
) -> list[str]:
    """Set the group's retention to `days`; returns the Regions that have it.

    A failure in one Region is logged, and the others continue.
    """
    limited = []
    for region in regions:
        try:
            client_in(region).put_retention_policy(logGroupName=group, retentionInDays=days)
        except (BotoCoreError, ClientError) as error:
            missing = (
                isinstance(error, ClientError) and error_code(error) == "ResourceNotFoundException"
            )
            if not missing:
                logger.warning("retention not set", extra={"in": region}, exc_info=error)
        else:
            limited.append(region)
    return limited


def run(environ: Mapping[str, str], session: boto3.Session) -> dict[str, Any]:
    """Set the retention once. Raises ConfigError naming the variable that is missing or malformed."""

    def client_in(region: str) -> CloudWatchLogsClient:
        return session.client("logs", region_name=region, config=PATIENCE)

    limited = limit_retention(
        session.get_available_regions("logs"),
        client_in,
        group=required(environ, "LOG_GROUP"),
        days=int(required(environ, "RETENTION_DAYS")),
    )
    logger.info("retention set", extra={"regions": limited})
    return {"regions": limited}


def handler(_event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """The Lambda handler, invoked by a schedule."""
    return run(os.environ, boto3.Session())
