"""Open an address in the user's browser, where there is a screen to show it on."""

from __future__ import annotations

import logging
import os
import sys
import webbrowser

from localfront.aws.daemon_threads import in_daemon_thread

LOG = logging.getLogger("localfront")
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


async def open_address(address: str) -> None:
    """Open the address, or print it where there is no graphical browser."""
    has_screen = sys.platform == "darwin" or any(os.environ.get(name) for name in SCREENS)
    if has_screen and await in_daemon_thread(_opened, address):
        return
    LOG.info("can't open a browser here; open this address yourself: %s", address)


def _opened(address: str) -> bool:
    try:
        return webbrowser.open(address)
    except (OSError, webbrowser.Error):
        return False
