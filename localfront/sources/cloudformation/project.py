"""A template or a project as a watched source, described once after each change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from localfront.errors import ConfigError
from localfront.sources.cloudformation.projects import read_stacks
from localfront.sources.cloudformation.stack import Stack
from localfront.sources.cloudformation.stack_description import describe_stacks
from localfront.sources.cloudformation.stale_build import stale_build
from localfront.sources.cloudformation.template_files import TemplateFiles
from localfront.sources.description import Description


class CloudFormationProject:
    """A project of stacks.

    `stamp` changes when a file that was read changes, and only then does `description` read the
    files again. `stacks` are those of the last read.
    """

    def __init__(self, path: Path, parameters: Mapping[str, str]) -> None:
        self.path = path
        self.parameters = parameters
        self.stacks: Sequence[Stack] = ()
        self._files = TemplateFiles()
        self._stamp: object = None
        self._found: Description | ConfigError | None = None

    def stamp(self) -> object:
        return tuple((str(file), _stamp(file)) for file in (self.path, *self._files.read))

    def description(self) -> Description:
        """The description of the stacks. Raises the same ConfigError again until a file changes."""
        if self._found is None or self.stamp() != self._stamp:
            self._files = TemplateFiles()
            try:
                self._found = self._describe()
            except ConfigError as error:
                self._found = error
            self._stamp = self.stamp()
        if isinstance(self._found, ConfigError):
            raise self._found
        return self._found

    def forget(self) -> None:
        """Read the files at the next description, even if none has changed."""
        self._found = None

    def _describe(self) -> Description:
        try:
            self.stacks = read_stacks(self.path, self._files)
            described = self._described()
            stale = stale_build(self.path, self._files)
            return replace(described, notices=(*described.notices, *stale))
        except RecursionError as error:
            raise ConfigError(
                f"{self.path}: its values are nested too deeply. Flatten them."
            ) from error
        except (AttributeError, KeyError, TypeError, IndexError, ValueError, OSError) as error:
            raise ConfigError(
                f"{self.path} does not have the structure of a template ({type(error).__name__}: {error}). "
                "Validate it (`aws cloudformation validate-template`, or cfn-lint)."
            ) from error

    def _described(self) -> Description:
        try:
            return describe_stacks(self.stacks, self.parameters)
        except ConfigError as error:
            raise error.of(str(self.path)) from error


def _stamp(file: Path) -> object:
    try:
        status = file.stat()
    except (OSError, ValueError):  # the keys can contain characters that file names can't
        return None
    return status.st_mtime_ns, status.st_size
