"""Fields that AWS accepts and localfront does not emulate: removed, since they are no mistakes.

The reasons are the parsers' own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from localfront.check.evidence.refusals import Attempts
from localfront.config import (
    behavior_parsing,
    origin_parsing,
    parsing,
    trusted_keys,
)
from localfront.config.fields import is_set
from localfront.config.notices import NotHonoured

# Values, in addition to the fields in the parsers' tables.
OF_A_DISTRIBUTION: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "ConnectionMode": (
        lambda value: bool(value == "tenant-only"),
        "it makes this a multi-tenant distribution, which localfront does not serve",
    ),
}
OF_A_BEHAVIOR: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "TrustedSigners": (
        is_set,
        f"it {trusted_keys.ACCOUNTS.on_aws}",
    ),
}
OF_A_GROUP: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "SelectionCriteria": (
        lambda value: bool(value == "media-quality-based"),
        "it selects by the media quality score of AWS Elemental, which no local origin sends",
    ),
}


def distribution(config: Mapping[str, Any], at: str, attempts: Attempts) -> Any:
    """The distribution without what is not emulated, each reported as not checked."""
    rest = _without(config, parsing.NOT_EMULATED, at, attempts)
    return _without_values(rest, OF_A_DISTRIBUTION, at, attempts)


def behavior(raw: Any, at: str, attempts: Attempts) -> Any:
    rest = _without(raw, behavior_parsing.NOT_EMULATED, at, attempts)
    return _without_values(rest, OF_A_BEHAVIOR, at, attempts)


def origin(raw: Any, at: str, attempts: Attempts) -> Any:
    rest = _without(raw, origin_parsing.NOT_EMULATED, at, attempts)
    if rest != raw and not {"CustomOriginConfig", "S3OriginConfig"} & rest.keys():
        return {**rest, "CustomOriginConfig": origin_parsing.VPC_STAND_IN}
    return rest


def origin_group(raw: Any, at: str, attempts: Attempts) -> Any:
    return _without_values(raw, OF_A_GROUP, at, attempts)


def _without(raw: Any, reasons: Mapping[str, NotHonoured], at: str, attempts: Attempts) -> Any:
    found = {
        name: (is_set, f"it {reason.on_aws}; here {reason.here}")
        for name, reason in reasons.items()
    }
    return _without_values(raw, found, at, attempts)


def _without_values(
    raw: Any,
    reasons: Mapping[str, tuple[Callable[[Any], bool], str]],
    at: str,
    attempts: Attempts,
) -> Any:
    if not isinstance(raw, Mapping):
        return raw
    set_aside = [name for name, (meant, _) in reasons.items() if meant(raw.get(name))]
    for name in set_aside:
        attempts.left_out(f"{at}: {name}", reasons[name][1])
    return {name: value for name, value in raw.items() if name not in set_aside}
