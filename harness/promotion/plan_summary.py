"""A readable summary of a Terraform plan.

The input is `terraform show -json PLAN`.
Source: Terraform, "JSON Output Format", plan representation and change representation.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Resources whose data cannot be created again.
HOLDS_DATA = {
    "aws_cloudwatch_log_group": "logs",
    "aws_dynamodb_table": "a table with the captains' entries or sessions",
    "aws_secretsmanager_secret": "a secret",
}
# Every release changes these; listed one by one they would hide the rest.
BULK = {"aws_s3_object": "file"}
KINDS = {
    ("create",): "created",
    ("update",): "changed",
    ("delete",): "destroyed",
    ("delete", "create"): "replaced",
    ("create", "delete"): "replaced",
    ("forget",): "forgotten",
}
ORDER = ("destroyed", "replaced", "adopted", "created", "changed", "forgotten")
STAYS = {("no-op",), ("update",)}  # the other actions of an import that keeps the resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A resource's change. `kind` is one of ORDER; `fields` differ, if it is changed or adopted."""

    address: str
    type: str
    kind: str
    fields: tuple[str, ...] = ()

    @property
    def loses_data(self) -> bool:
        return self.type in HOLDS_DATA and self.kind in ("destroyed", "replaced")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The changes of a plan; `notes` are lines about things outside it."""

    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()

    @property
    def lost(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.loses_data)

    def counts(self) -> str:
        """Counts by kind, such as `3 created, 1 changed`, or `nothing changes`."""
        counted = Counter(change.kind for change in self.changes)
        return ", ".join(f"{counted[kind]} {kind}" for kind in ORDER if counted[kind]) or (
            "nothing changes"
        )

    def of(self, *types: str) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.type in types)


def parse(plan: Mapping[str, Any]) -> Summary:
    changes = (
        change_of(resource)
        for resource in plan.get("resource_changes", ())
        if resource["mode"] == "managed"
        and (
            tuple(resource["change"]["actions"]) not in {("no-op",), ("read",)}
            or resource["change"].get("importing")
        )
    )
    return Summary(changes=tuple(sorted(changes, key=lambda change: change.address)))


def change_of(resource: Mapping[str, Any]) -> Change:
    change = resource["change"]
    actions = tuple(change["actions"])
    adopted = bool(change.get("importing")) and actions in STAYS
    kind = "adopted" if adopted else KINDS.get(actions, "changed")
    return Change(
        address=resource["address"],
        type=resource["type"],
        kind=kind,
        fields=tuple(differing(change)) if kind in ("changed", "adopted") else (),
    )


def differing(change: Mapping[str, Any]) -> Iterator[str]:
    """The names of the fields that differ, without their values, which may be secret."""
    before, after = change.get("before") or {}, change.get("after") or {}
    unknown = change.get("after_unknown") or {}
    for name in sorted({*before, *after, *unknown}):
        if unknown.get(name) is True or before.get(name) != after.get(name):
            yield name


def lines(summary: Summary) -> list[str]:
    """The summary for a terminal: counts, data losses, then one line per change."""
    return [
        summary.counts(),
        *warnings(summary.lost),
        *change_lines(summary.changes),
        *summary.notes,
    ]


def markdown(summary: Summary, *, title: str, rows: Sequence[str]) -> str:
    """The summary for a pull request; `rows` are preflight's lines."""
    parts = [f"## {title}", f"**{summary.counts()}**"]
    parts += [f"> {warning}" for warning in warnings(summary.lost)]
    if summary.changes:
        parts.append("```\n" + "\n".join(change_lines(summary.changes)) + "\n```")
    parts += [f"> {note}" for note in summary.notes]
    if rows:
        parts.append("```\n" + "\n".join(rows) + "\n```")
    return "\n\n".join(parts) + "\n"


def warnings(lost: Sequence[Change]) -> list[str]:
    return [
        f"DATA WILL BE LOST: {change.address} is {change.kind}, {HOLDS_DATA[change.type]}."
        for change in lost
    ]


def change_lines(changes: Sequence[Change]) -> Iterator[str]:
    for kind in ORDER:
        of_kind = [change for change in changes if change.kind == kind]
        for type_, word in BULK.items():
            bulk = [change for change in of_kind if change.type == type_]
            if bulk:
                yield f"  {kind:9}  {len(bulk)} {word}{'' if len(bulk) == 1 else 's'} ({type_})"
        for change in of_kind:
            if change.type not in BULK:
                fields = f": {', '.join(change.fields)}" if change.fields else ""
                yield f"  {kind:9}  {change.address}{fields}"
