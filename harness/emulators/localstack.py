"""Find LocalStack, or start it in a container for this run."""

import importlib.util
import json
import secrets
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from harness.checkout import ROOT
from harness.emulators import docker_engine
from harness.errors import HarnessError, MissingToolError
from harness.processes import engine_leftovers
from harness.processes.children import Children
from harness.processes.reachable import is_reachable, require_reachable

ENDPOINT = "http://localhost:4566"
NAME = "LOCALSTACK_CONTAINER"  # the variable with the container's name
READY = "LocalStack is ready at "
READY_WITHIN = 600  # seconds: the image may have to be downloaded


def running(environ: Mapping[str, str]) -> str | None:
    """The endpoint of a running LocalStack to use; None to start a container.

    It is the one at AWS_ENDPOINT_URL, or without a Docker engine, at http://localhost:4566.
    Raises HarnessError if there is neither.
    """
    if named := environ.get("AWS_ENDPOINT_URL"):
        require_reachable(
            f"{named}/_localstack/health",
            "LocalStack. Start it, or unset AWS_ENDPOINT_URL",
        )
        return named.rstrip("/")
    try:
        require_containers(environ)
    except MissingToolError as reason:
        if is_reachable(f"{ENDPOINT}/_localstack/health"):
            return ENDPOINT
        raise HarnessError(
            f"{reason} And no LocalStack responds at {ENDPOINT}. Start Docker or LocalStack, or "
            "omit `--emulator localstack`."
        ) from reason
    return None


def require_containers(environ: Mapping[str, str]) -> None:
    """Raise MissingToolError if no container can be started."""
    docker_engine.require_engine(environ)
    if importlib.util.find_spec("testcontainers") is None:
        raise MissingToolError(
            "Start LocalStack first: this session does not (`./nox -s integration` and `e2e` do)."
        )


def start_container(children: Children, *, environ: Mapping[str, str], directory: Path) -> str:
    """Start a container. Raises ChildEndedError, with Docker's message, if it fails."""
    name = new_name()
    engine_leftovers.note(directory, "container", name)
    server = children.serve(
        "localstack",
        [sys.executable, "-m", "harness.emulators.localstack_container"],
        env={**environ, NAME: name},
        cwd=ROOT,
        log=directory / "logs" / "localstack.log",
    )
    line = server.wait_for_line(READY, timeout=READY_WITHIN)
    return line.partition(READY)[2]


def new_name() -> str:
    """A container name unique on all machines that use the same engine."""
    return f"captains-log-{secrets.token_hex(6)}"


def is_localstack(endpoint: str) -> bool:
    return session_of(endpoint) is not None


def session_of(endpoint: str) -> str | None:
    """The id of LocalStack's current session; None if none answers."""
    try:
        # The caller passes an http URL.
        with urllib.request.urlopen(  # noqa: S310 - our own server's URL
            f"{endpoint}/_localstack/info", timeout=5
        ) as response:
            return str(json.load(response)["session_id"])
    except (OSError, ValueError, KeyError):
        return None


def has_cloudfront(endpoint: str) -> bool:
    """Whether this LocalStack has CloudFront: the free edition does not."""
    try:
        # The caller passes an http URL.
        with urllib.request.urlopen(  # noqa: S310 - our own server's URL
            f"{endpoint}/_localstack/health", timeout=30
        ) as response:
            return "cloudfront" in json.load(response)["services"]
    except (OSError, ValueError, KeyError):
        return False  # not LocalStack
