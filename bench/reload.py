"""The time from saving an edge function's code to the first response from it."""

from __future__ import annotations

import time
import urllib.request
from pathlib import Path
from statistics import median

from bench.errors import BenchError
from bench.report import Figures
from bench.served_site import Server

PATIENCE = 10  # seconds
FUNCTION = """\
def handler(event, context):
    return {{"status": "200", "body": "edition {edition}"}}
"""


def live_reload(server: Server, directory: Path, *, times: int) -> Figures:
    """Save, then request until the response is the new one."""
    url = f"http://localhost:{server.http_port}/reload/x"
    spent = [edition_ms(url, directory, edition) for edition in range(times + 1)][1:]
    return {"saved_to_served_ms": median(spent), "slowest_ms": max(spent)}


def edition_ms(url: str, directory: Path, edition: int) -> float:
    """The milliseconds until the new response.

    Raises BenchError if the old code keeps responding.
    """
    wanted = f"edition {edition}".encode()
    began = time.perf_counter()
    (directory / "edge.py").write_text(FUNCTION.format(edition=edition))
    while time.perf_counter() - began < PATIENCE:
        with urllib.request.urlopen(url) as response:  # noqa: S310 (http, our own)
            if response.read() == wanted:
                return (time.perf_counter() - began) * 1000
    raise BenchError(f"the saved code did not respond within {PATIENCE} s.")
