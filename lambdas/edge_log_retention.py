"""Once a day: an end for the edge function's logs in every Region.

A copy of a Lambda@Edge function logs in the Region where it runs, in a group that it makes there by
itself and that keeps everything for ever. Terraform cannot know where that will be.

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

# A Region that the account has not switched on does not answer.
PATIENCE = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2})


def limit_retention(
    regions: Iterable[str],
    client_in: Callable[[str], CloudWatchLogsClient],
    *,
    group: str,
    days: int,
) -> list[str]:
    """The Regions that have the group, which keeps its logs for `days` from now on.

    One Region's failure is logged, and stops no other.
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
    """Raises ConfigError naming the variable that is missing or malformed."""

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
    """What the schedule calls."""
    return run(os.environ, boto3.Session())
