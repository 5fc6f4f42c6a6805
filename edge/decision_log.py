"""One line of JSON for each decision: what CloudFront's own log cannot tell.

Found in CloudWatch Logs of the Region where the function ran. No cookie, no path and no address
gets into it: CloudFront's log has those, under the same request id.
"""

import json
from typing import Any


def write(cf: dict[str, Any], *, page: str, session: str, answer: dict[str, Any]) -> None:
    """`cf` is the event's record; `page` and `session` are names, such as HOME and LIVE."""
    line = {
        "level": "INFO",
        "message": "decided",
        "request_id": cf["config"].get("requestId"),
        "distribution_id": cf["config"].get("distributionId"),
        "page": page,
        "session": session,
        "status": int(answer.get("status", 200)),  # 200: the request goes on
    }
    print(json.dumps(line))  # noqa: T201 (Lambda logs what is printed)
