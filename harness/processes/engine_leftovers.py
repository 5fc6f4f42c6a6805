"""Containers that killed runs left behind.

A run first notes what it is going to create: lines `container NAME`, and `project NAME` for Docker
Compose. Containers whose names begin with NAME belong to it, too, such as those of LocalStack's
functions.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from harness.checkout import ROOT

ENGINE = "engine"  # the notes, in the run's folder
DOWN = ("down", "--volumes", "--remove-orphans", "--rmi", "local")
ENDS_WITHIN = 120  # seconds: ten per service


def note(directory: Path, kind: str, name: str) -> None:
    with (directory / ENGINE).open("a") as notes:
        notes.write(f"{kind} {name}\n")


def noted(directory: Path) -> list[tuple[str, str]]:
    try:
        lines = (directory / ENGINE).read_text().splitlines()
    except FileNotFoundError:
        return []
    pieces = (line.partition(" ") for line in lines)
    return [(kind, name) for kind, _, name in pieces if name]


def containers(directory: Path) -> list[str]:
    """The names of this run's containers, running or not."""
    return sorted(set(found(directory)))


def found(directory: Path) -> Iterator[str]:
    for kind, name in noted(directory):
        chosen = f"label=com.docker.compose.project={name}"
        if kind == "container":
            chosen = f"name=^/?{name}"
        yield from docker("ps", "--all", "--filter", chosen, "--format", "{{.Names}}")


def remove(directory: Path) -> None:
    if names := containers(directory):
        docker("stop", "--time", "10", *names)
        docker("rm", "--force", "--volumes", *names)
    for kind, name in noted(directory):
        if kind == "project":
            docker("compose", "--project-name", name, *DOWN)


def docker(*arguments: str) -> list[str]:
    """Docker's output lines; none without an engine."""
    if shutil.which("docker") is None:
        return []
    try:
        finished = subprocess.run(  # noqa: S603 - our own command, and no shell
            ["docker", *arguments],  # noqa: S607 (from PATH)
            cwd=ROOT,
            env=os.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=ENDS_WITHIN,
        )
    except subprocess.TimeoutExpired:
        return []
    return finished.stdout.splitlines()
