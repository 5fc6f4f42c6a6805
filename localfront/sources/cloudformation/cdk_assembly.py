"""CDK's cloud assembly (`cdk.out`) → its stacks, with the assets that a deployment uploads.

Source: AWS CDK, "Cloud assemblies" (`cloud-assembly-schema`: manifest.json and *.assets.json).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from localfront.errors import ConfigError
from localfront.sources import placeholder_ids
from localfront.sources.cloudformation.stack import DEFAULT_REGION, Stack
from localfront.sources.cloudformation.template_files import TemplateFiles
from localfront.sources.description import Raw

MANIFEST = "manifest.json"
ASSETS = "cdk:asset-manifest"
ENVIRONMENT = re.compile(r"aws://(?P<account>[^/]*)/(?P<region>.*)")
ACCOUNT, REGION = re.compile(r"\d{12}"), re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")


def is_assembly(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def stacks_of_assembly(folder: Path, files: TemplateFiles) -> Iterator[Stack]:
    """The stacks of an assembly and of the nested assemblies of its stages. Raises ConfigError."""
    artifacts = _manifest(folder, files)
    assets = dict(_assets(folder, artifacts, files))
    for name, artifact in artifacts.items():
        properties = artifact.get("properties") or {}
        match artifact.get("type"):
            case "aws:cloudformation:stack":
                yield _stack(name, artifact, properties, folder, assets, files)
            case "cdk:cloud-assembly":
                yield from stacks_of_assembly(folder / str(properties.get("directoryName")), files)


def _manifest(folder: Path, files: TemplateFiles) -> Mapping[str, Raw]:
    artifacts = files.json(folder / MANIFEST).get("artifacts")
    if not isinstance(artifacts, Mapping):
        raise ConfigError(
            f"{folder / MANIFEST} is not a CDK manifest: it has no artifacts. Run `npx cdk "
            "synth` again."
        )
    return artifacts


def _stack(
    name: str,
    artifact: Raw,
    properties: Raw,
    folder: Path,
    assets: Mapping[str, Path],
    files: TemplateFiles,
) -> Stack:
    match = ENVIRONMENT.fullmatch(str(artifact.get("environment")))
    account, region = (match["account"], match["region"]) if match else ("", "")
    older = list(_older_assets(artifact))
    stack = Stack(
        name=str(properties.get("stackName") or name),
        template=files.template(folder / str(properties.get("templateFile"))),
        directory=folder,
        account=account if ACCOUNT.fullmatch(account) else placeholder_ids.ACCOUNT,
        region=region if REGION.fullmatch(region) else DEFAULT_REGION,
        assets={**assets, **{f"{a['id']}.zip": (folder / a["path"]).resolve() for a in older}},
        values={**(properties.get("parameters") or {}), **dict(_handed(older))},
    )
    return replace(stack, nested=dict(files.nested(stack)))


def _older_assets(artifact: Raw) -> Iterator[Raw]:
    """The assets of CDK version 1, whose locations a stack receives as parameters."""
    metadata = artifact.get("metadata")
    for entries in (metadata if isinstance(metadata, Mapping) else {}).values():
        for entry in entries if isinstance(entries, list) else ():
            data = entry.get("data") if isinstance(entry, Mapping) else None
            is_asset = isinstance(entry, Mapping) and entry.get("type") == "aws:cdk:asset"
            if is_asset and isinstance(data, Mapping) and {"id", "path"} <= data.keys():
                yield data


def _handed(assets: Iterable[Raw]) -> Iterator[tuple[str, str]]:
    """The parameters for assets: the S3 key is passed as two parts, joined by `||`."""
    for asset in assets:
        yield str(asset.get("s3BucketParameter")), "assets"
        yield str(asset.get("s3KeyParameter")), f"||{asset['id']}.zip"
        yield str(asset.get("artifactHashParameter")), str(asset["id"])


def _assets(
    folder: Path, artifacts: Mapping[str, Raw], files: TemplateFiles
) -> Iterator[tuple[str, Path]]:
    """The assets by their S3 keys."""
    for artifact in artifacts.values():
        if artifact.get("type") != ASSETS:
            continue
        listed: Any = files.json(folder / str((artifact.get("properties") or {}).get("file")))
        for asset in (listed.get("files") or {}).values():
            source = (asset.get("source") or {}).get("path")
            for destination in (asset.get("destinations") or {}).values():
                if source:
                    yield str(destination.get("objectKey")), (folder / str(source)).resolve()
