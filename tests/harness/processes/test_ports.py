import socket
from collections.abc import Iterator

import pytest

from harness.errors import PortTakenError
from harness.processes import ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((ports.LOOPBACK, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_named_with_the_option_that_changes_it(taken: int) -> None:
    with pytest.raises(PortTakenError, match=f"Port {taken} is taken.*--https-port"):
        ports.require_free(taken, option="--https-port")


def test_a_port_that_only_ipv6s_localhost_has_is_taken_too() -> None:
    with socket.socket(socket.AF_INET6) as listener:
        try:
            listener.bind((ports.LOOPBACK_IPV6, 0))
        except OSError:
            pytest.skip("this machine has no IPv6")
        listener.listen()
        taken = listener.getsockname()[1]

        with pytest.raises(PortTakenError, match=f"Port {taken} is taken"):
            ports.require_free(taken, option="--http-port")


def test_a_free_port_passes() -> None:
    ports.require_free(ports.free_port(), option="--http-port")
