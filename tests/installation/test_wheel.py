"""The wheel runs in a fresh environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from http.client import HTTPConnection
from pathlib import Path

import pytest

from localfront import __version__
from tests.localfront.command.test_serve_files import serving_command, write

ROOT = Path(__file__).parents[2]
UV = ROOT / ".nox" / "bootstrap" / "bin" / "uv"
PATIENCE = 300  # seconds, to install what the wheel needs


def run(*command: str | Path, **environ: str) -> str:
    done = subprocess.run(
        command,
        cwd=environ.get("PWD", ROOT),
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def places(version: str) -> Iterable[Path]:
    """Possible locations of that Python: on the PATH, or in pyenv's or uv's folders."""
    if found := shutil.which(f"python{version}"):
        yield Path(found)
    for folder in (Path.home() / ".pyenv" / "versions", Path.home() / ".local/share/uv/python"):
        yield from sorted(folder.glob(f"*{version}.*/bin/python{version}"))


def interpreter(version: str) -> Path | None:
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    for place in places(version):
        done = subprocess.run(
            [place, "-c", program], capture_output=True, text=True, check=False, timeout=240
        )
        if done.stdout.strip() == version:
            return place
    return None


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-d", folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (one,) = built.glob("*.whl")
    return one


def test_the_wheel_contains_only_localfront(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names}

    assert wheel.name == f"localfront-{__version__}-py3-none-any.whl"
    assert tops == {"localfront", f"localfront-{__version__}.dist-info"}
    assert "localfront/py.typed" in names
    assert "localfront/lambda_edge/workers/node_bootstrap.mjs" in names
    assert "localfront/inspector/page/index.html" in names
    assert "localfront/inspector/page/scripts/main.js" in names


def test_the_wheels_readme_has_no_link_that_breaks_on_an_index(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"localfront-{__version__}.dist-info/METADATA").decode()

    assert "# localfront" in metadata
    assert "captain" not in metadata
    assert "](" not in metadata


def test_the_sdist_builds_the_same_wheel(built: Path, wheel: Path, tmp_path: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()

    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, PWD=str(source))
    (again,) = tmp_path.glob("*.whl")

    with zipfile.ZipFile(wheel) as first, zipfile.ZipFile(again) as second:
        assert first.namelist() == second.namelist()


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_the_wheel_installs_and_runs_in_a_fresh_environment(
    wheel: Path, tmp_path: Path, version: str
) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    environment = tmp_path / "environment"
    run(UV, "venv", "-q", "-p", python, environment)
    run(UV, "pip", "install", "-q", "-p", environment, wheel)
    localfront = environment / "bin" / "localfront"
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "one.html").write_text("from the wheel")
    write(tmp_path, DefaultRootObject="one.html")

    assert run(localfront, "--version") == f"localfront {__version__}\n"
    command = [
        *(str(localfront), "serve", "--http-port", "0", "--https-port", "0"),
        *("--config", str(tmp_path / "site.json"), "--ca-dir", str(tmp_path / "ca")),
        *("--origin-override", f"pages={tmp_path / 'pages'}"),
    ]
    with serving_command(command, {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}) as served:
        connection = HTTPConnection("127.0.0.1", served[0], timeout=30)
        connection.request("GET", "/", headers={"Host": "localhost"})
        assert connection.getresponse().read() == b"from the wheel"
        connection.close()
