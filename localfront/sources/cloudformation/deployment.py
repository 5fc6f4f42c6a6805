"""All stacks of a deployment, with the exports and parameters that pass values between stacks.

Source: CloudFormation User Guide, "Get exports from a deployed stack" and "Dynamic references"; AWS CDK,
`experimental.EdgeFunction` and `crossRegionReferences`, whose custom resources read Systems Manager
parameters of another region.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from localfront.errors import ConfigError
from localfront.sources.cloudformation.intrinsics import (
    LOOP,
    check_supported,
    resolve,
    text,
)
from localfront.sources.cloudformation.scope import StackScope
from localfront.sources.cloudformation.stack import Stack
from localfront.sources.cloudformation.unknowns import Unknowns

MOST_STEPS = 200_000  # even a template of 1 MB, CloudFormation's maximum, takes only thousands
WRITER = "Custom::CrossRegionExportWriter"


class Deployment:
    """The stacks that are deployed together.

    `parameters` are those of --parameter. `reasons` say why a response could be wrong.
    """

    def __init__(self, stacks: Sequence[Stack], parameters: Mapping[str, str]) -> None:
        self.unknowns = Unknowns(parameters)
        self.reasons: list[str] = []
        self._given = parameters
        self._steps = 0
        self._roots = [StackScope(stack, self) for stack in stacks]
        self._exports: dict[str, tuple[StackScope, Any]] | None = None
        self._parameters: dict[tuple[str, str], tuple[StackScope, Any]] | None = None

    def scopes(self) -> Iterator[StackScope]:
        for root in self._roots:
            yield from root.scopes()

    def check_supported(self) -> None:
        """Check that no resource is made by an unsupported function. Raises ConfigError."""
        for scope in self.scopes():
            for section in ("Resources", "Conditions", "Outputs"):
                for name in scope.stack.section(section):
                    if str(name).startswith(LOOP):
                        check_supported(str(name))

    def unused_parameters(self) -> list[str]:
        """Names given with --parameter that no template declares or uses."""
        declared = {str(n) for scope in self.scopes() for n in scope.stack.section("Parameters")}
        return sorted(self._given.keys() - declared - self.unknowns.used)

    def count(self) -> None:
        """Count one step of evaluation. Raises ConfigError after too many.

        Each value that uses another one twice doubles the work.
        """
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise ConfigError(
                f"Its values take more than {MOST_STEPS:,} steps to evaluate. Simplify them."
            )

    def undecided(self, reason: str) -> None:
        if reason not in self.reasons:
            self.reasons.append(reason)

    def imported(self, name: str) -> Any:
        if self._exports is None:
            self._exports = {}
            self._exports.update(self._all_exports())
        if name in self._exports:
            scope, raw = self._exports[name]
            return resolve(raw, scope)
        return self.unknowns.value(name, f"the export {name!r} of a stack that is not served")

    def ssm_parameter(self, name: str, region: str) -> Any:
        """A Systems Manager parameter of this region, else of any region that has it."""
        if self._parameters is None:
            self._parameters = {}
            self._parameters.update(self._all_parameters())
        found = self._parameters.get((region, name))
        if found is None:
            others = (f for (_, other), f in self._parameters.items() if other == name)
            found = next(others, None)
        if found is None:
            return self.unknowns.value(name, f"the Systems Manager parameter {name!r}")
        scope, raw = found
        return resolve(raw, scope)

    def _all_exports(self) -> Iterator[tuple[str, tuple[StackScope, Any]]]:
        for scope in self.scopes():
            for output in scope.stack.section("Outputs").values():
                export = output.get("Export") if isinstance(output, Mapping) else None
                if isinstance(export, Mapping):
                    try:
                        name = text(resolve(export.get("Name"), scope))
                    except ConfigError:
                        continue  # it can't be the requested one
                    yield name, (scope, output.get("Value"))

    def _all_parameters(self) -> Iterator[tuple[tuple[str, str], tuple[StackScope, Any]]]:
        for scope in self.scopes():
            for resource in scope.of_type("AWS::SSM::Parameter"):
                name = scope.value(resource, "Name")
                value = resource.properties.get("Value")
                yield (scope.stack.region, text(name)), (scope, value)
            for resource in scope.of_type(WRITER):
                written = resource.properties.get("WriterProps")
                written = written if isinstance(written, Mapping) else {}
                region = text(resolve(written.get("region"), scope))
                exports = written.get("exports")
                for name, value in (exports if isinstance(exports, Mapping) else {}).items():
                    yield (region, str(name)), (scope, value)
