"""What AWS's Python runtime has besides the standard library: one directory of links.

A worker sees this directory and its own code, so that an import which would fail on AWS
fails here too, whatever else is installed beside localfront.
"""

from __future__ import annotations

import compileall
from importlib import metadata
from pathlib import Path

from localfront.errors import ConfigError

# boto3 as in AWS's runtimes, and what it needs; AWS's interface client, and what it needs.
_DISTRIBUTIONS = (
    "awslambdaric",
    "simplejson",
    "snapshot-restore-py",
    "boto3",
    "botocore",
    "jmespath",
    "python-dateutil",
    "s3transfer",
    "six",
    "urllib3",
)
# Nothing else imports these before a worker does, and workers write no bytecode.
_TO_COMPILE = ("awslambdaric", "simplejson", "snapshot_restore_py", "runtime_client.py")
_NATIVE_CLIENT = "runtime_client"
_OWN_CLIENT = Path(__file__).with_name("runtime_client.py")


def lay_out_runtime(directory: Path, *, native_client: bool = True) -> None:
    """Link the runtime's packages into an empty directory.

    Without the native client of awslambdaric (it builds on Linux only), or when it is not
    wanted, `runtime_client.py` takes its place. Raises ConfigError when a package is missing.
    """
    for name in _DISTRIBUTIONS:
        for entry in _top_level_entries(name):
            is_native = entry.name.split(".")[0] == _NATIVE_CLIENT
            if native_client or not is_native:
                (directory / entry.name).symlink_to(entry)
    if not any(directory.glob(f"{_NATIVE_CLIENT}.*")):
        (directory / f"{_NATIVE_CLIENT}.py").symlink_to(_OWN_CLIENT)
    for name in _TO_COMPILE:
        _compile(directory / name)


def _top_level_entries(name: str) -> set[Path]:
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError as error:
        raise ConfigError(
            f"The Python package {name!r} is not installed; workers for Lambda@Edge need it. "
            "Install localfront with its dependencies."
        ) from error
    tops = {
        file.parts[0] for file in distribution.files or () if ".." not in file.parts
    }
    return {
        Path(str(distribution.locate_file(top)))
        for top in tops
        if not top.endswith((".dist-info", ".egg-info")) and top != "__pycache__"
    }


def _compile(path: Path) -> None:
    """Best effort: where the package is not ours to write, imports only take longer."""
    if path.is_dir():
        compileall.compile_dir(path, quiet=2)
    elif path.exists():
        compileall.compile_file(path, quiet=2)
