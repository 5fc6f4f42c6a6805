"""The soak's distribution, and its changes each second."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fuzz import distribution
from fuzz.distribution import api_list, behavior
from fuzz.soak.marks import CACHED, FUNCTION, LAMBDA, UNCACHED
from fuzz.soak.misbehaviour import READ_TIMEOUT
from localfront.config.managed_policies import CACHING_OPTIMIZED

LAMBDA_CODE = """\
VERSION = {version}


def handler(event, context):
    request = event["Records"][0]["cf"]["request"]
    mark = request["headers"]["x-mark"][0]["value"]
    request["headers"]["x-seen"] = [{{"key": "X-Seen", "value": mark}}]
    request["headers"]["x-version"] = [{{"key": "X-Version", "value": str(VERSION)}}]
    return request
"""
FUNCTION_CODE = """\
function handler(event) {
    var request = event.request;
    request.headers['x-seen'] = {value: request.headers['x-mark'].value};
    return request;
}
"""
BROKEN_EVERY = 7  # changes


def write(folder: Path, ports: Sequence[int]) -> list[Path]:
    files = distribution.write(folder)
    (folder / "fuzz-function.js").write_text(FUNCTION_CODE)
    change_configuration(folder, 0, ports)
    change_code(folder, 0)
    return files


def change_configuration(folder: Path, number: int, ports: Sequence[int]) -> None:
    """Move origins to these ports, reorder the behaviors, and sometimes write invalid JSON."""
    behaviors = [each for index in range(len(ports)) for each in _behaviors(index)]
    turned = behaviors[number % len(behaviors) :] + behaviors[: number % len(behaviors)]
    config = distribution.distribution_config()
    config |= {"Comment": f"number {number}", "CacheBehaviors": api_list(*turned)}
    config["Origins"] = api_list(*(_origin(index, port) for index, port in enumerate(ports)))
    config["DefaultCacheBehavior"]["TargetOriginId"] = f"{distribution.ORIGIN}0"
    text = json.dumps({"DistributionConfig": config})
    if number % BROKEN_EVERY == BROKEN_EVERY - 1:
        text = text[: len(text) // 2]
    _replace(folder / "distribution.json", text)


def _behaviors(index: int) -> list[dict[str, Any]]:
    made = [
        behavior(f"/{UNCACHED}{index}/*"),
        behavior(f"/{LAMBDA}{index}/*", lambda_at="origin-request"),
        behavior(f"/{FUNCTION}{index}/*", function_at="viewer-request"),
        behavior(f"/{CACHED}{index}/*", policy=CACHING_OPTIMIZED.id),
    ]
    return [{**each, "TargetOriginId": f"{distribution.ORIGIN}{index}"} for each in made]


def _origin(index: int, port: int) -> dict[str, Any]:
    made = distribution.origin()
    made |= {"Id": f"{distribution.ORIGIN}{index}", "DomainName": "localhost"}
    made["CustomOriginConfig"] |= {"OriginReadTimeout": READ_TIMEOUT, "HTTPPort": port}
    return made


def change_code(folder: Path, number: int) -> None:
    broken = number % BROKEN_EVERY == BROKEN_EVERY - 2
    code = "def handler(" if broken else LAMBDA_CODE.format(version=number)
    _replace(folder / "edge" / "index.py", code)


def _replace(file: Path, text: str) -> None:
    beside = file.with_suffix(".new")
    beside.write_text(text)
    beside.replace(file)
