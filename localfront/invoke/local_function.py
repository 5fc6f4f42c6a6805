"""Load a function from a local directory.

Nothing is deployed, so the function's settings are given or guessed: its handler, its runtime, and
its name, from which edge functions derive settings (LA-006).

Source: AWS Lambda Developer Guide, "Define Lambda function handler in Python" and "in Node.js".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from localfront.errors import ConfigError
from localfront.invoke.defaults import DEFAULT_MEMORY, DEFAULT_NAME, DEFAULT_TIMEOUT
from localfront.lambda_edge.function import (
    EdgeFunction,
    parse_function,
    parse_function_arn,
)
from localfront.lambda_edge.function_code import with_local_code
from localfront.lambda_edge.workers.interpreters import OWN_PYTHON

RUNTIMES: Mapping[str, str] = {
    ".py": f"python{OWN_PYTHON.version}",  # the default; other versions run on it with a warning
    ".js": "nodejs22.x",
    ".mjs": "nodejs22.x",
    ".cjs": "nodejs22.x",
}
HOW = "Name it with --handler FILE.FUNCTION (in a test: handler=)."

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HANDLER = r"(handler|lambda_handler|lambdaHandler)"
_PYTHON = re.compile(rf"^(?:def\s+{_HANDLER}\s*\(|{_HANDLER}\s*=)", re.MULTILINE)
_NODE = re.compile(
    rf"^\s*(?:(?:module\.)?exports\.{_HANDLER}\s*="
    rf"|export\s+(?:async\s+)?(?:const|let|var|function)\s+{_HANDLER}\b"
    rf"|(?:module\.exports\s*=|export)\s*\{{[^}}]*\b{_HANDLER}\b)",
    re.MULTILINE,
)


class FunctionOptions(TypedDict, total=False):
    """The options of `local_function`."""

    handler: str | None
    runtime: str | None
    name: str
    timeout: float
    memory_mb: int


def local_function(
    directory: Path,
    *,
    handler: str | None = None,
    runtime: str | None = None,
    name: str = DEFAULT_NAME,
    timeout: float = DEFAULT_TIMEOUT,
    memory_mb: int = DEFAULT_MEMORY,
) -> EdgeFunction:
    """The function with the current code in `directory`; `timeout` in seconds.

    Without a `handler`, it is the only one defined in the directory. Raises ConfigError, also for
    settings that Lambda@Edge would refuse.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} is not a function name: use letters, digits, - and _, 64 at most."
        )
    if not directory.is_dir():
        raise ConfigError(f"{str(directory)!r} is not a directory.")
    found = handler or _only_handler(directory)
    file = _file_of(found, directory, runtime)
    configuration = {
        "Handler": found,
        "Runtime": runtime or RUNTIMES[file.suffix],
        "MemorySize": memory_mb,
        "Timeout": timeout,
        "CodeSha256": "",
    }
    function = parse_function(
        {"Configuration": configuration},
        arn=parse_function_arn(f"arn:aws:lambda:us-east-1:123456789012:function:{name}:1"),
        code=directory,
    )  # fmt: skip
    return with_local_code(function, directory)


def handlers(directory: Path) -> list[str]:
    """The handlers with a usual name in a directory's files, such as "guard.handler"."""
    return sorted(
        {
            f"{file.stem}.{next(filter(None, match.groups()))}"
            for file in _files(directory)
            for match in _pattern(file).finditer(file.read_text("utf-8", "replace"))
        }
    )


def _only_handler(directory: Path) -> str:
    match handlers(directory):
        case [handler]:
            return handler
        case []:
            raise ConfigError(f"No file in {str(directory)!r} defines a function `handler`. {HOW}")
        case several:
            raise ConfigError(
                f"{str(directory)!r} has {len(several)} handlers: {', '.join(several)}. {HOW}"
            )


def _file_of(handler: str, directory: Path, runtime: str | None) -> Path:
    """The handler's file, as the runtime would find it."""
    module, dot, function = handler.rpartition(".")
    if not dot or not module or not function:
        raise ConfigError(
            f"{handler!r} is not a handler: write FILE.FUNCTION, such as index.handler."
        )
    # A handler in a subfolder is named with slashes, or for Python with dots.
    stems = {module, module.replace(".", "/")}
    there = [
        file
        for stem in sorted(stems)
        for suffix in RUNTIMES
        if (file := directory / f"{stem}{suffix}").is_file()
        and (runtime is None or _loads(runtime, suffix))
    ]
    languages = {RUNTIMES[file.suffix] for file in there}
    if len(languages) > 1:
        names = ", ".join(file.name for file in there)
        raise ConfigError(
            f"{handler!r} could be for {names}. Choose with --runtime (in a test: runtime=)."
        )
    if not there:
        found = ", ".join(handlers(directory)) or "none"
        raise ConfigError(
            f"No file in {str(directory)!r} is {module!r} of the handler {handler!r}"
            f"{f' for {runtime}' if runtime else ''}. Its handlers are: {found}."
        )
    return there[0]


def _loads(runtime: str, suffix: str) -> bool:
    return runtime.startswith("python") == (suffix == ".py")


def _files(directory: Path) -> list[Path]:
    return [file for file in directory.iterdir() if file.suffix in RUNTIMES]


def _pattern(file: Path) -> re.Pattern[str]:
    return _PYTHON if file.suffix == ".py" else _NODE
