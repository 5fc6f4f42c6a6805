"""A Terraform folder as a watched source, evaluated once after each change."""

from __future__ import annotations

from pathlib import Path

from localfront.errors import ConfigError
from localfront.sources.terraform_folder.evaluation import Evaluation, evaluate
from localfront.sources.terraform_folder.inventory import module_folders
from localfront.sources.terraform_folder.settings import NO_SETTINGS, TerraformSettings
from localfront.sources.terraform_folder.watched_files import (
    sources_of_archives,
    stamp_of,
)


class TerraformFolder:
    """A folder.

    `evaluation` runs Terraform only when `stamp` changes, which it does with the files.
    """

    def __init__(self, path: Path, settings: TerraformSettings = NO_SETTINGS) -> None:
        self.path = path
        self._settings = settings
        self._beside: tuple[Path, ...] = ()
        self._stamp = b""
        self._found: Evaluation | ConfigError | None = None

    def stamp(self) -> bytes:
        """The stamp of the modules and of the archives' sources."""
        return self._of_modules() + stamp_of(self._beside)

    def evaluation(self) -> Evaluation:
        """The current evaluation. Raises the same ConfigError again until a file changes."""
        stamp = self.stamp()
        if self._found is None or stamp != self._stamp:
            self._stamp = stamp
            self._found = self._evaluated()
        if isinstance(self._found, ConfigError):
            raise self._found
        return self._found

    def forget(self) -> None:
        """Run Terraform at the next evaluation, even if no file has changed."""
        self._found = None

    def _evaluated(self) -> Evaluation | ConfigError:
        before = self._of_modules()
        try:
            found = evaluate(self.path, self._settings)
        except ConfigError as error:
            return error
        beside = sources_of_archives(found.document, self.path.resolve())
        if beside != self._beside:
            self._beside = beside
            self._stamp = before + stamp_of(beside)
        return found

    def _of_modules(self) -> bytes:
        data_dir = self._settings.data_dir(self.path)
        is_initialised = (data_dir / "providers").is_dir()
        return stamp_of(module_folders(self.path, data_dir)) + str(is_initialised).encode()
