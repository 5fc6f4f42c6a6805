"""Overrides for the second pass, by address, from the first pass's result.

A resource whose name contains another one's random id is renamed first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from localfront.sources.terraform.identity import Identities
from localfront.sources.terraform.show import Resource
from localfront.sources.terraform_folder.identities import first_values, second_values

RANDOM = re.compile(r"[a-zA-Z0-9]{8}")  # what Terraform's mocks return for a string


def second_overrides(
    resources: Iterable[Resource], identities: Identities
) -> dict[str, dict[str, Any]]:
    """Overrides by instance address, all of them: one override hides the others of its resource."""
    managed = [r for r in resources if r.mode == "managed"]
    names: dict[str, str] = {}
    for resource in managed:
        names |= _renamed(resource.values, second_values(resource, identities))
    found = {}
    for resource in managed:
        own = {k: names.get(v, v) if isinstance(v, str) else v for k, v in resource.values.items()}
        values = second_values(replace(resource, values=own), identities)
        if values:
            found[resource.address] = {**first_values(resource.type, resource.address), **values}
    return found


def _renamed(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(first[name]): value
        for name, value in second.items()
        if isinstance(value, str) and RANDOM.fullmatch(str(first.get(name) or ""))
    }
