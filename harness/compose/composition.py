"""The services of docker-compose.yml, with their own project name and ports."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.checkout import ROOT
from harness.compose.handover import FILE, Handover
from harness.errors import ProvisioningError
from harness.processes.children import Children, Finished
from harness.processes.engine_leftovers import DOWN
from harness.processes.ports import LOOPBACK, free_port

CONTROL = re.compile(
    r"\x1b\[[0-9;]*[A-Za-z]"
)  # Compose writes control sequences without a terminal, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Ports on this machine's loopback address."""

    http: int
    https: int
    localstack: int
    cloudfront: int

    @classmethod
    def free(cls) -> "Ports":
        return cls(
            http=free_port(),
            https=free_port(),
            localstack=free_port(),
            cloudfront=free_port(),
        )

    def variables(self) -> dict[str, str]:
        """Return the settings of docker-compose.yml."""
        return {f"{name.upper()}_PORT": str(port) for name, port in asdict(self).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """A running composition. `project` is the prefix of containers, volumes and images.

    `directory` is the checkout whose files the services mount.
    """

    project: str
    ports: Ports
    environ: Mapping[str, str]
    children: Children
    directory: Path = ROOT

    def up(self) -> None:
        """Start it. Raises ProvisioningError with the last lines of `provision`."""
        finished = self.compose("up", "--detach", "--wait", "--build")
        if finished.returncode:
            output = self.compose("logs", "--no-log-prefix", "provision").stdout
            lines = CONTROL.sub("", finished.stderr + output).strip().splitlines() or [
                "it printed nothing"
            ]
            raise ProvisioningError(
                "docker compose up failed. Its output ends:\n" + "\n".join(lines[-12:])
            )

    def down(self) -> None:
        """Stop it. Raises ProvisioningError if something may remain."""
        finished = self.compose(*DOWN)
        if finished.returncode:
            raise ProvisioningError(f"docker compose down failed: {finished.stderr}")

    def logs(self) -> str:
        return self.compose("logs", "--no-color", "--timestamps").stdout

    def describe(self) -> dict[str, Any]:
        """Describe it like harness/stack/stack_description.py, as far as the flows need it."""
        finished = self.compose("exec", "-T", "localfront", "cat", str(self.inside(FILE)))
        if finished.returncode:
            raise ProvisioningError(f"localfront is not running: {finished.stderr.strip()}")
        handover = Handover.parse(json.loads(finished.stdout))
        return {
            "site_url": f"https://localhost:{self.ports.https}",
            "http_url": f"http://localhost:{self.ports.http}",
            "outputs": asdict(handover.outputs),
            "aws": handover.emulator.variables()
            | {"AWS_ENDPOINT_URL": f"http://{LOOPBACK}:{self.ports.localstack}"},
            "logs": [],
        }

    def inside(self, path: Path) -> Path:
        """Return the path that a file of the checkout has in the containers."""
        return Path("/app") / path.relative_to(ROOT)

    def compose(self, *arguments: str) -> Finished:
        return self.children.run(
            ["docker", "compose", "--project-name", self.project, *arguments],
            env={**self.environ, **self.ports.variables()},
            cwd=self.directory,
        )
