"""Find the resources that an expression in a plan refers to.

A plan's `references` list what an expression mentions, not how it uses it: `a.b.c`, then its
shorter forms. They are followed through arguments and outputs of modules, and through the
`for_each` behind `each.value`. A plan does not contain the expressions of `local` values.

Source: Terraform documentation, "JSON Output Format", expression representation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from localfront.sources.description import Raw
from localfront.sources.terraform.show import Key, Module, Resource, inner, parse_key

STEP = re.compile(r'(?P<name>[A-Za-z0-9_-]+)(?:\[(?P<key>\d+|"[^"]*")\])?')
WITHOUT_RESOURCES = ("count", "path", "self", "terraform")
DEPTH = 20  # nesting depth of modules; deeper is a cycle


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an expression stands, which decides the meaning of its `each`, `count` and `var`."""

    module: Module
    index: Key = None
    for_each: Raw | None = None


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A resource that an expression mentions, and the attribute ("" if the plan omits it)."""

    resource: Resource
    attribute: str


@dataclass(frozen=True, slots=True)
class Walk:
    """The state of a search: what it has visited, so that cycles end."""

    depth: int = DEPTH
    seen: set[tuple[str, str, int, str]] = field(default_factory=set)

    def new(self, references: Sequence[str], place: Place) -> Iterator[str]:
        if not self.depth:
            return
        at = place.module.address, repr(place.index), id(place.for_each)
        for reference in references:
            if (*at, reference) not in self.seen:
                self.seen.add((*at, reference))
                yield reference

    def deeper(self) -> Walk:
        return Walk(self.depth - 1, self.seen)


class References:
    """Follows references between the resources of a plan."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._instances: dict[tuple[str, str], list[Resource]] = {}
        for resource in resources:
            data = "data." if resource.mode == "data" else ""
            address = f"{data}{resource.type}.{resource.name}"
            place = (resource.module.address, address)
            self._instances.setdefault(place, []).append(resource)

    def of(self, resource: Resource, expression: object) -> list[Mentioned]:
        """The resources that a resource's expression refers to, in order, each attribute once."""
        place = Place(module=resource.module, index=resource.index, for_each=resource.for_each)
        found = self._follow(_references(expression), place, Walk())
        return list({(m.resource.address, m.attribute): m for m in found}.values())

    def _follow(self, references: Sequence[str], place: Place, walk: Walk) -> Iterator[Mentioned]:
        for reference in walk.new(whole(references), place):
            kind, _, rest = reference.partition(".")
            kind = kind.partition("[")[0]
            if kind == "var":
                yield from self._argument(STEP.match(rest), place.module, walk)
            elif kind == "module":
                yield from self._output(reference, place, walk)
            elif kind == "each":
                if rest.startswith("value"):
                    behind = _references(place.for_each)
                    yield from self._follow(behind, place, walk.deeper())
            elif kind not in (*WITHOUT_RESOURCES, "local"):
                yield from self._resource(reference, place)

    def _argument(
        self, name: re.Match[str] | None, module: Module, walk: Walk
    ) -> Iterator[Mentioned]:
        """Follow a module's variable to the argument of its caller."""
        if name is None or module.parent is None:
            return
        expression = (module.call.get("expressions") or {}).get(name["name"])
        caller = Place(
            module=module.parent,
            index=module.key,
            for_each=module.call.get("for_each_expression"),
        )
        yield from self._follow(_references(expression), caller, walk.deeper())

    def _output(self, reference: str, place: Place, walk: Walk) -> Iterator[Mentioned]:
        """Follow `module.NAME.OUTPUT` or `module.NAME["key"].OUTPUT`."""
        steps = STEP.finditer(reference.removeprefix("module."))
        call, output = next(steps, None), next(steps, None)
        if call is None or output is None:
            return
        key = f"[{call['key']}]" if call["key"] else ""
        own = f"{place.module.address}." if place.module.address else ""
        module = inner(place.module, f"{own}module.{call['name']}{key}")
        outputs = module.configuration.get("outputs") or {}
        expression = (outputs.get(output["name"]) or {}).get("expression")
        yield from self._follow(_references(expression), Place(module=module), walk.deeper())

    def _resource(self, reference: str, place: Place) -> Iterator[Mentioned]:
        data, rest = ("data.", reference[5:]) if reference.startswith("data.") else ("", reference)
        type_name, _, rest = rest.partition(".")
        step = STEP.match(rest)
        if step is None:
            return
        instances = self._instances.get(
            (place.module.address, f"{data}{type_name}.{step['name']}"), []
        )
        attribute = rest[step.end() :].lstrip(".").partition(".")[0].partition("[")[0]
        for resource in _selected(instances, parse_key(step["key"]), place.index):
            yield Mentioned(resource, attribute)


def whole(references: Sequence[str]) -> list[str]:
    """References without the shorter forms that follow each one: `a.b.c`, `a.b`."""
    shortest: list[str] = []
    for reference in references:
        if not any(
            k == reference or k.startswith((f"{reference}.", f"{reference}[")) for k in shortest
        ):
            shortest.append(reference)
    return shortest


def _selected(instances: list[Resource], key: Key, own: Key) -> list[Resource]:
    """The instance with this key; without a key, the referrer's own (`each.key`), else all."""
    if key is not None:
        return [resource for resource in instances if resource.index == key]
    same = [resource for resource in instances if resource.index == own]
    return same or instances


def _references(expression: object) -> list[str]:
    """The references of an expression, or of everything in a block or list of blocks."""
    if isinstance(expression, list):
        return [r for member in expression for r in _references(member)]
    if not isinstance(expression, dict):
        return []
    own = expression.get("references")
    if isinstance(own, list):
        return [str(reference) for reference in own]
    return [r for member in expression.values() for r in _references(member)]
