"""SAM projects, built and not, and the Serverless Framework's packages, before deployment."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.localfront.command.log_lines import LogLines
from tests.localfront.command.test_serve_cdk import server
from tests.localfront.command.test_serve_files import get, serving_command
from tests.localfront.warm_start.command import localfront

__all__ = ["server"]  # a fixture
FIXTURES = Path(__file__).parents[2] / "fixtures"


@contextmanager
def serving(source: Path, *options: str) -> Iterator[tuple[int, LogLines]]:
    command = [
        *localfront("serve", str(source)),
        *("--http-port", "0", "--https-port", "0", "--ca-dir", str(source.parent / "ca")),
        *options,
    ]
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    with serving_command(command, environment) as served:
        yield served


def pages(folder: Path) -> Path:
    (folder / "private").mkdir(parents=True)
    (folder / "index.html").write_text("home")
    (folder / "private" / "a.txt").write_text("treasure")
    return folder


@pytest.mark.parametrize("built", [True, False], ids=["built", "not built"])
def test_a_sam_project_is_served_with_its_functions(tmp_path: Path, built: bool) -> None:
    project = tmp_path / "shop"
    shutil.copytree(FIXTURES / "sam", project)
    if not built:
        shutil.rmtree(project / ".aws-sam")
    own = f"--origin-override=pages={pages(tmp_path / 'pages')}"

    with serving(project, own) as (port, _):
        assert get(port, "/") == (200, b"home")
        assert get(port, "/private/a.txt") == (403, b"not for you")
        assert get(port, "/private/a.txt?sesame") == (200, b"treasure")
        for path in ("/rest/a", "/http/a", "/url/a"):
            assert get(port, path) == (200, path.encode())

        code = project / (".aws-sam/build/Edge/app.py" if built else "edge/app.py")
        code.write_text(code.read_text().replace("not for you", "go away"))
        assert get(port, "/private/a.txt") == (403, b"go away")


@pytest.mark.skipif(shutil.which("node") is None, reason="its functions need Node.js")
def test_a_packaged_serverless_project_is_served(tmp_path: Path, server: str) -> None:
    project = tmp_path / "anything"
    shutil.copytree(FIXTURES / "serverless", project)
    own = f"--origin-override=pages={pages(tmp_path / 'pages')}"

    with serving(
        project, "--distribution", "shop-dev/Site", own, f"--origin-override=api={server}"
    ) as (port, _):
        assert get(port, "/") == (200, b"home")
        assert get(port, "/api/a")[1].startswith(b"/api/a ")

    distribution = ("--distribution", "shop-dev/CloudFrontDistribution")
    with serving(project / ".serverless", *distribution) as (port, _):
        assert get(port, "/greet/me") == (200, b"greetings to /greet/me")
