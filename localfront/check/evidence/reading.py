"""Parse a distribution part by part; what CloudFront would refuse becomes findings.

Each origin, behavior, policy and field is parsed separately, so that one error does not hide the
others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from localfront.check.evidence import not_emulated
from localfront.check.evidence.associations import with_associations
from localfront.check.evidence.known_names import KnownNames, known_names
from localfront.check.evidence.refusals import Attempts
from localfront.check.evidence.sites import CheckedDistribution
from localfront.check.findings import CheckResult
from localfront.config.aliases import parse_aliases
from localfront.config.behavior_parsing import BehaviorReader
from localfront.config.distribution import (
    CacheBehavior,
    CustomErrorResponse,
    Origin,
    OriginGroup,
)
from localfront.config.error_responses import parse_error_responses
from localfront.config.fields import Fields
from localfront.config.managed_policies import CACHING_DISABLED, MANAGED
from localfront.config.notices import Notice
from localfront.config.origin_parsing import (
    VPC_STAND_IN,
    parse_origin,
    parse_origin_group,
)
from localfront.config.parsing import MOST, parse_distribution
from localfront.errors import ConfigError
from localfront.profiles import PROFILE_2026
from localfront.sources.description import Description, Raw

# Parsed part by part; other fields are tried on an otherwise empty distribution.
PARTS = (
    "Origins",
    "OriginGroups",
    "DefaultCacheBehavior",
    "CacheBehaviors",
    "CustomErrorResponses",
    "Aliases",
    "ViewerCertificate",
)
PLAIN: Mapping[str, Any] = {
    "Enabled": True,
    "Origins": {
        "Items": [
            {
                "Id": "origin",
                "DomainName": "example.com",
                "CustomOriginConfig": VPC_STAND_IN,
            }
        ]
    },
    "DefaultCacheBehavior": {
        "TargetOriginId": "origin",
        "ViewerProtocolPolicy": "allow-all",
        "CachePolicyId": CACHING_DISABLED.id,
    },
}
HEAD = {"Id": "E0", "ARN": "arn:aws:cloudfront::0:distribution/E0", "DomainName": "d0"}


def read_site(
    raw: Raw, description: Description
) -> tuple[CheckedDistribution, tuple[CheckResult, ...]]:
    """Parse a distribution. Raises ConfigError if it has no configuration at all."""
    name = description.labels.get(str(raw.get("Id")), f"Distribution {raw.get('Id')}")
    config = Fields.of(name, raw.get("DistributionConfig")).values
    attempts = Attempts()
    reader = _Reader(name=name, attempts=attempts, description=description)
    _try_fields(raw, not_emulated.distribution(config, name, attempts), reader)
    fields = Fields.of(name, config, "", attempts.notices)
    names = known_names(config, description, name, attempts)
    origins = reader.origins(fields, names)
    groups = reader.groups(fields, origins)
    attempts.to(name, _check_ids, [*_ids(config, "Origins"), *_ids(config, "OriginGroups")])
    behaviors = reader.behaviors(fields, names)
    read = [behavior for _, behavior in behaviors if behavior is not None]
    default = reader.default(fields, names)
    site = CheckedDistribution(
        name=name,
        id=str(raw.get("Id")),
        arn=str(raw.get("ARN")),
        config=config,
        aliases=reader.aliases(fields),
        origins=tuple(origin for origin in origins.values() if origin is not None),
        origin_groups=groups,
        listed=tuple(read),
        default=default,
        unread=tuple(pattern for pattern, read in behaviors if read is None),
        error_responses=reader.error_responses(fields),
        unknown_policies=names.unknown_policies,
        unknown_access_controls=names.unknown_access_controls,
    )
    attempts.add_notices(name)
    return site, tuple(attempts.outcomes)


def _try_fields(raw: Raw, config: Raw, reader: _Reader) -> None:
    """Try the other fields on a distribution without further errors."""
    others = {name: config.get(name) for name in [*config, "Enabled"] if name not in PARTS}
    head = {name: raw.get(name) for name in HEAD}
    trials: list[Raw] = []
    # Most often it is, and parsing it for each field would take longer than the rest of `check`.
    if not _is_plain({**head, "DistributionConfig": {**PLAIN, **others}}):
        trials = [{"DistributionConfig": {**PLAIN, name: others[name]}} for name in others]
        trials += [{"DistributionConfig": PLAIN, name: head[name]} for name in head]
    trials += [
        {"DistributionConfig": {**PLAIN, part: config[part]}}
        for part, most in MOST.items()
        if len(_members(config.get(part))) > most
    ]
    for trial in trials:
        reader.attempts.to(reader.name, _parse, {**HEAD, **trial}, reader.attempts.notices)


def _is_plain(raw: Raw) -> bool:
    """Whether there is no error in a distribution, and nothing to notice."""
    notices: list[Notice] = []
    try:
        _parse(raw, notices)
    except ConfigError:
        return False
    return not notices


def _parse(raw: Raw, notices: list[Notice]) -> None:
    parse_distribution(raw, policies=MANAGED, signing_behaviors={}, notices=notices)


def _check_ids(ids: list[str]) -> None:
    """Raise ConfigError for a duplicate id of origins or groups."""
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise ConfigError(
            f"Origins and OriginGroups have more than one Id {', '.join(map(repr, twice))} (RT-009). "
            "Give each an id of its own."
        )


def _ids(config: Raw, part: str) -> list[str]:
    members = _members(config.get(part))
    return [str(m.get("Id")) for m in members if isinstance(m, Mapping)]


def _members(value: Any) -> list[Any]:
    members = value.get("Items") if isinstance(value, Mapping) else None
    return list(members) if isinstance(members, list | tuple) else []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Parses the parts of one distribution."""

    name: str
    attempts: Attempts
    description: Description

    def parts(self, fields: Fields, part: str) -> list[Fields]:
        return self.attempts.to(self.name, fields.parts, part) or []

    def origins(self, fields: Fields, names: KnownNames) -> dict[str, Origin | None]:
        """The origins by id, None for an invalid one, which behaviors may still refer to."""
        found: dict[str, Origin | None] = {}
        for number, part in enumerate(self.parts(fields, "Origins")):
            origin_id = str(part.values.get("Id") or f"number {number + 1}")
            at = f"{self.name}, origin {origin_id!r}"
            values = not_emulated.origin(part.values, at, self.attempts)
            found[origin_id] = self.attempts.to(
                at,
                parse_origin,
                replace(part, values=values),
                signing_behaviors=names.signing_behaviors,
                canonical_users=self.description.canonical_users,
                profile=PROFILE_2026,
            )
        return found

    def groups(
        self, fields: Fields, origins: Mapping[str, Origin | None]
    ) -> tuple[OriginGroup, ...]:
        found = []
        for part in self.parts(fields, "OriginGroups"):
            at = f"{self.name}, origin group {part.values.get('Id')!r}"
            values = not_emulated.origin_group(part.values, at, self.attempts)
            group = self.attempts.to(
                at, parse_origin_group, replace(part, values=values), list(origins)
            )
            found += [group] if group else []
        return tuple(found)

    def behaviors(
        self, fields: Fields, names: KnownNames
    ) -> list[tuple[str, CacheBehavior | None]]:
        """The behaviors with their patterns; None for an invalid one."""
        found = []
        for number, part in enumerate(self.parts(fields, "CacheBehaviors")):
            pattern = part.values.get("PathPattern")
            name = repr(pattern) if isinstance(pattern, str) else f"number {number + 1}"
            at = f"{self.name}, behavior {name}"
            read = self._behavior(part, at, names, is_default=False)
            found.append((pattern if isinstance(pattern, str) else "*", read))
        return found

    def default(self, fields: Fields, names: KnownNames) -> CacheBehavior | None:
        at = f"{self.name}, default behavior"
        part = self.attempts.to(at, fields.part, "DefaultCacheBehavior")
        return None if part is None else self._behavior(part, at, names, is_default=True)

    def _behavior(
        self, part: Fields, at: str, names: KnownNames, *, is_default: bool
    ) -> CacheBehavior | None:
        values = not_emulated.behavior(part.values, at, self.attempts)
        bare = {k: v for k, v in values.items() if not k.endswith("Associations")}
        read = BehaviorReader(
            policies=names.policies,
            targets=names.targets,
            keys=names.key_groups,
            notices=self.attempts.notices,
        )
        behavior = (
            self.attempts.to(at, read.default, bare)
            if is_default
            else self.attempts.to(at, read.listed, replace(part, values=bare))
        )
        return with_associations(
            behavior, replace(part, values=values).called(at), at, self.attempts
        )

    def aliases(self, fields: Fields) -> tuple[str, ...]:
        at = f"{self.name}, aliases"
        listed = self.attempts.to(at, fields.texts, "Aliases") or ()
        good = [alias for alias in listed if self._aliases([alias], at)]
        certificate = fields.values.get("ViewerCertificate")
        self._aliases(good, at, ViewerCertificate=certificate)
        return tuple(good)

    def _aliases(self, aliases: list[str], at: str, **config: Any) -> tuple[str, ...] | None:
        fields = Fields.of("Aliases", {"Aliases": {"Items": aliases}, **config})
        return self.attempts.to(at, parse_aliases, fields)

    def error_responses(self, fields: Fields) -> tuple[CustomErrorResponse, ...]:
        found: list[CustomErrorResponse] = []
        good = []
        for part in self.parts(fields, "CustomErrorResponses"):
            at = f"{self.name}, error response {part.values.get('ErrorCode')}"
            read = self._error_responses([part.values], at)
            found += read or ()
            good += [part.values] if read else []
        self._error_responses(good, f"{self.name}, error responses")
        return tuple(found)

    def _error_responses(
        self, members: Iterable[Raw], at: str
    ) -> tuple[CustomErrorResponse, ...] | None:
        fields = {"CustomErrorResponses": {"Items": list(members)}}
        return self.attempts.to(at, parse_error_responses, Fields.of("Error response", fields))
