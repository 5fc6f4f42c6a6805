import socket
from collections.abc import Iterator

import pytest

from harness import ports
from harness.errors import PortTakenError


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((ports.LOOPBACK, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_named_with_the_option_that_changes_it(taken: int) -> None:
    with pytest.raises(PortTakenError, match=f"Port {taken} is taken.*--https-port"):
        ports.require_free(taken, option="--https-port")


def test_a_free_port_passes() -> None:
    ports.require_free(ports.free_port(), option="--http-port")
