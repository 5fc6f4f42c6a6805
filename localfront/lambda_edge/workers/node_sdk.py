"""The AWS SDK for JavaScript that a function finds beside its own modules, as on AWS.

Lambda's Node.js runtimes bring the packages `@aws-sdk/*` and what they need. localfront brings
none of them (they are 100 MB, and of the day): it takes those that are installed in the function's
folder, in a folder above it, or where NODE_PATH says. The function gets these packages and no others
from there, so that an import which would fail on AWS fails here.

Source: AWS Lambda Developer Guide, "Building Lambda functions with Node.js", "Runtime-included SDK
versions", "Runtime search path".
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCOPES = ("@aws-sdk", "@smithy")
_DEPENDENCIES = ("dependencies", "optionalDependencies", "peerDependencies")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSdk:
    """`folder` is the node_modules that has it; `packages` are the real paths of all that it needs."""

    folder: Path
    packages: tuple[Path, ...]


def find_node_sdk(code: Path, environment: Mapping[str, str] = os.environ) -> NodeSdk | None:
    """The SDK outside of a function's code, which itself is searched first, by Node.js.

    None where there is none, and where the code has one.
    """
    code = code.resolve()
    if (code / "node_modules" / SCOPES[0]).is_dir():
        return None
    named = (Path(entry) for entry in environment.get("NODE_PATH", "").split(os.pathsep) if entry)
    above = (folder / "node_modules" for folder in code.parents)
    for folder in (*above, *named):
        if (folder / SCOPES[0]).is_dir():
            return NodeSdk(folder=folder, packages=tuple(sorted(_needed(_roots(folder)))))
    return None


def _roots(folder: Path) -> Iterator[Path]:
    for scope in SCOPES:
        if (folder / scope).is_dir():
            yield from (folder / scope).iterdir()


def _needed(roots: Iterable[Path]) -> set[Path]:
    """The packages and, in turn, those that they depend on."""
    found: set[Path] = set()
    to_do = [root.resolve() for root in roots]
    while to_do:
        package = to_do.pop()
        if package in found or not package.is_dir():
            continue
        found.add(package)
        to_do += filter(None, (_resolved(name, package) for name in _dependencies(package)))
    return found


def _dependencies(package: Path) -> Iterator[str]:
    try:
        described: Any = json.loads((package / "package.json").read_text("utf-8"))
    except (OSError, ValueError):
        return
    for kind in _DEPENDENCIES:
        names = described.get(kind) if isinstance(described, dict) else None
        yield from names if isinstance(names, dict) else ()


def _resolved(name: str, package: Path) -> Path | None:
    """As Node.js searches: in the package's own node_modules, then in those above it."""
    for folder in (package, *package.parents):
        candidate = folder / "node_modules" / name
        if candidate.is_dir():
            return candidate.resolve()
    return None
