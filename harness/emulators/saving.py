"""Make the embedded MiniStack save its state, for a later start."""

import urllib.error
import urllib.request

from harness.emulators.emulators import Emulator
from harness.errors import HarnessError
from harness.guard.rules import KEY_HEADER

PATH = "/_ministack/save"
PATIENCE = 30  # seconds
TRIES = 3  # a request that changes something meanwhile invalidates an attempt


def save(emulator: Emulator) -> None:
    """Save. Raises HarnessError, with the reason, if it is incomplete."""
    for _ in range(TRIES):
        reason = save_problem(emulator)
        if not reason:
            return
    raise HarnessError(f"The emulator could not save its state: {reason}")


def save_problem(emulator: Emulator) -> str:
    request = urllib.request.Request(  # noqa: S310 - our own server's URL
        emulator.endpoint + PATH, data=b"", headers={KEY_HEADER: emulator.key}
    )
    try:
        urllib.request.urlopen(request, timeout=PATIENCE).close()  # noqa: S310 - our own server's URL
    except urllib.error.HTTPError as error:
        with error:
            return error.read().decode(errors="replace").strip() or str(error)
    except OSError as error:
        return str(error)
    return ""
