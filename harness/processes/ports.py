"""TCP ports on this machine's loopback addresses."""

import errno
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from harness.errors import PortTakenError

LOOPBACK, LOOPBACK_IPV6 = "127.0.0.1", "::1"
NAMES_OF_LOOPBACK = ("localhost", LOOPBACK, LOOPBACK_IPV6)


def require_free(port: int, *, option: str) -> None:
    """Raise PortTakenError, with `option` as the remedy, if something listens on the port.

    IPv6 is checked as well: browsers try it first for `localhost`.
    """
    for family, address in (
        (socket.AF_INET, LOOPBACK),
        (socket.AF_INET6, LOOPBACK_IPV6),
    ):
        try:
            require_bindable(family, address, port)
        except PermissionError:
            raise PortTakenError(
                f"This user may not listen on port {port}. Choose one above 1023 with {option}."
            ) from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTakenError(
                    f"Port {port} is in use by another program. Stop it, or choose "
                    f"another port with {option}."
                ) from None
            if family == socket.AF_INET:
                raise
            # This machine has no IPv6.


def require_bindable(family: socket.AddressFamily, address: str, port: int) -> None:
    """Raise OSError if a server could not listen there."""
    with socket.socket(family) as probe:
        # As servers do: lingering connections of an earlier run are harmless.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((address, port))


def free_port() -> int:
    """Return a port that nothing listens on at this moment; another program may soon."""
    with reserved_port() as port:
        return port


@contextmanager
def reserved_port() -> Iterator[int]:
    """A port that nothing listens on and that the system gives to no other program meanwhile.

    For a server whose port must be known in advance: it may listen there, as servers allow
    addresses that are bound but not listened on (SO_REUSEADDR). Only Linux allows that; elsewhere
    the port is merely free.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((LOOPBACK, 0))
        port: int = holder.getsockname()[1]
        if sys.platform != "linux":
            holder.close()
        yield port
