"""Probe whether a port answers."""

import urllib.error
import urllib.request

from harness.errors import HarnessError

ANSWERS_WITHIN = 60  # seconds: an emulator loads a service at its first request


def require_answer(url: str, server: str) -> None:
    """Raise HarnessError if nothing answers; an error response counts as an answer."""
    try:
        urllib.request.urlopen(url, timeout=ANSWERS_WITHIN).close()  # noqa: S310 (http, from our caller)
    except urllib.error.HTTPError:
        pass  # an error response is an answer, too
    except (OSError, ValueError) as error:
        raise HarnessError(f"Nothing responds at {url}, the address of {server}.") from error


def answers(url: str) -> bool:
    try:
        require_answer(url, "anything")
    except HarnessError:
        return False
    return True
