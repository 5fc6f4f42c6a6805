"""Make emulators forget everything, each in its own way."""

import json
import time
import urllib.error
import urllib.request

from harness.emulators import Emulator
from harness.errors import HarnessError
from harness.localstack import is_localstack, session_of

RESTARTED_WITHIN = 120  # seconds
JSON = {"content-type": "application/json"}


def reset(emulator: Emulator) -> None:
    """Raises HarnessError when an emulator cannot be emptied."""
    for endpoint in sorted({emulator.endpoint, emulator.cloudfront_endpoint}):
        # LocalStack answers 200 to MiniStack's path as well, and empties nothing.
        emptied = emptied_localstack if is_localstack(endpoint) else emptied_ministack
        if not emptied(endpoint):
            raise HarnessError(
                f"What runs at {endpoint} cannot be emptied. Start it anew by hand."
            )


def emptied_ministack(endpoint: str) -> bool:
    return posted(f"{endpoint}/_ministack/reset")


def emptied_localstack(endpoint: str) -> bool:
    """The community edition keeps nothing over a restart; others can be told to forget."""
    return posted(f"{endpoint}/_localstack/state/reset") or restarted(endpoint)


def restarted(endpoint: str) -> bool:
    """Restart LocalStack and wait until it is back."""
    before = session_of(endpoint)
    if not posted(f"{endpoint}/_localstack/health", {"action": "restart"}):
        return False
    deadline = time.monotonic() + RESTARTED_WITHIN
    while time.monotonic() < deadline:
        if session_of(endpoint) not in (None, before):
            return True
        time.sleep(0.5)
    return False


def posted(url: str, document: object = None) -> bool:
    """Whether a POST of JSON is answered with success."""
    body = json.dumps(document).encode() if document else b""
    request = urllib.request.Request(url, data=body, headers=JSON)  # noqa: S310
    try:
        urllib.request.urlopen(request, timeout=60).close()  # noqa: S310
    except urllib.error.HTTPError:
        return False
    except OSError as error:
        raise HarnessError(f"Nothing answers at {url}.") from error
    return True
