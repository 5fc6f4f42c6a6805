"""The files that a project was read from. If any of them changes, the project has changed.

Source: CloudFormation Template Reference, AWS::CloudFormation::Stack; AWS CDK, nested stacks, whose
template is an asset.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from localfront.errors import ConfigError
from localfront.sources.cloudformation.sam import expanded
from localfront.sources.cloudformation.stack import Stack, TemplateResource
from localfront.sources.cloudformation.template import parse_template
from localfront.sources.description import Raw

NESTED = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
DEEPEST = 10  # nesting depth of stacks
MOST_FILES = 1000  # of one project; a stack that includes itself would exceed this


@dataclass(slots=True)
class TemplateFiles:
    read: list[Path] = field(default_factory=list)

    def content(self, file: Path) -> bytes:
        """The content of a file. Raises ConfigError if it is unreadable or one file too many."""
        if len(self.read) == MOST_FILES:
            raise ConfigError(
                f"{file} would be file {MOST_FILES + 1} of the project. A stack must not contain "
                "itself."
            )
        self.read.append(file)
        try:
            return file.read_bytes()
        except OSError as error:
            raise ConfigError(f"{file} can't be read: {error.strerror}.") from error

    def json(self, file: Path) -> Mapping[str, Any]:
        """A file's JSON object. Raises ConfigError for any other content."""
        try:
            document = json.loads(self.content(file))
        except (ValueError, RecursionError) as error:
            raise ConfigError(f"{file} is not JSON ({error}). Create it again.") from error
        if not isinstance(document, dict):
            raise ConfigError(f"{file} does not contain a JSON object. Create it again.")
        return document

    def template(self, file: Path) -> Raw:
        """A parsed template, with SAM's resources expanded.

        Raises ConfigError if it is not a template.
        """
        try:
            template = parse_template(self.content(file))
        except ConfigError as error:
            raise error.of(str(file)) from error
        if template is None:
            raise ConfigError(
                f"{file} is not a template: it has no Resources. Name the template's file."
            )
        return expanded(template)

    def nested(self, stack: Stack, depth: int = 0) -> Iterator[tuple[str, Stack]]:
        """The nested stacks whose templates are local files, by logical id."""
        for resource in stack.resources():
            file = _template_of(resource, stack)
            if file is None or depth == DEEPEST:
                continue
            inner = replace(
                stack,
                name=f"{stack.name}-{resource.logical_id}",
                template=self.template(file),
                directory=file.parent,
                nested={},
                values={},
            )
            yield resource.logical_id, replace(inner, nested=dict(self.nested(inner, depth + 1)))


def _template_of(resource: TemplateResource, stack: Stack) -> Path | None:
    """A nested stack's template: a path, or a CDK asset named at the end of a composed URL."""
    field_name = NESTED.get(resource.type)
    written = resource.properties.get(field_name) if field_name else None
    found = (stack.assets.get(text.rpartition("/")[2]) for text in _texts(written))
    file = next(filter(None, found), None)
    if file is None and isinstance(written, str) and "://" not in written:
        file = stack.directory / written
    return file if file is not None and file.is_file() else None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(inner)
