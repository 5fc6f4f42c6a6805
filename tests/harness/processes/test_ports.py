import socket
import sys
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


def test_a_port_in_use_is_an_error_that_names_the_option(taken: int) -> None:
    with pytest.raises(PortTakenError, match=f"Port {taken} is in use.*--https-port"):
        ports.require_free(taken, option="--https-port")


def test_a_port_in_use_only_on_ipv6_localhost_is_in_use() -> None:
    with socket.socket(socket.AF_INET6) as listener:
        try:
            listener.bind((ports.LOOPBACK_IPV6, 0))
        except OSError:
            pytest.skip("this machine has no IPv6")
        listener.listen()
        taken = listener.getsockname()[1]

        with pytest.raises(PortTakenError, match=f"Port {taken} is in use"):
            ports.require_free(taken, option="--http-port")


def test_a_free_port_passes() -> None:
    ports.require_free(ports.free_port(), option="--http-port")


def test_a_server_may_listen_at_a_reserved_port() -> None:
    with ports.reserved_port() as port:
        ports.require_free(port, option="--http-port")
        with socket.create_server((ports.LOOPBACK, port)):
            socket.create_connection((ports.LOOPBACK, port), timeout=10).close()


def test_linux_assigns_a_reserved_port_to_no_other_process() -> None:
    with ports.reserved_port() as port, socket.socket() as other:
        try:
            other.bind((ports.LOOPBACK, port))  # as what the system picks: without SO_REUSEADDR
            is_given = True
        except OSError:
            is_given = False

    assert is_given is (sys.platform != "linux")
