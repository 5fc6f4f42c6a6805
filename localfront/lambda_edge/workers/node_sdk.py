"""Provide the AWS SDK for JavaScript to functions, as Lambda's runtimes do.

Lambda's Node.js runtimes include the packages `@aws-sdk/*` and their dependencies. localfront does
not (they take 100 MB and change often): it uses those installed in the function's folder, in a
parent folder, or in NODE_PATH. From there a function gets only these packages, so that an import
that would fail on AWS fails here.

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
    """The SDK. `folder` is its node_modules; `packages` are the real paths of its packages."""

    folder: Path
    packages: tuple[Path, ...]


def find_node_sdk(code: Path, environment: Mapping[str, str] = os.environ) -> NodeSdk | None:
    """The SDK outside of a function's code, which Node.js searches first.

    None if there is none, or if the code contains it.
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
    """The packages with their transitive dependencies."""
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
    """Resolve a package as Node.js does: in its parent's node_modules, then in those above."""
    for folder in (package, *package.parents):
        candidate = folder / "node_modules" / name
        if candidate.is_dir():
            return candidate.resolve()
    return None
