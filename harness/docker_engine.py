"""Docker on this machine: is there an engine, and does it have Compose?"""

import shutil
import subprocess
from collections.abc import Mapping

from harness.errors import MissingToolError

ANSWERS_WITHIN = 20  # seconds
COMPOSE_ADVICE = "Install Docker Compose 2.24 or newer."


def require_engine(environ: Mapping[str, str]) -> None:
    """Raises MissingToolError, in one line, when no engine answers."""
    docker = shutil.which("docker", path=environ.get("PATH"))
    if docker is None:
        raise MissingToolError("There is no Docker here: no program `docker`.")
    said = asked([docker, "info", "--format", "{{.ServerVersion}}"], environ)
    if said.returncode:
        reason = said.stderr.strip().splitlines() or ["no reason is given"]
        raise MissingToolError(f"No Docker engine answers: {reason[-1]}")


def require_compose(environ: Mapping[str, str]) -> None:
    """Raises MissingToolError when there is no engine, or no `docker compose`."""
    require_engine(environ)
    if asked(["docker", "compose", "version"], environ).returncode:
        raise MissingToolError(f"There is no `docker compose`. {COMPOSE_ADVICE}")


def asked(
    command: list[str], environ: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(  # noqa: S603 (docker, from PATH)
            command,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=ANSWERS_WITHIN,
        )
    except subprocess.TimeoutExpired:
        raise MissingToolError(
            f"No Docker engine answers within {ANSWERS_WITHIN} s."
        ) from None
