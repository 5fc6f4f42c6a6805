"""Log-ins that were refused for their number, as a metric.

In CloudWatch's embedded metric format: a line of JSON in the function's log, from which
CloudWatch makes the metric by itself. Nothing waits for it, and no permission is needed.

Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
"""

import json
import os
from datetime import datetime

from lambdas.clock import unix_seconds

NAMESPACE = "CaptainsLog"
NAME = "LogInsRefused"


def count(now: datetime) -> None:
    """Count one. The dimension is the function's name, which tells stacks apart."""
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
