"""A file or folder → its stacks: a template, CDK's assembly, or a build of SAM or Serverless.

Sources: AWS CDK, `cdk synth`; AWS SAM Developer Guide, "sam build"; Serverless Framework, "Packaging".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from localfront.errors import ConfigError
from localfront.sources.cloudformation.cdk_assembly import is_assembly, stacks_of_assembly
from localfront.sources.cloudformation.sam_config import configured
from localfront.sources.cloudformation.stack import Stack
from localfront.sources.cloudformation.template import TEMPLATE_ENDINGS
from localfront.sources.cloudformation.template_files import TemplateFiles

TEMPLATES = ("template.yaml", "template.yml", "template.json")
BUILT = Path(".aws-sam") / "build" / "template.yaml"
STATE = "serverless-state.json"
PACKAGED = "cloudformation-template-update-stack.json"
SERVERLESS = tuple(f"serverless.{e}" for e in ("yml", "yaml", "json", "ts", "js"))


def is_project(path: Path) -> bool:
    """Whether the path is a folder of one of these tools, or a file that can only be a template."""
    if path.is_file():
        return path.suffix in TEMPLATE_ENDINGS
    names = ("cdk.json", *TEMPLATES, PACKAGED, *SERVERLESS)
    return is_assembly(path) or (path / BUILT).is_file() or any((path / n).is_file() for n in names)


def read_stacks(path: Path, files: TemplateFiles) -> Sequence[Stack]:
    """The project's stacks. Raises ConfigError that names the command to build what is missing."""
    if path.is_file():
        return _of_file(path, files)
    if is_assembly(path):
        return list(stacks_of_assembly(path, files))
    if (path / "cdk.json").is_file():
        output = path / str(files.json(path / "cdk.json").get("output") or "cdk.out")
        if not is_assembly(output):
            raise ConfigError(
                f"{path} is a CDK project without {output.name}. Run `npx cdk synth` in it."
            )
        return list(stacks_of_assembly(output, files))
    for template in (path / BUILT, *(path / name for name in TEMPLATES)):
        if template.is_file():
            return _of_file(template, files)
    for packaged in (path / PACKAGED, path / ".serverless" / PACKAGED):
        if packaged.is_file():
            return _of_file(packaged, files)
    raise ConfigError(
        f"{path} is a project of the Serverless Framework that is not packaged. Run `npx serverless "
        "package` in it."
    )


def _of_file(file: Path, files: TemplateFiles) -> Sequence[Stack]:
    if file.name in SERVERLESS:
        return read_stacks(file.parent, files)
    folder = file.resolve().parent
    project = folder.parent.parent if folder.match(".aws-sam/build") else folder
    stack = Stack(name=project.name or "stack", template=files.template(file), directory=folder)
    stack = _packaged(stack, files) if file.name == PACKAGED else configured(stack, project, files)
    return [replace(stack, nested=dict(files.nested(stack)))]


def _packaged(stack: Stack, files: TemplateFiles) -> Stack:
    """The stack with its service's name and its archives, by the last part of their S3 keys."""
    folder = stack.directory
    assets = {archive.name: archive for archive in folder.glob("*.zip")}
    if not (folder / STATE).is_file():
        return replace(stack, assets=assets)
    service = files.json(folder / STATE).get("service") or {}
    provider = service.get("provider") or {}
    name = provider.get("stackName") or f"{service.get('service')}-{provider.get('stage')}"
    region = str(provider.get("region") or stack.region)
    return replace(stack, assets=assets, name=str(name), region=region)
