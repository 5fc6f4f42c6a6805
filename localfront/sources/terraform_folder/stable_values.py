"""Values that Terraform generates at random, replaced by ones derived from their path.

They are what Terraform's mocks return for a string that a provider would compute: eight letters and
digits, different in each pass. A string that differs between two passes at the same path is one of
them. An instance that only the second pass has, because its key depends on another resource's
value, is compared with the other instances of its resource.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from localfront.sources import placeholder_ids
from localfront.sources.terraform_folder.second_pass import RANDOM

KEY = re.compile(r'\[(?:\d+|"[^"]*")\]')  # the key of an instance, in an address
NUMBERED = re.compile(r"\[\d+\](?!\])")  # an element, not an address that ends with a number


def stable(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """The second pass's document, the same in each evaluation."""
    text = json.dumps(second)
    for found, name in _names(first, second).items():
        text = text.replace(found, name)
    document: dict[str, Any] = _ordered(second, json.loads(text))
    return document


def _names(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, str]:
    """The new names of the second document's random values."""
    before = dict(_texts(first))
    elsewhere = frozenset(before.values())
    random = {KEY.sub("", place) for place, text in before.items() if RANDOM.fullmatch(text)}
    names: dict[str, str] = {}
    # Paths in lists come last: the order of a set depends on its random values.
    for place, text in sorted(_texts(second), key=lambda both: bool(NUMBERED.search(both[0]))):
        if not RANDOM.fullmatch(text):
            continue
        if place in before:
            is_random = text != before[place] and bool(RANDOM.fullmatch(before[place]))
        else:
            is_alike = KEY.sub("", place) in random
            is_random = is_alike and text not in elsewhere and text not in place
        if is_random:
            names.setdefault(text, placeholder_ids.lower_id(place, 8))
    return names


def _texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Each string of a document with its path; resources are identified by address, not index."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            own = inner.get("address") if isinstance(inner, Mapping) else None
            yield from _texts(inner, f"{place}[{own or number}]")


def _ordered(random: Any, renamed: Any) -> Any:
    """The renamed document; texts among which one was random, as of a set, in their new order."""
    if isinstance(renamed, dict):
        inner = zip(renamed.items(), random.values(), strict=True)
        return {name: _ordered(before, value) for (name, value), before in inner}
    if isinstance(renamed, list):
        if renamed != random and all(isinstance(value, str) for value in renamed):
            return sorted(renamed)
        return [_ordered(*both) for both in zip(random, renamed, strict=True)]
    return renamed
