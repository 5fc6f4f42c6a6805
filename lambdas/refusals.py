"""The metric of rate-limited log-ins.

It uses CloudWatch's embedded metric format: a line of JSON in the function's log, from which
CloudWatch extracts the metric asynchronously, without any permission.

Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
"""

import json
import os
from datetime import datetime

from lambdas.clock import unix_seconds

NAMESPACE = "CaptainsLog"
NAME = "LogInsRefused"


def count(now: datetime) -> None:
    """Count one. The dimension is the function's name, which differs between stacks."""
    line = {
        "_aws": {
            "Timestamp": unix_seconds(now) * 1000,
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [["FunctionName"]],
                    "Metrics": [{"Name": NAME, "Unit": "Count"}],
                }
            ],
        },
        "FunctionName": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "unknown"),
        NAME: 1,
    }
    print(json.dumps(line))  # noqa: T201 (Lambda logs what is printed)
