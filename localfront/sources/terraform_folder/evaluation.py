"""Evaluate a folder: the document that `terraform show -json` would print after the apply.

Two passes: the first finds the instances and their own values, from which the second's identities
are derived. Values that Terraform generates at random are replaced by ones derived from the
address, so that they are the same in each run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localfront.config.notices import Notice
from localfront.errors import ConfigError
from localfront.sources.terraform.identity import DEFAULT_REGION, Identities
from localfront.sources.terraform.references import References
from localfront.sources.terraform.show import Resource, Show, parse_show
from localfront.sources.terraform_folder.aws_stub import aws_stub
from localfront.sources.terraform_folder.identities import first_values
from localfront.sources.terraform_folder.inventory import (
    Inventory,
    read_inventory,
    terraform_files,
    unquoted,
)
from localfront.sources.terraform_folder.kept_provider import kept_provider
from localfront.sources.terraform_folder.locked_providers import require_locked
from localfront.sources.terraform_folder.module_instances import (
    ModuleInstances,
    in_each_instance,
    module_instances,
    write_plan_with_mocks,
)
from localfront.sources.terraform_folder.second_pass import second_overrides
from localfront.sources.terraform_folder.settings import NO_SETTINGS, TerraformSettings
from localfront.sources.terraform_folder.stable_values import KEY, stable
from localfront.sources.terraform_folder.terraform_run import isolated_environment, run_test
from localfront.sources.terraform_folder.test_file import REAL_DATA, write_test

# Terraform's messages when a plan needs values known only after the apply, or differs from it.
KNOWN_TOO_LATE = ("Invalid for_each argument", "Invalid count argument", "inconsistent final plan")
VARIABLE = re.compile(r"\$\{\s*var\.(\w+)\s*\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    document: Mapping[str, Any]
    notices: tuple[Notice, ...]


def evaluate(folder: Path, settings: TerraformSettings = NO_SETTINGS) -> Evaluation:
    """Evaluate a folder. Raises ConfigError. Takes seconds."""
    folder = folder.resolve()
    data_dir = settings.data_dir(folder)
    if not terraform_files(folder):
        raise ConfigError(
            f"{folder} has no *.tf file in it, nor a project of CDK, SAM or the Serverless Framework. "
            "Name the folder of the root module, or a template."
        )
    if not (data_dir / "providers").is_dir():
        raise ConfigError(
            f"{folder} is not initialised. Run `terraform -chdir={folder} init -backend=false`, which "
            "works with any backend, and start again."
        )
    inventory = read_inventory(folder, data_dir)
    require_locked(folder, inventory.required_providers)
    regions = _regions(inventory, folder, settings)
    with aws_stub() as stub, ExitStack() as keeping:
        environ = isolated_environment(settings, stub.url)
        environ |= keeping.enter_context(kept_provider(folder, data_dir, environ))

        def run(text: str) -> dict[str, Any]:
            return run_test(folder, text, environ, *settings.arguments)

        instances = _instances(run, inventory, regions)
        first = dict(_first_overrides(inventory, "managed", instances))
        data = dict(_first_overrides(inventory, "data", instances))

        def passes(*, plans: bool) -> tuple[dict[str, Any], dict[str, Any]]:
            before = run(write_test(inventory, first, regions, data, plans=plans))
            second = {**first, **_identities(before, _Regions(inventory, regions))}
            return before, run(write_test(inventory, second, regions, data, plans=plans))

        try:
            before, after = passes(plans=inventory.has_provisioners)
        except ConfigError as error:
            if inventory.has_provisioners or not any(t in str(error) for t in KNOWN_TOO_LATE):
                raise
            before, after = passes(plans=True)
        requested = tuple(stub.requested)
    return Evaluation(
        document=stable(before, after),
        notices=(
            *_of_no_variable(folder, inventory, settings.arguments),
            *_notices(folder, inventory, data, requested),
        ),
    )


def _instances(
    run: Callable[[str], dict[str, Any]], inventory: Inventory, regions: Mapping[str, str]
) -> ModuleInstances:
    """The instances of repeated modules; none if they can't be planned, and the next pass says why."""
    if not inventory.has_repeated_modules:
        return {}
    try:
        plan = run(write_plan_with_mocks(inventory, regions))
    except ConfigError:
        return {}
    return module_instances(parse_show(plan).resources)


def _first_overrides(
    inventory: Inventory, mode: str, instances: ModuleInstances
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The first values of resources or data sources, by address."""
    for resource in inventory.resources:
        if resource.mode == mode and (mode == "managed" or resource.type not in REAL_DATA):
            for address in in_each_instance(resource.address, instances):
                yield address, first_values(resource.type, address)


def _identities(document: Mapping[str, Any], regions: _Regions) -> dict[str, dict[str, Any]]:
    show = parse_show(document)
    return second_overrides(show.resources, _InRegion(show, regions))


class _Regions:
    """The regions of resources' providers, which a state does not contain."""

    def __init__(self, inventory: Inventory, regions: Mapping[str, str]) -> None:
        self._aliases = {r.address: r.alias for r in inventory.resources}
        self._regions = regions

    def of(self, resource: Resource) -> str:
        alias = self._aliases.get(KEY.sub("", resource.address), "")
        if alias in self._regions and (alias or not resource.values.get("publish")):
            return self._regions[alias]
        # A module may call a provider by another name; provider versions differ for edge functions.
        published = resource.values.get("publish") and "module." in resource.address
        return DEFAULT_REGION if published else self._regions[""]


class _InRegion(Identities):
    def __init__(self, show: Show, regions: _Regions) -> None:
        super().__init__(show, References(show.resources))
        self._by_provider = regions

    def region_of(self, resource: Resource) -> str:
        return self._by_provider.of(resource)


def _regions(inventory: Inventory, folder: Path, settings: TerraformSettings) -> dict[str, str]:
    """Regions by provider alias; us-east-1 if it is neither a string nor a known variable.

    A module evaluated alone has the aliases that its callers would pass.
    """
    found = {"": DEFAULT_REGION}
    for provider in inventory.providers:
        if provider.name == "aws":
            found[provider.alias] = _value(provider.region, inventory, folder, settings)
    for resource in inventory.resources:
        own = resource.type.startswith("aws_") and not resource.address.startswith("module.")
        if own and resource.alias:
            found.setdefault(resource.alias, found[""])
    return found


def _value(expression: Any, inventory: Inventory, folder: Path, settings: TerraformSettings) -> str:
    text = unquoted(str(expression or ""))
    variable = VARIABLE.fullmatch(text)
    if variable is not None:
        name = variable[1]
        given = [a for a in settings.arguments if a.startswith(f"-var={name}=")]
        if given:
            return given[-1].split("=", 2)[2]
        default = inventory.variables.get(name)
        text = settings.variable(name) or unquoted(str(default or ""))
        text = _from_tfvars(folder, name, settings.arguments) or text
    return text if text and "${" not in text else DEFAULT_REGION


def _from_tfvars(folder: Path, name: str, arguments: Sequence[str]) -> str | None:
    """A string in terraform.tfvars, *.auto.tfvars or a given file; the last one counts."""
    found = None
    automatic = ("terraform.tfvars", "terraform.tfvars.json", "*.auto.tfvars", "*.auto.tfvars.json")
    files = [file for pattern in automatic for file in sorted(folder.glob(pattern))]
    given = [a.removeprefix("-var-file=") for a in arguments if a.startswith("-var-file=")]
    for file in filter(Path.is_file, [*files, *map(Path, given)]):
        text = file.read_text("utf-8")
        if file.suffix == ".json":
            value = json.loads(text).get(name)
            found = value if isinstance(value, str) else found
            continue
        pattern = rf'^\s*{re.escape(name)}\s*=\s*"([^"$]*)"\s*(?:#.*|//.*)?$'
        match = re.search(pattern, text, re.MULTILINE)
        found = match[1] if match else found
    return found


def _notices(
    folder: Path, inventory: Inventory, data: Mapping[str, Any], requested: Sequence[str]
) -> Iterator[Notice]:
    if data:
        yield Notice(
            field=f"{folder}: {', '.join(sorted(data))}",
            on_aws="is looked up when Terraform runs",
            here="its values are placeholders",
        )
    for request in requested:
        yield Notice(
            field=f"{folder}: {request}",
            on_aws="is requested from an API by a provider",
            here="it got no response, and no request left this machine",
        )


def _of_no_variable(
    folder: Path, inventory: Inventory, arguments: Sequence[str]
) -> Iterator[Notice]:
    """Notices for a -var without a variable, which `terraform plan` refuses and `test` ignores."""
    for argument in arguments:
        name = argument.removeprefix("-var=").partition("=")[0]
        if argument.startswith("-var=") and name not in inventory.variables:
            yield Notice(
                field=f"-var {name}",
                on_aws=f"names no variable of {folder}",
                here="it changes nothing",
            )
