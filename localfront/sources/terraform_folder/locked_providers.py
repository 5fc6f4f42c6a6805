"""The locked versions of providers, which a changed `required_providers` may no longer allow.

`terraform plan` refuses those. `terraform test`, with which a folder is evaluated, does not compare
them, nor does Terraform for a provider that it only attaches to.

Source: Terraform documentation, "Version constraints", "Dependency lock file".
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from localfront.errors import ConfigError

LOCK_FILE = ".terraform.lock.hcl"
_LOCKED = re.compile(r'^provider "([^"]+)" \{\s*version\s*=\s*"([^"]+)"', re.MULTILINE)
_CONSTRAINT = re.compile(r"(=|!=|>=?|<=?|~>)?\s*v?(\d+(?:\.\d+){0,2})")
_VERSION = re.compile(r"\d+\.\d+\.\d+")

Version = tuple[int, ...]
_COMPARED: dict[str, Callable[[Version, Version], bool]] = {
    "": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "~>": operator.ge,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredProvider:
    """An entry of `required_providers`: `source` as written, such as "hashicorp/aws"."""

    source: str
    version: str


def require_locked(folder: Path, required: Iterable[RequiredProvider]) -> None:
    """Raise ConfigError for a provider whose locked version is not the one that is required."""
    lock = folder / LOCK_FILE
    locked = dict(_LOCKED.findall(lock.read_text("utf-8"))) if lock.is_file() else {}
    for provider in required:
        for address, version in locked.items():
            is_meant = address == provider.source or address.partition("/")[2] == provider.source
            if is_meant and not is_allowed(version, provider.version):
                raise ConfigError(
                    f'{folder} requires {provider.source} "{provider.version}", and {version} is locked. Run '
                    f"`terraform -chdir={folder} init -backend=false -upgrade`."
                )


def is_allowed(version: str, constraints: str) -> bool:
    """Whether a version meets them. True if it can't be determined, such as for a prerelease."""
    if not _VERSION.fullmatch(version):
        return True
    found = (_CONSTRAINT.fullmatch(text.strip()) for text in constraints.split(","))
    return all(
        _meets(_numbers(version), match[1] or "", _numbers(match[2])) for match in found if match
    )


def _meets(version: Version, sign: str, given: Version) -> bool:
    if sign == "~>" and version[: len(given) - 1] != given[:-1]:
        return False  # only the last number that is written may be greater
    return _COMPARED[sign](version, (*given, 0, 0)[:3])


def _numbers(version: str) -> Version:
    return tuple(map(int, version.split(".")))
