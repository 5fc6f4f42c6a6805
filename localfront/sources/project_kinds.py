"""A folder or a template → what evaluates it: Terraform, or CloudFormation's rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from localfront.errors import ConfigError
from localfront.sources.cloudformation.project import CloudFormationProject
from localfront.sources.cloudformation.projects import is_project
from localfront.sources.cloudformation.template import holds_template
from localfront.sources.description import Description
from localfront.sources.terraform.resource_description import describe_terraform
from localfront.sources.terraform_folder.evaluation import Evaluation
from localfront.sources.terraform_folder.folder import TerraformFolder
from localfront.sources.terraform_folder.inventory import terraform_files


class Project(Protocol):
    """`stamp` changes when the project does. Both raise ConfigError."""

    def stamp(self) -> object: ...

    def description(self) -> Description: ...

    def forget(self) -> None:
        """Evaluate it at the next description, whatever its stamp is."""


class TerraformProject:
    """A `Project`."""

    def __init__(self, folder: TerraformFolder) -> None:
        self.folder = folder

    def stamp(self) -> object:
        return self.folder.stamp()

    def description(self) -> Description:
        return describe_evaluation(self.folder.evaluation(), self.folder.path)

    def forget(self) -> None:
        self.folder.forget()


def project_of(
    path: Path, terraform_arguments: Sequence[str], parameters: Mapping[str, str]
) -> Project | None:
    """None for a file that is read as it is."""
    if path.is_dir() and (terraform_files(path) or not is_project(path)):
        return TerraformProject(TerraformFolder(path, terraform_arguments))
    if is_project(path) or holds_template(path):
        return CloudFormationProject(path, parameters)
    return None


def describe_evaluation(evaluation: Evaluation, folder: Path) -> Description:
    """What Terraform made of a folder. Raises ConfigError, with its name."""
    with errors_naming(folder):
        found = describe_terraform(evaluation.document, folder)
    return replace(found, notices=(*found.notices, *evaluation.notices))


@contextmanager
def errors_naming(file: Path) -> Iterator[None]:
    """Make a ConfigError that names `file` of whatever its document does not stand up to."""
    try:
        yield
    except ConfigError as error:
        raise error.of(str(file)) from error
    except (AttributeError, KeyError, TypeError, IndexError, ValueError) as error:
        raise ConfigError(
            f"{file} is not of the form that its first keys promise "
            f"({type(error).__name__}: {error})."
        ) from error
