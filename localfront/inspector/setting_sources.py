"""The source of a setting: a field, CloudFront's default, or an option."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from localfront.config.distribution import Origin
from localfront.inspector.active_site import ActiveSite
from localfront.inspector.options import Given
from localfront.origins.addresses import names_of

DEFAULT = "CloudFront's default"
OVERRIDE = "origin-override"


@dataclass(frozen=True, slots=True)
class Read:
    """A structure of the CloudFront API, and where it was read from."""

    place: str
    raw: Mapping[str, Any]

    def source(self, fields: Sequence[str]) -> str:
        """The source of the fields that are set; a dot separates nested names."""
        there = [field for field in fields if _is_set(self.raw, field)]
        if fields and self.raw and not there:
            return DEFAULT
        return ", ".join(field.rpartition(".")[2] for field in there) or self.place


def _is_set(raw: Any, field: str) -> bool:
    for name in field.split("."):
        raw = raw.get(name) if isinstance(raw, Mapping) else None
    return raw not in (None, "", {}) and not (isinstance(raw, Mapping) and _is_empty(raw))


def _is_empty(raw: Mapping[str, Any]) -> bool:
    """Whether it is an empty list of the API."""
    return raw.get("Quantity") == 0 and not raw.get("Items") and len(raw) <= 2


def members(raw: Mapping[str, Any], field: str) -> Iterator[Mapping[str, Any]]:
    """The structures in a list of the API."""
    listed = raw.get(field)
    items = listed.get("Items") if isinstance(listed, Mapping) else None
    yield from (item for item in items or () if isinstance(item, Mapping))


def source_of_place(origin: Origin, site: ActiveSite, given: Sequence[Given]) -> str:
    """The source of an origin's address on this machine."""
    names = names_of(origin)
    for option in reversed(given):
        if option.name == OVERRIDE and option.value.partition("=")[0] in names:
            return f"--{OVERRIDE}, {option.source}"
    if any(name in site.endpoints.overrides for name in names):
        return f"--{OVERRIDE}"
    if site.endpoints.override_of(origin) is not None:
        return "what the project uploads there"
    if site.endpoints.s3 is not None and origin.is_s3:
        return "the emulator (AWS_ENDPOINT_URL)"
    return "the origin itself"
