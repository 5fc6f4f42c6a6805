"""A stack's parameters, conditions, mappings and resources, resolved lazily.

Source: CloudFormation Template Reference, "Parameters", "Pseudo parameters", "Conditions" and
"Dynamic references".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from localfront.errors import ConfigError
from localfront.sources.cloudformation import identities
from localfront.sources.cloudformation.conditions import UndecidedError, evaluate
from localfront.sources.cloudformation.intrinsics import NO_VALUE, resolve, text
from localfront.sources.cloudformation.stack import Stack, TemplateResource
from localfront.sources.cloudformation.unknowns import Unknowns

PARTITION, SUFFIX = "aws", "amazonaws.com"


class Surroundings(Protocol):
    """The other stacks of a deployment."""

    @property
    def unknowns(self) -> Unknowns: ...

    def count(self) -> None: ...

    def imported(self, name: str) -> Any: ...

    def ssm_parameter(self, name: str, region: str) -> Any: ...

    def undecided(self, reason: str) -> None:
        """Record why the deployment cannot be read, so that all reasons are reported at once."""


class StackScope:
    """A `Scope`. `outer` is the parent stack of a nested one, with its parameters."""

    def __init__(
        self,
        stack: Stack,
        around: Surroundings,
        outer: tuple[StackScope, Mapping[str, Any]] | None = None,
    ) -> None:
        self.stack = stack
        self.around = around
        self.resources = {r.logical_id: r for r in stack.resources()}
        self.nested = {i: StackScope(s, around, self._handed(i)) for i, s in stack.nested.items()}
        self._outer = outer
        self._open: list[str] = []
        self._properties: dict[str, Mapping[str, Any]] = {}

    @property
    def unknowns(self) -> Unknowns:
        return self.around.unknowns

    def scopes(self) -> Iterator[StackScope]:
        """This scope and those of its nested stacks."""
        yield self
        for scope in self.nested.values():
            yield from scope.scopes()

    def of_type(self, *types: str) -> list[TemplateResource]:
        """The resources of a type whose condition holds."""
        return [r for r in self.resources.values() if r.type in types and self.is_made(r)]

    def is_made(self, resource: TemplateResource) -> bool:
        return resource.condition is None or self.condition(resource.condition)

    def properties(self, resource: TemplateResource) -> Mapping[str, Any]:
        """A resource's properties, resolved. Raises ConfigError that names the resource."""
        resolved = self._properties.get(resource.logical_id)
        if resolved is None:
            with self._opened(resource.logical_id):
                resolved = resolve(resource.properties, self)
            resolved = resolved if isinstance(resolved, Mapping) else {}
            self._properties[resource.logical_id] = resolved
        return resolved

    def value(self, resource: TemplateResource, name: str) -> Any:
        """One property, resolved; None if absent. Raises ConfigError that names the resource."""
        if name not in resource.properties:
            return None
        with self._opened(f"{resource.logical_id}.{name}"):
            value = resolve(resource.properties[name], self)
        return None if value is NO_VALUE else value

    def ref(self, name: str) -> Any:
        if name in PSEUDO:
            return self.unknowns.given(name) or PSEUDO[name](self)
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.stack.section("Parameters"):
            with self._opened(f"parameter {name}"):
                return self._parameter(name)
        return identities.ref(self, self._resource(name))

    def attribute(self, logical_id: str, name: str) -> Any:
        override = self.unknowns.given(f"{logical_id}.{name}")
        if override is not None:
            return override
        if f"{logical_id}.{name}" in self.resources:  # SAM's `${Function.Version}`
            return self.ref(f"{logical_id}.{name}")
        if logical_id in self.nested and name.startswith("Outputs."):
            return self.nested[logical_id].output(name.removeprefix("Outputs."))
        return identities.attribute(self, self._resource(logical_id), name)

    def condition(self, condition: Any) -> bool:
        """The value of a condition; False if undecidable, which is collected as a reason."""
        name = str(condition)
        if name not in self.stack.section("Conditions"):
            raise ConfigError(f"There is no condition {name!r}. Correct the name.")
        try:
            with self._opened(f"condition {name}"):
                return evaluate(self.stack.section("Conditions")[name], self)
        except UndecidedError as error:
            self.around.undecided(f"{self.stack.name}: condition {name} {error}")
            return False

    def mapped(self, name: str, keys: Sequence[str]) -> Any:
        found: Any = self.stack.section("Mappings").get(name)
        for key in keys:
            found = found.get(key) if isinstance(found, Mapping) else None
        if found is not None:
            return resolve(found, self)
        unknown = [u for key in keys for u in self.unknowns.within(key)]
        options = " ".join(u.way_out for u in unknown)
        way_out = f"Give {options}." if unknown else "Correct the keys, or add them."
        raise ConfigError(f"Fn::FindInMap: {name} has no {'.'.join(keys)}. {way_out}")

    def count(self) -> None:
        self.around.count()

    def imported(self, name: str) -> Any:
        return self.around.imported(name)

    def dynamic(self, reference: str) -> str:
        service, _, name = reference.partition(":")
        if service == "ssm":
            return text(self.ssm_parameter(name.partition(":")[0]))
        return self.unknowns.value(reference, f"the secret {reference!r}")

    def ssm_parameter(self, name: str, region: str | None = None) -> Any:
        return self.around.ssm_parameter(name, region or self.stack.region)

    def output(self, name: str) -> Any:
        """An output of this nested stack, for the parent stack."""
        raw = self.stack.section("Outputs").get(name)
        if not isinstance(raw, Mapping):
            raise ConfigError(f"{self.stack.name} has no output {name!r}. Correct its name.")
        return resolve(raw.get("Value"), self)

    def _handed(self, logical_id: str) -> tuple[StackScope, Mapping[str, Any]]:
        handed = self.resources[logical_id].properties.get("Parameters")
        return self, handed if isinstance(handed, Mapping) else {}

    def _parameter(self, name: str) -> Any:
        declared = self.stack.section("Parameters")[name]
        declared = declared if isinstance(declared, Mapping) else {}
        kind = str(declared.get("Type", "String"))
        if self._outer is not None and name in self._outer[1]:
            outer, handed = self._outer
            return _typed(resolve(handed[name], outer), kind)
        value: Any = self.unknowns.given(name) if self._outer is None else None
        if value is None and name in self.stack.values:
            value = self.stack.values[name]
        if value is None and "Default" in declared:
            value = declared["Default"]
            if kind.startswith("AWS::SSM::Parameter::Value"):
                value = self.ssm_parameter(text(value))
        if value is None:
            value = self.unknowns.value(name, f"the parameter {name}, which has no default")
        return _typed(value, kind)

    def _resource(self, name: str) -> TemplateResource:
        found = self.resources.get(name)
        if found is None:
            raise ConfigError(
                f"{name!r} is neither a parameter nor a resource of the template. Correct the name."
            )
        return found

    @contextmanager
    def _opened(self, element: str) -> Iterator[None]:
        """Names the outermost element in errors. Raises ConfigError for a circular reference."""
        self.count()
        if element in self._open:
            around = " → ".join([*self._open[self._open.index(element) :], element])
            raise ConfigError(f"{around} refer to each other in a cycle. Break the cycle.")
        self._open.append(element)
        try:
            yield
        except ConfigError as error:
            if len(self._open) > 1 or isinstance(error, UndecidedError):
                raise
            raise error.of(f"{self.stack.name}: {element}") from error
        finally:
            self._open.pop()


def _typed(value: Any, kind: str) -> Any:
    if "List" in kind and isinstance(value, str):
        return [member.strip() for member in value.split(",")]
    if isinstance(value, list) and "List" not in kind:
        return text(value)
    return value if isinstance(value, list) else text(value)


PSEUDO: Mapping[str, Callable[[StackScope], Any]] = {
    "AWS::AccountId": lambda scope: scope.stack.account,
    "AWS::NotificationARNs": lambda scope: [],
    "AWS::Partition": lambda scope: PARTITION,
    "AWS::Region": lambda scope: scope.stack.region,
    "AWS::StackId": lambda scope: (
        f"arn:aws:cloudformation:{scope.stack.region}:{scope.stack.account}:stack/{scope.stack.name}/"
        "00000000-0000-0000-0000-000000000000"
    ),
    "AWS::StackName": lambda scope: scope.stack.name,
    "AWS::URLSuffix": lambda scope: SUFFIX,
}
