"""Choose how to evaluate a project: with Terraform, or as CloudFormation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from localfront.errors import ConfigError
from localfront.sources.cloudformation.template import TEMPLATE_ENDINGS, holds_template
from localfront.sources.description import Description
from localfront.sources.terraform.resource_description import describe_terraform

if TYPE_CHECKING:
    from localfront.sources.cloudformation.project import CloudFormationProject
    from localfront.sources.terraform_folder.evaluation import Evaluation
    from localfront.sources.terraform_folder.folder import TerraformFolder
    from localfront.sources.terraform_folder.settings import TerraformSettings


class Project(Protocol):
    """A project that is evaluated anew when its `stamp` changes. Both members raise ConfigError."""

    def stamp(self) -> object: ...

    def description(self) -> Description: ...

    def forget(self) -> None:
        """Evaluate again at the next description, regardless of the stamp."""


class TerraformProject:
    """A folder that Terraform evaluates."""

    def __init__(self, folder: TerraformFolder) -> None:
        self.folder = folder

    def stamp(self) -> object:
        return self.folder.stamp()

    def description(self) -> Description:
        return describe_evaluation(self.folder.evaluation(), self.folder.path)

    def forget(self) -> None:
        self.folder.forget()


def project_of(
    path: Path, terraform: TerraformSettings, parameters: Mapping[str, str]
) -> Project | None:
    """The project of a path; None for a file that is read directly."""
    if path.is_dir():
        return _project_in(path, terraform, parameters)
    if path.suffix in TEMPLATE_ENDINGS or holds_template(path):
        return _cloudformation(path, parameters)
    return None


def _project_in(
    folder: Path, terraform: TerraformSettings, parameters: Mapping[str, str]
) -> Project:
    from localfront.sources.cloudformation.projects import is_project
    from localfront.sources.terraform_folder.folder import TerraformFolder
    from localfront.sources.terraform_folder.inventory import terraform_files

    if not terraform_files(folder) and is_project(folder):
        return _cloudformation(folder, parameters)
    return TerraformProject(TerraformFolder(folder, terraform))


def _cloudformation(path: Path, parameters: Mapping[str, str]) -> CloudFormationProject:
    # Imported here, like the folder readers above, because a plan needs neither.
    from localfront.sources.cloudformation.project import CloudFormationProject

    return CloudFormationProject(path, parameters)


def describe_evaluation(evaluation: Evaluation, folder: Path) -> Description:
    """Describe Terraform's evaluation of a folder. Raises ConfigError that names the folder."""
    with errors_naming(folder):
        found = describe_terraform(evaluation.document, folder)
    return replace(found, notices=(*found.notices, *evaluation.notices))


@contextmanager
def errors_naming(file: Path) -> Iterator[None]:
    """Turn errors from a malformed document into a ConfigError that names `file`."""
    try:
        yield
    except ConfigError as error:
        raise error.of(str(file)) from error
    except (AttributeError, KeyError, TypeError, IndexError, ValueError) as error:
        raise ConfigError(
            f"{file} looks like a description of a distribution, but has another structure "
            f"({type(error).__name__}: {error})."
        ) from error
