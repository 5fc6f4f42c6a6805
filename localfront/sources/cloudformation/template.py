"""Parse a template, with intrinsic functions in their long form.

YAML is read with PyYAML's safe loader and constructors of our own: they expand short forms (`!Sub`)
and read neither dates nor octal numbers, like CloudFormation (`Version: 2012-10-17` is a string).

Source: CloudFormation User Guide, "Template formats" and "Intrinsic function reference".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from localfront.errors import ConfigError
from localfront.sources.description import Raw

TEMPLATE_ENDINGS = frozenset({".yaml", ".yml", ".template"})

DEEPEST = 200  # nesting depth of YAML; libyaml's loader crashes on some 10,000
MOST_NODES = 500_000  # after expanding aliases; CloudFormation accepts 1 MB


def parse_template(content: bytes) -> Raw | None:
    """A template's content; None if the text is not a template.

    Raises ConfigError for a template that can't be parsed.
    """
    text = content.decode("utf-8-sig", "replace")
    document = _json(text)
    if document is None:
        if b"Resources" not in content:
            return None
        document = _yaml(text)
    return document if is_template(document) else None


def holds_template(file: Path) -> bool:
    """Whether a file is a template.

    JSON with a trailing comma counts, as YAML accepts it; an unreadable file does not.
    """
    try:
        content = file.read_bytes() if file.is_file() else b""
        return b'"Resources"' in content and parse_template(content) is not None
    except (OSError, ConfigError):
        return False


def is_template(document: Any) -> bool:
    """Whether a document is a CloudFormation template, not a plan or an API response."""
    if not isinstance(document, Mapping):
        return False
    resources = document.get("Resources")
    return isinstance(resources, Mapping) and all(
        isinstance(r, Mapping | list) for r in resources.values()
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _yaml(text: str) -> Any:
    import yaml  # takes most of 0.1 s, which other sources need not wait for

    from localfront.sources.cloudformation.yaml_loader import TemplateLoader

    try:
        _check_depth(yaml.parse(text, Loader=TemplateLoader))
        return _constructed(TemplateLoader(text))
    except yaml.YAMLError as error:
        raise ConfigError(f"It is not YAML: {_error_text(error)}.") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"It is not YAML: {error}.") from error


def _constructed(loader: Any) -> Any:
    """Construct a document after checking its size: `<<` copies aliases repeatedly."""
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _check_size(node)
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _check_depth(events: Iterable[object]) -> None:
    import yaml

    depth = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise ConfigError(f"It is nested more than {DEEPEST} levels deep.")


def _error_text(error: Exception) -> str:
    """A YAML error in one line."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    message = str(problem or error).replace("\n", " ")
    return f"line {mark.line + 1}, column {mark.column + 1}: {message}" if mark else message


def _check_size(document: Any) -> None:
    """Refuse documents that nested aliases make huge. `document` is a YAML node."""
    waiting, seen = [document], 0
    while waiting:
        value = waiting.pop().value
        seen += 1
        if seen > MOST_NODES:
            raise ConfigError(
                f"It has more than {MOST_NODES} values when its aliases are expanded. Use fewer "
                "aliases."
            )
        if isinstance(value, list):  # of nodes, or of pairs of nodes; a scalar's value is a string
            waiting.extend(member[1] if isinstance(member, tuple) else member for member in value)
