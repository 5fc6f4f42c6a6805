"""Overrides for the second pass, by address, from the first pass's result.

A resource may be named after another one, whose id was random in the first pass: it is renamed first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from localfront.sources.terraform.identity import Identities
from localfront.sources.terraform.show import Resource
from localfront.sources.terraform_folder.identities import first_values, second_values

RANDOM = re.compile(r"[a-zA-Z0-9]{8}")  # what Terraform's mocks make of a text


def second_overrides(resources: Iterable[Resource], known: Identities) -> dict[str, dict[str, Any]]:
    """By the address of each instance; all of them, for one override hides those of its resource."""
    managed = [r for r in resources if r.mode == "managed"]
    names: dict[str, str] = {}
    for resource in managed:
        names |= _renamed(resource.values, second_values(resource, known))
    found = {}
    for resource in managed:
        own = {k: names.get(v, v) if isinstance(v, str) else v for k, v in resource.values.items()}
        values = second_values(replace(resource, values=own), known)
        if values:
            found[resource.address] = {**first_values(resource.type, resource.address), **values}
    return found


def _renamed(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(first[name]): value
        for name, value in second.items()
        if isinstance(value, str) and RANDOM.fullmatch(str(first.get(name) or ""))
    }
