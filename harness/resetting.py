"""Make emulators forget everything, each in its own way."""

import json
import time
import urllib.error
import urllib.request

from harness.emulators import Emulator
from harness.errors import HarnessError

RESTARTED_WITHIN = 120  # seconds
JSON = {"content-type": "application/json"}


def reset(emulator: Emulator) -> None:
    """Raises HarnessError when an emulator cannot be emptied."""
    for endpoint in sorted({emulator.endpoint, emulator.cloudfront_endpoint}):
        emptied = (
            posted(f"{endpoint}/_ministack/reset")
            or posted(f"{endpoint}/_localstack/state/reset")  # the licensed editions
            or restarted(endpoint)
        )
        if not emptied:
            raise HarnessError(
                f"What runs at {endpoint} cannot be emptied. Start it anew by hand."
            )


def restarted(endpoint: str) -> bool:
    """Restart community LocalStack, which keeps nothing; wait until it is back."""
    health = f"{endpoint}/_localstack/health"
    before = session_of(endpoint)
    if before is None or not posted(health, {"action": "restart"}):
        return False
    deadline = time.monotonic() + RESTARTED_WITHIN
    while time.monotonic() < deadline:
        if session_of(endpoint) not in (None, before):
            return True
        time.sleep(0.5)
    return False


def session_of(endpoint: str) -> str | None:
    """Return what LocalStack calls its present run; None while nothing answers so."""
    try:
        # An http address from our caller.
        with urllib.request.urlopen(  # noqa: S310
            f"{endpoint}/_localstack/info", timeout=5
        ) as answer:
            return str(json.load(answer)["session_id"])
    except (OSError, ValueError, KeyError):
        return None


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
