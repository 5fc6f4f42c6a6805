"""Check for a Docker engine and Compose."""

import re
import shutil
import subprocess
from collections.abc import Mapping

from harness.errors import MissingToolError

PATIENCE = 20  # seconds
OLDEST_COMPOSE = (2, 24)
COMPOSE_ADVICE = f"Install Docker Compose {'.'.join(map(str, OLDEST_COMPOSE))} or newer."


def require_engine(environ: Mapping[str, str]) -> None:
    """Raise MissingToolError, in one line, if no engine responds."""
    docker = shutil.which("docker", path=environ.get("PATH"))
    if docker is None:
        raise MissingToolError("Docker is not installed: there is no program `docker`.")
    finished = finished_run([docker, "info", "--format", "{{.ServerVersion}}"], environ)
    if finished.returncode:
        reason = finished.stderr.strip().splitlines() or ["no reason is given"]
        raise MissingToolError(f"The Docker engine does not respond: {reason[-1]}")


def require_compose(environ: Mapping[str, str]) -> None:
    """Raise MissingToolError if there is no engine, or no recent `docker compose`."""
    require_engine(environ)
    finished = finished_run(["docker", "compose", "version", "--short"], environ)
    version = re.match(r"v?(\d+)\.(\d+)", finished.stdout)
    if finished.returncode or not version:
        raise MissingToolError(f"`docker compose` is not installed. {COMPOSE_ADVICE}")
    if (int(version[1]), int(version[2])) < OLDEST_COMPOSE:
        raise MissingToolError(
            f"This is Docker Compose {finished.stdout.strip()}. {COMPOSE_ADVICE}"
        )


def finished_run(
    command: list[str], environ: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(  # noqa: S603 (docker, from PATH)
            command,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise MissingToolError(f"The Docker engine did not respond within {PATIENCE} s.") from None
