"""LocalStack in a container, for as long as this process runs.

    python -m harness.emulators.localstack_container

It prints `LocalStack is ready at URL`, then LocalStack's log. It uses a free port, so that several
can run in parallel. It ends with its container, and the container with it.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

from docker.errors import DockerException, NotFound
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from harness.checkout import ROOT
from harness.commands import command_line
from harness.emulators.localstack import NAME, READY, new_name
from harness.errors import HarnessError
from harness.guard import key
from harness.processes import signals
from harness.processes.ports import LOOPBACK, NAMES_OF_LOOPBACK, free_port
from harness.processes.signals import giving_back, taken
from harness.progress import print_line

IMAGE = "localstack/localstack:4.14.0"  # the last that needs no token
PORT = 4566
SOCKET = "/var/run/docker.sock"
STARTS_WITHIN = 240  # seconds, on a busy machine
GUARDS_FOLDER = "/opt/captains-log"
GUARD = (
    *("harness/__init__.py", "harness/guard/__init__.py", "harness/guard/key.py"),
    *("harness/guard/rules.py", "harness/guard/localstack.py"),
)
HOOK = "/etc/localstack/init/start.d/guard.py"
ENDS_WITHIN = 6  # seconds: our parent has ten for both of us


def main() -> int:
    signals.end_with_parent()
    return command_line.run(run)


def run() -> int:
    """Run the container. Raises HarnessError if it does not start, or ends by itself."""
    container = prepared(os.environ)
    try:
        giving_back(lambda ending: serve(container, ending))
    except (DockerException, TimeoutError) as error:
        raise HarnessError(f"LocalStack's container failed: {error}") from error
    raise HarnessError("LocalStack's container ended by itself.")


def serve(container: DockerContainer, ending: ExitStack) -> None:
    """Serve until the end. Cleanup is registered before the start, which Ctrl-C may interrupt."""
    taken(ending, ended_gently(container))
    container.start()
    print_line(f"{READY}{endpoint(container)}")
    for piece in container.get_wrapped_container().logs(stream=True, follow=True):
        sys.stdout.buffer.write(piece)
        sys.stdout.flush()


def prepared(environ: Mapping[str, str]) -> DockerContainer:
    port, host = free_port(), engines_host(environ)
    container = DockerContainer(environ.get("LOCALSTACK_IMAGE", IMAGE))
    container.with_name(environ.get(NAME) or new_name())
    container.with_bind_ports(PORT, port)
    if host == LOOPBACK:
        # By default, the library publishes ports on all addresses of this machine.
        container.ports[str(PORT)] = (LOOPBACK, port)  # type: ignore[assignment]  # docker takes an address, too
    # The host in URLs that LocalStack returns, such as of a function's code.
    container.with_env("LOCALSTACK_HOST", f"{host}:{port}")
    for name in ("LOCALSTACK_AUTH_TOKEN", "DEBUG"):
        if name in environ:
            container.with_env(name, environ[name])
    add_guard(container, environ)
    # LocalStack's Lambda starts a container for each function.
    container.with_volume_mapping(engines_socket(environ), SOCKET, mode="rw")
    ready = LogMessageWaitStrategy("Ready.").with_startup_timeout(STARTS_WITHIN)
    return container.waiting_for(ready)


def add_guard(container: DockerContainer, environ: Mapping[str, str]) -> None:
    """Copy the guard into the container; a remote engine cannot mount a folder."""
    for path in GUARD:
        content = (ROOT / path).read_bytes()
        container.with_copy_into_container(content, f"{GUARDS_FOLDER}/{path}")
    hook = (ROOT / "harness" / "guard" / "localstack_hook.py").read_bytes()
    container.with_copy_into_container(hook, HOOK)
    container.with_env("EMULATOR_GUARD", GUARDS_FOLDER)
    if key.VARIABLE in environ:
        container.with_env(key.VARIABLE, environ[key.VARIABLE])


@contextmanager
def ended_gently(container: DockerContainer) -> Iterator[None]:
    """Stop LocalStack gracefully, so that it removes its functions' containers.

    By name, because Ctrl-C may arrive after the engine has created the container, but before the
    library knows its id.
    """
    try:
        yield
    finally:
        engine = container.get_docker_client().client
        with suppress(NotFound):
            created = engine.containers.get(container._name or "")
            created.stop(timeout=ENDS_WITHIN)
            created.remove(force=True, v=True)


def endpoint(container: DockerContainer) -> str:
    return f"http://{container.env['LOCALSTACK_HOST']}"


def engines_host(environ: Mapping[str, str]) -> str:
    """The host on which the engine publishes ports: DOCKER_HOST's, or this one."""
    address = urlsplit(environ.get("DOCKER_HOST", ""))
    named = address.hostname if address.scheme == "tcp" else None
    return LOOPBACK if named is None or named in NAMES_OF_LOOPBACK else named


def engines_socket(environ: Mapping[str, str]) -> str:
    """The socket's path on the engine's side: DOCKER_SOCKET, or the default.

    A rootless engine's is in DOCKER_HOST. On macOS, engines run in a virtual machine, where it is
    the default path.
    """
    address = urlsplit(environ.get("DOCKER_HOST", ""))
    is_ours = address.scheme == "unix" and sys.platform == "linux"
    return environ.get("DOCKER_SOCKET") or (address.path if is_ours else SOCKET)


if __name__ == "__main__":
    sys.exit(main())
