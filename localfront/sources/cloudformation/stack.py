"""A stack before deployment: its template, its folder, and what is known of its environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localfront.sources import placeholder_ids
from localfront.sources.description import Raw

DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateResource:
    """A resource as written in a template, unresolved."""

    logical_id: str
    type: str
    properties: Raw
    metadata: Raw = field(default_factory=dict)
    condition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack before deployment.

    `assets` are the files and folders that a deployment uploads, by S3 key. `values` are parameters
    set by a tool's configuration, such as samconfig.toml.
    """

    name: str
    template: Raw
    directory: Path
    region: str = DEFAULT_REGION
    account: str = placeholder_ids.ACCOUNT
    assets: Mapping[str, Path] = field(default_factory=dict)
    nested: Mapping[str, Stack] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    def section(self, name: str) -> Raw:
        """A section such as Parameters; empty if absent."""
        found = self.template.get(name)
        return found if isinstance(found, Mapping) else {}

    def resources(self) -> Iterator[TemplateResource]:
        for logical_id, raw in self.section("Resources").items():
            if isinstance(raw, Mapping):
                yield _resource(str(logical_id), raw)


def _resource(logical_id: str, raw: Raw) -> TemplateResource:
    properties, metadata = raw.get("Properties"), raw.get("Metadata")
    condition = raw.get("Condition")
    return TemplateResource(
        logical_id=logical_id,
        type=str(raw.get("Type")),
        properties=properties if isinstance(properties, Mapping) else {},
        metadata=metadata if isinstance(metadata, Mapping) else {},
        condition=condition if isinstance(condition, str) else None,
    )
