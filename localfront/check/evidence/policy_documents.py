"""Policy documents of IAM and S3, as untrusted input.

Source: IAM User Guide, "IAM JSON policy elements reference".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localfront.sources.description import Raw


def statements(policy: Raw) -> list[Raw]:
    """The statements; a single one may be without a list."""
    return [s for s in _members(policy.get("Statement")) if isinstance(s, Mapping)]


def texts(value: Any) -> list[str]:
    """The strings; a single one may be without a list."""
    return [text for text in _members(value) if isinstance(text, str)]


def is_well_formed(policy: Raw) -> bool:
    """Whether the document has the form that an evaluation needs."""
    members = _members(policy.get("Statement"))
    return all(
        isinstance(member, Mapping)
        and isinstance(member.get("Effect"), str)
        and all(_is_texts(member.get(field, [])) for field in ("Action", "Resource"))
        and _are_principals(member.get("Principal", "*"))
        and _are_conditions(member.get("Condition", {}))
        for member in members
    )


def _are_principals(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, Mapping) and all(map(_is_texts, value.values()))
    )


def _are_conditions(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(keys, Mapping) for keys in value.values())


def _is_texts(value: Any) -> bool:
    return all(isinstance(member, str) for member in _members(value))


def _members(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
