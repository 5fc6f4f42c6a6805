"""The origin of a function's code (folder, archive, deployed version), for banner and inspector."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from localfront.sources.configuration import Configuration

Show = Callable[[Path], str]


def lambda_code(
    arn: str, configuration: Configuration, stand_in: Path | None, show: Show = str
) -> str:
    """The code of a Lambda function's version; `stand_in` is a local folder that replaces it."""
    code = configuration.lambda_functions.get(arn, {}).get("Code")
    settings: Mapping[str, Any] = code if isinstance(code, Mapping) else {}
    folder = stand_in or settings.get("Directory")
    if folder:
        return f"{show(Path(folder))}, live"
    location = str(settings.get("Location") or "")
    if location and urlsplit(location).scheme not in ("http", "https"):
        return f"archive {show(Path(location))}"
    if settings.get("ZipFile"):
        return "code in the template"
    return "deployed version"


def script_code(
    arn: str, configuration: Configuration, stand_in: Path | None, show: Show = str
) -> str:
    """The code of a CloudFront Function."""
    described = configuration.functions.get(arn)
    file = stand_in or (described.file if described else None)
    if file:
        return f"{show(file)}, live"
    return "code in the configuration" if described else "as published"
