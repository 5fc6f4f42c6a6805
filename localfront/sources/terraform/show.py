"""`terraform show -json` of a plan or state → its resources, with their expressions.

A state holds all values. A plan omits those known only after the apply; `unknown` says which, and
`expressions` says which resources such a value refers to, but not how.

Source: Terraform documentation, "JSON Output Format" (format_version 1.x; 0.x for old states).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from localfront.errors import ConfigError
from localfront.sources.description import Raw

Key = str | int | None
MODULE_STEP = re.compile(r'module\.(?P<name>[A-Za-z0-9_-]+)(?:\[(?P<key>\d+|"[^"]*")\])?')
VERSIONS = ("0.", "1.")
LONGEST_VERSION = 40  # characters of an unsupported format_version that an error shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """An instance of a module. In a plan it has `configuration` and `call` (its arguments)."""

    address: str = ""  # of the root
    key: Key = None
    configuration: Raw = field(default_factory=dict)
    call: Raw = field(default_factory=dict)
    parent: Module | None = None

    def called(self, name: str) -> Raw:
        """The configuration of a module that is called from here."""
        calls = self.configuration.get("module_calls") or {}
        found: Raw = calls.get(name) or {}
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """An instance of a resource or data source.

    In a state `expressions` is None and `provider` (the key of the provider's configuration) is "".
    """

    address: str
    module: Module
    mode: str
    type: str
    name: str
    index: Key = None
    values: Raw = field(default_factory=dict)
    unknown: Raw = field(default_factory=dict)
    expressions: Raw | None = None
    for_each: Raw = field(default_factory=dict)
    provider: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """A plan's or state's resources.

    `relevant` are addresses and attributes that a plan's unknown values may be made of.
    """

    resources: tuple[Resource, ...]
    variables: Raw = field(default_factory=dict)
    provider_config: Raw = field(default_factory=dict)
    relevant: tuple[tuple[str, str], ...] = ()

    def of_type(self, *types: str) -> list[Resource]:
        return [resource for resource in self.resources if resource.type in types]


def parse_show(document: Raw) -> Show:
    """Parse the document. Raises ConfigError for an unsupported format_version."""
    version = document.get("format_version")
    if not isinstance(version, str) or not version.startswith(VERSIONS):
        shown_version = (
            repr(version[:LONGEST_VERSION]) if isinstance(version, str) else "that is not a string"
        )
        raise ConfigError(
            f"format_version {shown_version} is not supported: localfront reads 0.x and 1.x "
            "of `terraform show -json`."
        )
    if "planned_values" not in document:
        values = document.get("values") or {}
        return Show(resources=tuple(_resources(values.get("root_module"), Module())))
    if document.get("errored"):
        raise ConfigError("The plan ended in an error: correct it and plan again.")
    return _plan(document)


def _plan(document: Raw) -> Show:
    """The planned resources, and the data sources that were read while planning."""
    configuration = document.get("configuration") or {}
    root = Module(configuration=configuration.get("root_module") or {})
    unknown = {
        change["address"]: change["change"].get("after_unknown") or {}
        for change in document.get("resource_changes") or []
    }
    planned = document["planned_values"].get("root_module")
    prior = (document.get("prior_state") or {}).get("values") or {}
    resources = {
        resource.address: resource
        for resource in _resources(prior.get("root_module"), root)
        if resource.mode == "data"
    }
    resources |= {r.address: r for r in _resources(planned, root, unknown)}
    return Show(
        resources=tuple(resources.values()),
        variables=document.get("variables") or {},
        provider_config=configuration.get("provider_config") or {},
        relevant=tuple(
            (str(entry["resource"]), str(entry["attribute"][0]))
            for entry in document.get("relevant_attributes") or []
            if entry.get("attribute")
        ),
    )


def _resources(raw: Raw | None, module: Module, unknown: Raw | None = None) -> Iterator[Resource]:
    """The resources of a module's instance and of its child modules."""
    configured = {
        (r["mode"], r["type"], r["name"]): r for r in module.configuration.get("resources") or []
    }
    for resource in (raw or {}).get("resources") or []:
        key = (resource["mode"], resource["type"], resource["name"])
        config = configured.get(key) or {}
        yield Resource(
            address=resource["address"],
            module=module,
            mode=resource["mode"],
            type=resource["type"],
            name=resource["name"],
            index=resource.get("index"),
            values=resource.get("values") or {},
            unknown=(unknown or {}).get(resource["address"]) or {},
            expressions=config.get("expressions") or ({} if config else None),
            for_each=config.get("for_each_expression") or {},
            provider=config.get("provider_config_key") or "",
        )
    for child in (raw or {}).get("child_modules") or []:
        yield from _resources(child, inner(module, child["address"]), unknown)


def inner(module: Module, address: str) -> Module:
    """The instance at this address of a module called from `module`."""
    step = MODULE_STEP.fullmatch(address.removeprefix(f"{module.address}.").lstrip("."))
    if step is None:
        raise ConfigError(f"{address!r} is not the address of a module in {module.address!r}.")
    call = module.called(step["name"])
    return Module(
        address=address,
        key=parse_key(step["key"]),
        configuration=call.get("module") or {},
        call=call,
        parent=module,
    )


def parse_key(text: str | None) -> Key:
    """The key in an instance's address: a number, or a quoted string."""
    if text is None:
        return None
    return int(text) if text.isdecimal() else text.strip('"')
