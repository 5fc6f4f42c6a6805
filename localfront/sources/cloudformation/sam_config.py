"""samconfig.toml → the stack's name, region and parameter values, as `sam deploy` uses them.

Source: AWS SAM Developer Guide, "AWS SAM CLI configuration file".
"""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from localfront.errors import ConfigError
from localfront.sources.cloudformation.stack import Stack
from localfront.sources.cloudformation.template_files import TemplateFiles

FILE = "samconfig.toml"


def configured(stack: Stack, project: Path, files: TemplateFiles) -> Stack:
    """The stack with the settings of the default environment. Raises ConfigError."""
    file = project / FILE
    if not file.is_file():
        return stack
    try:
        document = tomllib.loads(files.content(file).decode("utf-8", "replace"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not TOML: {error}. Correct it.") from error
    settings = {**_settings(document, "global"), **_settings(document, "deploy")}
    return replace(
        stack,
        name=str(settings.get("stack_name") or stack.name),
        region=str(settings.get("region") or stack.region),
        values=_overrides(settings.get("parameter_overrides"), file),
    )


def _settings(document: Mapping[str, Any], command: str) -> Mapping[str, Any]:
    found: Any = document
    for name in ("default", command, "parameters"):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _overrides(written: Any, file: Path) -> dict[str, str]:
    """Parameters from `A=1 B="two words"`, or from a list of these. Raises ConfigError."""
    if isinstance(written, Mapping):
        return {str(k): str(v) for k, v in written.items()}
    texts = written if isinstance(written, list) else [written or ""]
    try:
        pairs = [pair.partition("=") for text in texts for pair in shlex.split(str(text))]
    except ValueError as error:
        raise ConfigError(f"{file}: parameter_overrides has {error}. Correct it.") from error
    return {name: value for name, equals, value in pairs if equals}
