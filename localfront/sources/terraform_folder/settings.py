"""Settings for Terraform: the command line's variables, and the user's environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class TerraformSettings:
    """Read once, by the command. `arguments` are -var and -var-file."""

    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def data_dir(self, folder: Path) -> Path:
        """The folder that `terraform init` writes to."""
        return folder / (self.environment.get("TF_DATA_DIR") or ".terraform")

    def variable(self, name: str) -> str | None:
        """A variable's value from the environment."""
        return self.environment.get(f"TF_VAR_{name}")


NO_SETTINGS = TerraformSettings()
