"""Values known only after deployment: placeholders, unless given by `--parameter`.

A placeholder is a unique word that is valid in names, so that it can be found in any value. A notice
names the value that it replaces, or an error if it would decide a response.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from localfront.config.not_described import PLACEHOLDER
from localfront.sources import placeholder_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A value known only after deployment. `name` is for --parameter, `description` for messages."""

    name: str
    description: str

    @property
    def way_out(self) -> str:
        name = (
            f"'{self.name}=VALUE'" if re.search(r"[^\w./:=-]", self.name) else self.name + "=VALUE"
        )
        return f"--parameter {name}"


class Unknowns:
    """The unknown values of a deployment. `given` are those of --parameter, by name."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._given = values
        self._by_token: dict[str, Unknown] = {}
        self.used: set[str] = set()

    def given(self, name: str) -> str | None:
        """The value given by --parameter for a parameter, an export, or another name."""
        self.used.add(name)
        return self._given.get(name)

    def value(self, name: str, description: str) -> str:
        """The value given by --parameter, else a placeholder."""
        override = self.given(name)
        if override is not None:
            return override
        token = f"placeholder{placeholder_ids.lower_id(name, 10)}"
        self._by_token[token] = Unknown(name=name, description=description)
        return token

    def within(self, text: object) -> Iterator[Unknown]:
        """The unknowns behind the placeholders in a text."""
        if isinstance(text, str):
            for token in dict.fromkeys(PLACEHOLDER.findall(text)):
                if token in self._by_token:
                    yield self._by_token[token]
