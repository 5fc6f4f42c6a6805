"""LocalStack in a container, for as long as this process runs.

    python -m harness.emulators.localstack_container

It says `LocalStack is ready at URL`, then what LocalStack logs. The port is a free one,
so that any number of them may run side by side. It ends with its container, and the
container with it.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from docker.errors import DockerException
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from harness.commands import command_line
from harness.emulators.localstack import READY
from harness.errors import HarnessError
from harness.processes import signals
from harness.processes.ports import LOOPBACK, NAMES_OF_LOOPBACK, free_port
from harness.progress import print_line

IMAGE = "localstack/localstack:4.14.0"  # the last that needs no token
PORT = 4566
SOCKET = "/var/run/docker.sock"
STARTS_WITHIN = 240  # seconds, on a busy machine
ENDS_WITHIN = 6  # seconds: our parent has ten for both of us


def main() -> int:
    signals.end_with_parent()
    return command_line.run(run)


def run() -> int:
    """Raises HarnessError when the container does not start, or ends by itself."""
    try:
        with prepared(os.environ) as container, ended_gently(container):
            print_line(f"{READY}{endpoint(container)}")
            for piece in container.get_wrapped_container().logs(stream=True, follow=True):
                sys.stdout.buffer.write(piece)
                sys.stdout.flush()
    except (DockerException, TimeoutError) as error:
        raise HarnessError(f"LocalStack's container failed: {error}") from error
    raise HarnessError("LocalStack's container ended by itself.")


def prepared(environ: Mapping[str, str]) -> DockerContainer:
    port, host = free_port(), engines_host(environ)
    container = DockerContainer(environ.get("LOCALSTACK_IMAGE", IMAGE))
    container.with_bind_ports(PORT, port)
    if host == LOOPBACK:
        # Left to itself the library publishes on every address of this machine.
        container.ports[str(PORT)] = (LOOPBACK, port)  # type: ignore[assignment]
    # What LocalStack puts into the addresses that it hands out, such as of a function's code.
    container.with_env("LOCALSTACK_HOST", f"{host}:{port}")
    for name in ("LOCALSTACK_AUTH_TOKEN", "DEBUG"):
        if name in environ:
            container.with_env(name, environ[name])
    # LocalStack's Lambda starts a container for each function.
    container.with_volume_mapping(engines_socket(environ), SOCKET, mode="rw")
    ready = LogMessageWaitStrategy("Ready.").with_startup_timeout(STARTS_WITHIN)
    return container.waiting_for(ready)


@contextmanager
def ended_gently(container: DockerContainer) -> Iterator[None]:
    """Let LocalStack remove its functions' containers: the library kills it at once."""
    try:
        yield
    finally:
        container.get_wrapped_container().stop(timeout=ENDS_WITHIN)


def endpoint(container: DockerContainer) -> str:
    return f"http://{container.env['LOCALSTACK_HOST']}"


def engines_host(environ: Mapping[str, str]) -> str:
    """Where the engine publishes ports: here, unless DOCKER_HOST names another machine."""
    address = urlsplit(environ.get("DOCKER_HOST", ""))
    named = address.hostname if address.scheme == "tcp" else None
    return LOOPBACK if named is None or named in NAMES_OF_LOOPBACK else named


def engines_socket(environ: Mapping[str, str]) -> str:
    """The path that the engine knows its socket by: DOCKER_SOCKET, or the usual one.

    A rootless engine has another, which DOCKER_HOST names. On macOS engines run in a
    virtual machine, where the socket is at the usual place.
    """
    address = urlsplit(environ.get("DOCKER_HOST", ""))
    is_ours = address.scheme == "unix" and sys.platform == "linux"
    return environ.get("DOCKER_SOCKET") or (address.path if is_ours else SOCKET)


if __name__ == "__main__":
    sys.exit(main())
