"""The data from `provision` for `localfront`: a JSON file in a shared volume.

{"aws": {"AWS_ENDPOINT_URL": ...}, "outputs": {NAME: VALUE}}
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.checkout import COMPOSE_STATE
from harness.emulators import emulators
from harness.emulators.emulators import Emulator
from harness.errors import HarnessError
from harness.terraform.outputs import Outputs

FILE = COMPOSE_STATE / "provisioned.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    emulator: Emulator
    outputs: Outputs

    def write(self, path: Path = FILE) -> None:
        """Write it atomically, as the other container may be reading it."""
        part = path.with_name(f"{path.name}.{os.getpid()}")
        document = {"aws": self.emulator.variables(), "outputs": asdict(self.outputs)}
        part.write_text(json.dumps(document, indent=2) + "\n")
        part.replace(path)

    @classmethod
    def read(cls, path: Path = FILE) -> "Handover":
        """Read it. Raises HarnessError if nothing was provisioned yet."""
        try:
            document = json.loads(path.read_text())
        except FileNotFoundError:
            raise HarnessError(
                "Nothing is provisioned: run `docker compose up` with all services."
            ) from None
        return cls.parse(document)

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> "Handover":
        return cls(
            emulator=emulators.named_by(document["aws"]),
            outputs=Outputs.parse(
                {name: {"value": value} for name, value in document["outputs"].items()}
            ),
        )
