"""Reset emulators."""

import json
import time
import urllib.error
import urllib.request

from harness.emulators.emulators import Emulator
from harness.emulators.localstack import is_localstack, session_of
from harness.errors import HarnessError
from harness.guard.rules import KEY_HEADER

RESTARTED_WITHIN = 120  # seconds
JSON = {"content-type": "application/json"}


def reset(emulator: Emulator) -> None:
    """Reset an emulator. Raises HarnessError if that fails."""
    for endpoint in sorted({emulator.endpoint, emulator.cloudfront_endpoint}):
        # LocalStack responds 200 to MiniStack's path as well, without a reset.
        emptied = emptied_localstack if is_localstack(endpoint) else emptied_ministack
        if not emptied(endpoint, emulator.key):
            raise HarnessError(f"The emulator at {endpoint} cannot be reset. Restart it by hand.")


def emptied_ministack(endpoint: str, key: str) -> bool:
    return posted(f"{endpoint}/_ministack/reset", key)


def emptied_localstack(endpoint: str, key: str) -> bool:
    """Reset LocalStack: the free edition by a restart, others by an API."""
    return posted(f"{endpoint}/_localstack/state/reset", key) or restarted(endpoint, key)


def restarted(endpoint: str, key: str) -> bool:
    """Restart LocalStack and wait until it is back."""
    before = session_of(endpoint)
    if not posted(f"{endpoint}/_localstack/health", key, {"action": "restart"}):
        return False
    deadline = time.monotonic() + RESTARTED_WITHIN
    while time.monotonic() < deadline:
        if session_of(endpoint) not in (None, before):
            return True
        time.sleep(0.5)
    return False


def posted(url: str, key: str, document: object = None) -> bool:
    """POST JSON; returns whether it succeeded. `key` is for guarded emulators."""
    body = json.dumps(document).encode() if document else b""
    headers = {**JSON, KEY_HEADER: key}
    request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 - our own server's URL
    try:
        urllib.request.urlopen(request, timeout=60).close()  # noqa: S310 - our own server's URL
    except urllib.error.HTTPError:
        return False
    except OSError as error:
        raise HarnessError(f"Nothing responds at {url}.") from error
    return True
