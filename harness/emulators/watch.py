"""Detect that an emulator died, and stop everything that depends on it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from harness.emulators.emulators import Emulator
from harness.errors import ChildEndedError
from harness.processes.children import Children

EVERY = 0.5  # seconds
REFUSALS = 3  # in a row: a listener that is only busy does not refuse
PATIENCE = 5  # seconds for a connection


@contextmanager
def watching(emulator: Emulator, children: Children, *, every: float = EVERY) -> Iterator[None]:
    """Stop all `children` if nothing listens at the emulator's addresses any more.

    Raises ChildEndedError then, instead of the errors that this causes in the block.
    """
    watch = Watch(emulator, children, every=every)
    failure: Exception | None = None
    try:
        watch.start()
        yield
    except Exception as error:
        if watch.lost is None:
            raise
        failure = error
    finally:
        watch.stop()
    if watch.lost:
        raise watch.error() from failure


class Watch(threading.Thread):
    """The watch. `lost` is the address where nothing listens any more."""

    def __init__(self, emulator: Emulator, children: Children, *, every: float) -> None:
        super().__init__(name="emulator watch", daemon=True)
        self.lost: str | None = None
        self._name = emulator.name
        self._endpoints = {emulator.endpoint, emulator.cloudfront_endpoint}
        self._children = children
        self._every = every
        self._stopped = threading.Event()

    def run(self) -> None:
        refusals = dict.fromkeys(self._endpoints, 0)
        while not self._stopped.wait(self._every):
            for endpoint in self._endpoints:
                refusals[endpoint] = 0 if listens(endpoint) else refusals[endpoint] + 1
                if refusals[endpoint] == REFUSALS:
                    self.lost = endpoint
                    self._children.close()
                    return

    def stop(self) -> None:
        self._stopped.set()
        if self.is_alive():
            self.join()

    def error(self) -> ChildEndedError:
        return ChildEndedError(
            f"The emulator ({self._name}) at {self.lost} ended during the run and no "
            "longer listens. Ignore later failures: they say nothing about the code."
        )


def listens(endpoint: str) -> bool:
    """Whether a connection is accepted, or at least not refused."""
    address = urlsplit(endpoint)
    try:
        socket.create_connection(
            (address.hostname or "localhost", address.port or 80), PATIENCE
        ).close()
    except TimeoutError:
        return True  # busy
    except OSError:
        return False
    return True
