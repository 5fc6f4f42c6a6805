"""The plans and states that tests read: see tests/fixtures/terraform/README.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from localfront.config.distribution import CacheBehavior, Distribution, Origin
from localfront.origins.addresses import Endpoints
from localfront.sources.configuration import Configuration, configure
from localfront.sources.terraform.resource_description import describe_terraform

FOLDER = Path(__file__).parents[2] / "fixtures" / "terraform"
ANYWHERE = Endpoints(aws=True)


def document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return found


def configured(plan: Mapping[str, Any], directory: Path = FOLDER) -> Configuration:
    return configure(describe_terraform(plan, directory), ANYWHERE)


def alone(plan: dict[str, Any], name: str) -> dict[str, Any]:
    """A plan of the root module with one of its distributions alone."""
    module = plan["planned_values"]["root_module"]
    kept = [
        resource
        for resource in module["resources"]
        if resource["type"] != "aws_cloudfront_distribution" or resource["name"] == name
    ]
    return {**plan, "planned_values": {"root_module": {**module, "resources": kept}}}


def named(distribution: Distribution, origin_id: str) -> Origin:
    return next(origin for origin in distribution.origins if origin.id == origin_id)


def behavior(distribution: Distribution, pattern: str) -> CacheBehavior:
    return next(b for b in distribution.behaviors if b.path_pattern == pattern)
