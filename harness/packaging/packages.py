"""Build what Terraform deploys: build/lambdas.zip, build/edge.zip and build/frontend.

The same input gives the same bytes, because Terraform hashes an archive to see whether its function
changed: names are sorted, dates and modes are fixed, and nothing depends on the machine.
(Compressed bytes also depend on Python's zlib.)

The API functions' dependencies beyond AWS's runtime are copied from this virtual environment, which
was installed with the hashes in requirements/; requirements/lambdas.txt lists them.
"""

import io
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from harness.checkout import BUILD, EDGE, LAMBDAS, ROOT
from harness.errors import HarnessError
from harness.packaging import frontend_build
from harness.progress import print_line

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP archive can contain
READABLE_FILE = 0o100644 << 16  # Lambda runs as a user that owns no files
UNIX = 3  # else the mode above has no effect
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
# Files that installers write, which differ from machine to machine.
INSTALLERS_NOTES = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packages:
    lambdas: Path
    edge: Path
    frontend: Path


def build(destination: Path = BUILD) -> Packages:
    """Build all packages.

    Raises HarnessError if a pinned dependency is missing, or pages refer to missing assets.
    """
    packages = Packages(
        lambdas=destination / "lambdas.zip",
        edge=destination / "edge.zip",
        frontend=frontend_build.build(destination),
    )
    write(packages.lambdas, lambdas_files())
    write(packages.edge, edge_files())
    return packages


def lambdas_files() -> dict[str, bytes]:
    """The package lambdas/ and its dependencies."""
    own = {
        f"lambdas/{path.relative_to(LAMBDAS).as_posix()}": path.read_bytes()
        for path in sorted(LAMBDAS.rglob("*"))
        if path.is_file() and belongs(path)
    }
    pins = (ROOT / "requirements" / "lambdas.txt").read_text()
    for name, version in PIN.findall(pins):
        own.update(installed_files(name, version))
    return own


def edge_files() -> dict[str, bytes]:
    """The modules of edge/, flat."""
    return {path.name: path.read_bytes() for path in sorted(EDGE.glob("*.py"))}


def installed_files(name: str, version: str) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of each file of an installed distribution.

    Raises HarnessError if it is not installed at `version`, or not pure Python: Lambda has another
    processor architecture.
    """
    try:
        installed = distribution(name)
    except PackageNotFoundError:
        installed = None
    if installed is None or installed.version != version:
        raise HarnessError(
            f"requirements/lambdas.txt requires {name} {version}, which this environment does "
            "not have. Delete .nox/run and .nox/test, and run the command again."
        )
    for file in installed.files or ():
        if file.suffix in {".so", ".pyd", ".dylib"}:
            raise HarnessError(
                f"{name} has compiled code ({file}), which would not run on AWS Lambda's "
                "processor. Use a package without compiled code."
            )
        if ".." not in file.parts and belongs(Path(file)):
            yield file.as_posix(), file.read_binary()


def belongs(path: Path) -> bool:
    return (
        "__pycache__" not in path.parts
        and path.suffix != ".pyc"
        and not path.name.startswith((".", "uv_"))
        and path.name not in INSTALLERS_NOTES
    )


def archive(files: Files) -> bytes:
    """Return a ZIP archive of `files`, which maps paths in the archive to contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.create_system = UNIX
            entry.external_attr = READABLE_FILE
            entry.compress_type = zipfile.ZIP_DEFLATED
            opened.writestr(entry, files[name])
    return buffer.getvalue()


def write(path: Path, files: Files) -> None:
    """Write the archive atomically: another run may be reading it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_bytes(archive(files))
    part.replace(path)


if __name__ == "__main__":
    built = build()
    for package in (built.lambdas, built.edge):
        print_line(f"{package.relative_to(ROOT)}: {package.stat().st_size} bytes")
    pages = sum(path.is_file() for path in built.frontend.rglob("*"))
    print_line(f"{built.frontend.relative_to(ROOT)}: {pages} files")
