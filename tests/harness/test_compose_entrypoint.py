"""The entry point of docker-compose.yml's containers."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.checkout import ROOT

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="needs GNU find, which the image has"
)
# A user that owns nothing, where root runs the tests.
NOBODY = 65534 if os.getuid() == 0 else None


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A folder that every user can read, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        checkout = Path(name)
        checkout.chmod(0o755)
        shutil.copy(ROOT / "harness" / "compose" / "entrypoint", checkout)
        (checkout / "harness").mkdir()
        (checkout / "harness" / "dev.py").touch()
        (checkout / "harness" / "terraform.tfstate").touch(0o000)  # nobody needs it
        yield checkout


def entered(checkout: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [checkout / "entrypoint", "echo", "entered"],
        env={"CHECKOUT": str(checkout), "PATH": os.defpath},
        user=NOBODY,
        group=NOBODY,
        extra_groups=None if NOBODY is None else [],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def test_a_readable_checkout_is_entered(checkout: Path) -> None:
    assert entered(checkout).stdout == "entered\n"


@pytest.mark.parametrize("name", ["harness", "harness/dev.py"])
def test_an_unreadable_file_is_named_with_the_remedy(name: str, checkout: Path) -> None:
    (checkout / name).chmod(0o000)

    done = entered(checkout)

    (checkout / name).chmod(0o755)
    assert done.returncode == 1
    assert f"may not read {name}. In the checkout: chmod -R go+rX edge" in done.stdout
