"""TCP ports on this machine's loopback address."""

import socket

from harness.errors import PortTakenError

LOOPBACK = "127.0.0.1"
NAMES_OF_LOOPBACK = ("localhost", LOOPBACK, "::1")


def require_free(port: int, *, option: str) -> None:
    """Raises PortTakenError, naming `option` as the way out, when something listens."""
    with socket.socket() as probe:
        # As servers do: a connection of an earlier run that lingers does no harm.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except PermissionError:
            raise PortTakenError(
                f"Port {port} may not be used by this user. Choose one above 1023 "
                f"with {option}."
            ) from None
        except OSError:
            raise PortTakenError(
                f"Port {port} is taken by another program. Stop that, or choose "
                f"another port with {option}."
            ) from None


def free_port() -> int:
    """Return a port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
