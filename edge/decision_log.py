"""The log of decisions: a line of JSON with what CloudFront's access log lacks.

It is in CloudWatch Logs in the Region where the function ran. It has no cookie, path or address:
CloudFront's access log has path and address, with the same request id.
"""

import json
from typing import Any


def write(cf: dict[str, Any], *, page: str, session: str, result: dict[str, Any]) -> None:
    """Write a line. `cf` is the event's; `page` and `session` are names, such as HOME and LIVE."""
    line = {
        "level": "INFO",
        "message": "decided",
        "request_id": cf["config"].get("requestId"),
        "distribution_id": cf["config"].get("distributionId"),
        "page": page,
        "session": session,
        "status": int(result.get("status", 200)),  # 200: the request continues
    }
    print(json.dumps(line))  # noqa: T201 (Lambda logs what is printed)
