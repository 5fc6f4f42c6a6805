"""A block of a resource: known values, unknown values, and their expressions.

A plan keeps a set of blocks (`origin`) in another order than the configuration, and does not show
`dynamic` blocks. So blocks are matched by their constant values; if two could match, neither's
expressions are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from localfront.errors import ConfigError
from localfront.sources.description import Raw
from localfront.sources.terraform.show import Resource

# Computed if unset: unknown in a plan, and without effect in a distribution.
COMPUTED = frozenset(
    {
        "default_ttl",
        "grpc_config",
        "locations",
        "max_ttl",
        "min_ttl",
        "trusted_key_groups",
    }
    | {"trusted_signers"}
)
# Sets of blocks, which have no order; other blocks keep the order of the source.
SETS = frozenset(
    {"custom_error_response", "custom_header", "function_association", "origin"}
    | {"lambda_function_association", "origin_group", "rule"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block. `expressions` is None if the configuration does not show the block."""

    resource: Resource
    path: str = ""
    values: Raw
    unknown: Raw
    expressions: Raw | None

    @classmethod
    def of(cls, resource: Resource) -> Block:
        return cls(
            resource=resource,
            values=resource.values,
            unknown=resource.unknown,
            expressions=resource.expressions,
        )

    def get(self, name: str) -> Any:
        """A value; None if absent. Raises ConfigError if it is known only after the apply."""
        if self.is_unknown(name):
            raise self.unresolved(name)
        return self.values.get(name)

    def is_unknown(self, name: str) -> bool:
        """Whether a value is known only after the apply; unset computed values are absent."""
        unknown = self.unknown.get(name)
        if unknown is None or unknown is False or not _any_unknown(unknown):
            return False
        return name not in COMPUTED if self.expressions is None else name in self.expressions

    def expression(self, name: str) -> Any:
        return (self.expressions or {}).get(name)

    def blocks(self, name: str) -> list[Block]:
        """The blocks of that name. Raises ConfigError if they are known only after the apply."""
        if self.unknown.get(name) is True and self.is_unknown(name):
            raise self.unresolved(name)
        values = self.values.get(name)
        members = _as_list(values)
        if not members:
            return []
        unknown = _as_list(self.unknown.get(name))
        unknown += [{}] * (len(members) - len(unknown))
        configured = [m for m in _as_list(self.expression(name)) if isinstance(m, Mapping)]
        matched: list[Raw | None] = [*configured]
        if name in SETS or len(configured) != len(members):
            matched = _matched(members, unknown, configured)
        return [
            Block(
                resource=self.resource,
                path=f"{self.path}{name}[{place}]."
                if isinstance(values, list)
                else f"{self.path}{name}.",
                values=value,
                unknown=_as_mapping(unknown[place]),
                expressions=matched[place],
            )
            for place, value in enumerate(members)
        ]

    def block(self, name: str) -> Block | None:
        """The only block of that name, if there is one."""
        return next(iter(self.blocks(name)), None)

    def unresolved(self, name: str, reason: str = "") -> ConfigError:
        """The error for a value that a plan does not have."""
        mentions = ", ".join(_local_references(self.expression(name)))
        if not reason and self.expressions is None:
            reason = (
                "the plan does not show the block's expressions (`dynamic`, or the same as another)"
            )
        elif not reason and mentions:
            reason = f"it comes from {mentions}, whose expression is in no plan"
        return ConfigError(
            f"{self.resource.address}: {self.path}{name} is known only after the apply, and has "
            f"no placeholder: {reason or 'it refers to no resource that localfront knows'}. Serve "
            "the folder, so that Terraform evaluates it (`localfront serve FOLDER`), or apply "
            "and serve the state (`terraform show -json`)."
        )


def _any_unknown(unknown: Any) -> bool:
    # Mapping last, here and below: a check against an abstract class takes ten times as long.
    if isinstance(unknown, bool) or unknown is None:
        return bool(unknown)
    if isinstance(unknown, list):
        return any(map(_any_unknown, unknown))
    if isinstance(unknown, Mapping):
        return any(map(_any_unknown, unknown.values()))
    return bool(unknown)


def _as_list(value: Any) -> list[Any]:
    if value is None or isinstance(value, list):
        return value or []
    return [value] if isinstance(value, Mapping) else []


def _as_mapping(value: Any) -> Raw:
    return value if isinstance(value, Mapping) else {}


def _matched(
    members: Sequence[Raw], unknown: Sequence[Any], configured: Sequence[Raw]
) -> list[Raw | None]:
    """The configuration's block for each block of the plan; None if it is not clear.

    A block that fits only one takes it, which can leave a single one for the next.
    """
    found: list[Raw | None] = [None] * len(members)
    if len(members) != len(configured):
        return found  # some are dynamic
    left = list(range(len(configured)))
    open_places = list(range(len(members)))
    while open_places:
        for place in open_places:
            fitting = [
                c for c in left if _fits(members[place], _as_mapping(unknown[place]), configured[c])
            ]
            if fitting and all(configured[c] == configured[fitting[0]] for c in fitting):
                found[place] = configured[fitting[0]]
                left.remove(fitting[0])
                open_places.remove(place)
                break
        else:
            return found
    return found


def _fits(values: Raw, unknown: Raw, expressions: Raw) -> bool:
    """Whether a block of the plan could be the one with these expressions."""
    for name, value in values.items():
        expression = expressions.get(name)
        constant = expression.get("constant_value") if isinstance(expression, Mapping) else None
        if constant is not None and not isinstance(value, list) and constant != value:
            return False
        if (
            expression is None
            and isinstance(value, list)
            and value
            and isinstance(value[0], Mapping)
        ):
            return False  # it contains a block that the other does not
        if isinstance(expression, list) and not value and not unknown.get(name):
            return False
    return all(
        name in expressions or name in COMPUTED
        for name, whether in unknown.items()
        if whether is True
    )


def _local_references(expression: Any) -> Iterable[str]:
    references = _as_mapping(expression).get("references") or []
    return [r for r in references if str(r).startswith("local.")]
