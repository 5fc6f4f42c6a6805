"""Send a request to a running server's inspector, for `localfront trace` and `localfront clock`."""

from __future__ import annotations

import json
from typing import Any

from localfront.errors import LocalfrontError

TIMEOUT = 90  # seconds


class RefusedError(LocalfrontError):
    """The inspector refused; the message says why."""


def ask(port: int, token: str, method: str, path: str, document: Any = None) -> Any:
    """The inspector's response, parsed. Raises RefusedError, and OSError if nothing listens."""
    import http.client  # imports TLS, which `--help` does not need

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = None if document is None else json.dumps(document)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        parsed = json.loads(response.read())
    finally:
        connection.close()
    if response.status != 200:
        raise RefusedError(str(parsed.get("error")))
    return parsed
