"""docker compose on an editable copy of the checkout, for one test."""

import http.client
import shutil
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.checkout import ROOT
from harness.compose.composition import Composition
from harness.processes.ports import LOOPBACK

MOUNTED = (
    *("edge", "frontend", "harness", "lambdas", "localfront"),
    *("requirements", "terraform"),
)
SOON = 60  # seconds: containers share a busy machine


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceResponse:
    status: int
    location: str | None
    text: str


def copy_checkout(directory: Path) -> None:
    """Copy the files that docker-compose.yml mounts or builds from."""
    made = shutil.ignore_patterns(
        "__pycache__", ".terraform*", "*.tfstate*", "*_providers_override.tf"
    )
    for name in MOUNTED:
        shutil.copytree(ROOT / name, directory / name, ignore=made)
    shutil.copy(ROOT / "docker-compose.yml", directory)


def edit(file: Path, old: str, new: str) -> None:
    """Save `file` with `new` instead of `old`, as an editor would."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def get(composition: Composition, path: str) -> ServiceResponse:
    """Send a request to localfront over TLS, trusting its authority as users do."""
    authority = composition.compose(
        "exec", "-T", "localfront", "cat", "/app/.cache/localfront/ca.pem"
    )
    assert authority.returncode == 0, authority.stderr
    trust = ssl.create_default_context(cadata=authority.stdout)
    connection = http.client.HTTPSConnection(
        LOOPBACK, composition.ports.https, context=trust, timeout=SOON
    )
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return ServiceResponse(
            status=response.status,
            location=response.getheader("location"),
            text=response.read().decode(),
        )
    finally:
        connection.close()


def eventually(condition: Callable[[], bool], *, within: float = SOON) -> None:
    """Wait at most `within` seconds for something in another process."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it has not happened"
        time.sleep(0.2)
