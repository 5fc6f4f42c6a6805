"""The instances of modules with `for_each` or `count`, whose keys only Terraform can evaluate.

An override names a module's instance with its key: `module.site["a"].aws_s3_bucket.pages`. A plan
with mocks, whose values are given by type and not by address, contains the keys.

Source: Terraform documentation, "Mocks" (`mock_resource`, `mock_data`) and "Overrides".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from localfront.sources.placeholder_ids import ACCOUNT
from localfront.sources.terraform.show import Module, Resource
from localfront.sources.terraform_folder.identities import first_values
from localfront.sources.terraform_folder.inventory import Inventory
from localfront.sources.terraform_folder.stable_values import KEY
from localfront.sources.terraform_folder.test_file import (
    mocked_names,
    write_mock,
    write_mocked_provider,
    write_run,
)

Values = Mapping[str, Any]
ModuleInstances = Mapping[str, list[str]]  # a module's address without keys → with keys
# Mocked values, which the provider accepts, of data sources that it computes in the other passes.
DATA: Mapping[str, Values] = {
    "aws_caller_identity": {"account_id": ACCOUNT},
    "aws_iam_policy_document": {"json": "{}", "minified_json": "{}"},
    "aws_partition": {"partition": "aws", "dns_suffix": "amazonaws.com"},
}
MODULE = re.compile(r"(?:module\.[\w-]+\.)*")  # the part of an address that names the module


def write_plan_with_mocks(inventory: Inventory, regions: Mapping[str, str]) -> str:
    """The test file of a plan in which every resource and data source of AWS is mocked.

    `regions` are the provider's by alias ("" by default).
    """
    types = sorted({(r.mode, r.type) for r in inventory.resources if r.type.startswith("aws_")})
    parts = []
    for alias, region in regions.items():
        mocks = "".join(
            write_mock("resource" if mode == "managed" else "data", type_, values)
            for mode, type_ in types
            if (values := _values(mode, type_, region))
        )
        parts.append(write_mocked_provider("aws", alias=alias, mocks=mocks))
    parts += map(write_mocked_provider, mocked_names(inventory))
    return "\n".join([*parts, write_run(plans=True)])


def _values(mode: str, type_: str, region: str) -> Values:
    if mode == "managed":
        return first_values(type_, type_)
    if type_ == "aws_region":
        return {"name": region, "id": region}
    return DATA.get(type_) or first_values(type_, type_)


def module_instances(resources: Iterable[Resource]) -> ModuleInstances:
    """The modules of resources, and those that they are in."""
    modules: dict[str, None] = {}
    for resource in resources:
        module: Module | None = resource.module
        while module is not None:
            modules[module.address] = None
            module = module.parent
    instances: dict[str, list[str]] = defaultdict(list)
    for address in modules:
        instances[KEY.sub("", address)].append(address)
    return instances


def in_each_instance(address: str, instances: ModuleInstances) -> list[str]:
    """The address of a declared resource in each instance of its module; its own if none is known."""
    module = MODULE.match(address)
    prefix = module[0] if module else ""
    own = address.removeprefix(prefix)
    return [f"{instance}.{own}" for instance in instances.get(prefix[:-1], ()) if instance] or [
        address
    ]
