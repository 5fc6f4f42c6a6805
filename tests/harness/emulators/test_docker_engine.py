from pathlib import Path

import pytest

from harness.emulators.docker_engine import require_compose
from harness.errors import MissingToolError


def a_docker(directory: Path, *, compose: str) -> dict[str, str]:
    """Return an environment with a `docker` whose Compose is of that version."""
    program = directory / "docker"
    program.write_text(f'#!/bin/sh\n[ "$1" = info ] || [ -n "{compose}" ] && echo "{compose}"\n')
    program.chmod(0o755)
    return {"PATH": f"{directory}:/bin"}


@pytest.mark.parametrize("version", ["2.24.0", "v2.39.4-desktop.1", "5.0.1"])
def test_a_recent_compose_is_accepted(version: str, tmp_path: Path) -> None:
    require_compose(a_docker(tmp_path, compose=version))


@pytest.mark.parametrize(
    ("version", "complaint"),
    [("2.20.2+ds1", r"This is Docker Compose 2\.20\.2\+ds1\."), ("", "is not installed")],
)
def test_an_old_or_missing_compose_is_an_error_with_a_remedy(
    version: str, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(MissingToolError, match=f"{complaint}.* 2.24 or newer"):
        require_compose(a_docker(tmp_path, compose=version))
