"""The distribution that is soaked, and what changes of it each second."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fuzz import distribution
from fuzz.distribution import behavior, listing
from fuzz.soak.origin import READ_TIMEOUT
from localfront.config.managed_policies import CACHING_OPTIMIZED

LAMBDA = """\
VERSION = {version}


def handler(event, context):
    request = event["Records"][0]["cf"]["request"]
    mark = request["headers"]["x-mark"][0]["value"]
    request["headers"]["x-seen"] = [{{"key": "X-Seen", "value": mark}}]
    request["headers"]["x-version"] = [{{"key": "X-Version", "value": str(VERSION)}}]
    return request
"""
FUNCTION = """\
function handler(event) {
    var request = event.request;
    request.headers['x-seen'] = {value: request.headers['x-mark'].value};
    return request;
}
"""
BROKEN_EVERY = 7  # changes


def write(folder: Path) -> list[Path]:
    files = distribution.write(folder)
    (folder / "fuzz-function.js").write_text(FUNCTION)
    change_configuration(folder, 0)
    change_code(folder, 0)
    return files


def change_configuration(folder: Path, number: int) -> None:
    """Another text that means the same; now and then none that can be read."""
    behaviors = [
        behavior("/u/*"),
        behavior("/l/*", lambda_at="origin-request"),
        behavior("/f/*", function_at="viewer-request"),
        behavior("/c/*", policy=CACHING_OPTIMIZED.id),
    ]
    turned = behaviors[number % 4 :] + behaviors[: number % 4]
    config = distribution.distribution_config()
    config |= {"Comment": f"number {number}", "CacheBehaviors": listing(*turned)}
    config["Origins"] = listing(_origin())
    text = json.dumps({"DistributionConfig": config})
    if number % BROKEN_EVERY == BROKEN_EVERY - 1:
        text = text[: len(text) // 2]
    _replace(folder / "distribution.json", text)


def _origin() -> dict[str, Any]:
    made = distribution.origin()
    made["CustomOriginConfig"]["OriginReadTimeout"] = READ_TIMEOUT
    return made


def change_code(folder: Path, number: int) -> None:
    broken = number % BROKEN_EVERY == BROKEN_EVERY - 2
    code = "def handler(" if broken else LAMBDA.format(version=number)
    _replace(folder / "edge" / "index.py", code)


def _replace(file: Path, text: str) -> None:
    beside = file.with_suffix(".new")
    beside.write_text(text)
    beside.replace(file)
