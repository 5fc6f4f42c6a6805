"""The declarations in a Terraform folder: resources, providers, variables, provisioners.

Terraform evaluates values; only the names of blocks are read here, with python-hcl2.

Source: Terraform documentation, "Syntax Configuration" and "JSON Configuration Syntax"; where modules
lie is in `.terraform/modules/modules.json`, which `terraform init` writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localfront.errors import ConfigError
from localfront.sources.terraform_folder.locked_providers import RequiredProvider

Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A resource or data source. The address has no instance keys. `alias` is its provider's."""

    address: str
    mode: str  # "managed" or "data"
    type: str
    alias: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider configuration of the root module. `region` is its unevaluated expression."""

    name: str
    alias: str = ""
    region: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    resources: tuple[Declared, ...]
    providers: tuple[Provider, ...]
    variables: Mapping[str, Any]  # of the root module: name → default, None if there is none
    has_provisioners: bool
    has_repeated_modules: bool  # with `for_each` or `count`
    required_providers: tuple[RequiredProvider, ...]  # those with a version, of all modules


def read_inventory(folder: Path, data_dir: Path) -> Inventory:
    """Read a folder's declarations. Raises ConfigError for none, or a malformed file."""
    resources: list[Declared] = []
    providers: list[Provider] = []
    variables: dict[str, Any] = {}
    provisioners = repeated = False
    required: list[RequiredProvider] = []
    for prefix, module in _modules(folder, data_dir):
        for document in _documents(module):
            resources += _resources(document, prefix)
            required += _required(document)
            provisioners = provisioners or _mentions(document, "provisioner")
            repeated = repeated or any(map(_is_repeated, labelled(document, "module")))
            if not prefix:
                providers += _providers(document)
                variables |= _variables(document)
    return Inventory(
        resources=tuple(resources),
        providers=tuple(providers),
        variables=variables,
        has_provisioners=provisioners,
        has_repeated_modules=repeated,
        required_providers=tuple(required),
    )


def terraform_files(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.tf"), *folder.glob("*.tf.json")])


def _modules(folder: Path, data_dir: Path) -> Iterator[tuple[str, Path]]:
    """Each module with the address prefix of its resources; the root first.

    Without those that only the folder's own tests use: `terraform init` installs them under keys
    such as test.FILE.RUN (`buildTestModules` in its internal/configs/config_build.go).
    """
    yield "", folder
    manifest = data_dir / "modules" / "modules.json"
    if not manifest.is_file():
        return
    installed = json.loads(manifest.read_text()).get("Modules") or []
    folders = {
        str(module["Key"]): str(module.get("Dir")) for module in installed if module.get("Key")
    }
    for key, path in folders.items():
        steps = key.split(".")
        if steps[0] in folders:  # a module's call comes with all calls above it
            yield "".join(f"module.{step}." for step in steps), folder / path


def module_folders(folder: Path, data_dir: Path) -> list[Path]:
    return [path for _, path in _modules(folder, data_dir)]


def _documents(module: Path) -> Iterator[Block]:
    import hcl2  # takes 0.1 s, which other sources need not wait for

    for file in terraform_files(module):
        try:
            text = file.read_text("utf-8")
            document = json.loads(text) if file.suffix == ".json" else hcl2.loads(text)
        except Exception as error:  # any error of the parser
            reason = str(error).partition("\n")[0]
            raise ConfigError(
                f"{file} can't be read as Terraform: {reason}. `terraform validate` says more."
            ) from error
        if isinstance(document, Mapping):
            yield document


def labelled(document: Block, kind: str) -> Iterator[tuple[str, Any]]:
    """The blocks of a type by their first label, in the native syntax or in JSON."""
    blocks = document.get(kind) or []
    for block in blocks if isinstance(blocks, list) else [blocks]:
        for label, body in block.items() if isinstance(block, Mapping) else ():
            if not label.startswith("__"):
                for block_body in body if isinstance(body, list) else [body]:
                    yield unquoted(label), block_body


def _resources(document: Block, prefix: str) -> Iterator[Declared]:
    for kind, mode, word in (("resource", "managed", ""), ("data", "data", "data.")):
        for type_name, named in labelled(document, kind):
            for name, body in (named if isinstance(named, Mapping) else {}).items():
                if not name.startswith("__"):
                    yield Declared(
                        address=f"{prefix}{word}{type_name}.{unquoted(name)}",
                        mode=mode,
                        type=type_name,
                        alias=_alias(body),
                    )


def _alias(body: Any) -> str:
    """The alias in `provider = aws.ALIAS`, in the parser's form or in JSON."""
    body = body[0] if isinstance(body, list) and body else body
    provider = body.get("provider") if isinstance(body, Mapping) else None
    return str(provider or "").strip("${} ").partition(".")[2]


def _providers(document: Block) -> Iterator[Provider]:
    for name, body in labelled(document, "provider"):
        if isinstance(body, Mapping):
            yield Provider(
                name=name,
                alias=unquoted(str(body.get("alias") or "")),
                region=body.get("region"),
            )


def _required(document: Block) -> Iterator[RequiredProvider]:
    settings = document.get("terraform") or []
    for block in settings if isinstance(settings, list) else [settings]:
        for name, body in labelled(block, "required_providers"):
            given = body if isinstance(body, Mapping) else {"version": body}
            source = unquoted(str(given.get("source") or "")) or f"hashicorp/{name}"
            if version := unquoted(str(given.get("version") or "")):
                yield RequiredProvider(source=source, version=version)


def _variables(document: Block) -> Iterator[tuple[str, Any]]:
    for name, body in labelled(document, "variable"):
        yield name, body.get("default") if isinstance(body, Mapping) else None


def _is_repeated(call: tuple[str, Any]) -> bool:
    _, body = call
    return isinstance(body, Mapping) and not body.keys().isdisjoint(("for_each", "count"))


def _mentions(value: Any, name: str) -> bool:
    """Whether there is a block of this name at any depth."""
    if isinstance(value, Mapping):
        return any(
            unquoted(str(key)) == name or _mentions(inner, name) for key, inner in value.items()
        )
    return isinstance(value, list) and any(_mentions(v, name) for v in value)


def unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
