"""A Terraform folder as a watched source: evaluated once after each change."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from localfront.errors import ConfigError
from localfront.sources.terraform_folder.evaluation import Evaluation, evaluate
from localfront.sources.terraform_folder.inventory import module_folders

WATCHED = ("*.tf", "*.tf.json", "*.tfvars", "*.tfvars.json", "*.js", "*.json", "*.tpl")


class TerraformFolder:
    """`stamp` changes when the folder's files do; `evaluation` runs Terraform then, and only then."""

    def __init__(self, path: Path, arguments: Sequence[str] = ()) -> None:
        self.path = path
        self._arguments = tuple(arguments)
        self._stamp = b""
        self._found: Evaluation | ConfigError | None = None

    def stamp(self) -> bytes:
        data_dir = self.path / (os.environ.get("TF_DATA_DIR") or ".terraform")
        digest = hashlib.sha256()
        for folder in module_folders(self.path, data_dir):
            for file in sorted({f for w in WATCHED for f in folder.glob(w)}):
                status = file.stat()
                seen = f"{file}\0{status.st_mtime_ns}\0{status.st_size}\n"
                digest.update(seen.encode())
        digest.update(str((data_dir / "providers").is_dir()).encode())
        return digest.digest()

    def evaluation(self) -> Evaluation:
        """The evaluation in force. Raises ConfigError, the same one again until a file changes."""
        stamp = self.stamp()
        if self._found is None or stamp != self._stamp:
            self._stamp = stamp
            try:
                self._found = evaluate(self.path, self._arguments)
            except ConfigError as error:
                self._found = error
        if isinstance(self._found, ConfigError):
            raise self._found
        return self._found
