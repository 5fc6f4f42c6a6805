import socket
import subprocess
import sys
from pathlib import Path

import pytest

from harness.processes.steady_network import wrapped

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have no seccomp")
UEVENTS = 15  # of netlink: not the network's


def opened(directory: Path, family: int, kind: int, protocol: int) -> str:
    """The output of a program started like this that opens a socket."""
    program = wrapped(Path(sys.executable), directory)
    code = f"import socket; socket.socket({family}, {kind}, {protocol}); print('open')"
    done = subprocess.run(
        [program, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    return done.stdout or done.stderr


def test_the_program_cannot_watch_the_network_interfaces(tmp_path: Path) -> None:
    done = opened(tmp_path, socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)

    assert "Address family not supported by protocol" in done


@pytest.mark.parametrize(
    ("family", "kind", "protocol"),
    [
        pytest.param(socket.AF_INET, socket.SOCK_STREAM, 0, id="TCP"),
        pytest.param(socket.AF_INET6, socket.SOCK_STREAM, 0, id="TCP over IPv6"),
        pytest.param(socket.AF_UNIX, socket.SOCK_STREAM, 0, id="local"),
        pytest.param(socket.AF_NETLINK, socket.SOCK_RAW, UEVENTS, id="another netlink"),
    ],
)
def test_every_other_socket_can_be_opened(
    family: int, kind: int, protocol: int, tmp_path: Path
) -> None:
    assert opened(tmp_path, family, kind, protocol) == "open\n"


def test_arguments_reach_the_program_unchanged(tmp_path: Path) -> None:
    program = wrapped(Path(sys.executable), tmp_path)

    done = subprocess.run(
        [program, "-c", "import sys; print(sys.argv[1:])", "a b", "$HOME", "'"],
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )

    assert done.stdout == "['a b', '$HOME', \"'\"]\n"
