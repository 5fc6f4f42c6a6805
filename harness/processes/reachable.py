"""Check that a server can be reached."""

import urllib.error
import urllib.request

from harness.errors import HarnessError

PATIENCE = 60  # seconds: an emulator loads a service at its first request


def require_reachable(url: str, server: str) -> None:
    """Raise HarnessError if nothing responds; an error response counts."""
    try:
        urllib.request.urlopen(url, timeout=PATIENCE).close()  # noqa: S310 (http, from our caller)
    except urllib.error.HTTPError:
        pass  # an error response is a response, too
    except (OSError, ValueError) as error:
        raise HarnessError(f"Nothing responds at {url}, the address of {server}.") from error


def is_reachable(url: str) -> bool:
    try:
        require_reachable(url, "anything")
    except HarnessError:
        return False
    return True
