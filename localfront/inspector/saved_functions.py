"""The distribution and functions of a saved test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from localfront.config.distribution import Distribution
from localfront.inspector.active_site import ActiveSite
from localfront.inspector.replayed_origins import NotSavedError
from localfront.sources.cloudfront_json import BY_ID
from localfront.sources.description import Raw


def documents(distribution: Distribution, site: ActiveSite) -> list[Any]:
    """The distribution and its references, as output of the AWS CLI.

    Custom headers of origins are left out, as their values are often secret.
    """
    described = site.configuration.described
    [raw] = [d for d in described.distributions if d.get("Id") == distribution.id]
    plain = json.loads(json.dumps(raw, default=str))
    config = plain["DistributionConfig"]
    config |= {"WebACLId": "", "ContinuousDeploymentPolicyId": ""}
    for header in _dicts_with(config, "HeaderValue"):
        header["HeaderValue"] = "secret"
    text = json.dumps(plain)
    found: list[Any] = [{"Distribution": plain}]
    for key, part in BY_ID.items():
        things: dict[str, Raw] = dict(getattr(described, part))
        for thing_id, thing in things.items():
            if json.dumps(thing_id) in text:
                found.append({key: {"Id": thing_id, f"{key}Config": thing}})
                text += json.dumps(thing, default=str)  # a key group refers to its keys
    return found


def edge_functions(distribution: Distribution, site: ActiveSite) -> Iterator[str]:
    """A Python expression for each Lambda@Edge function.

    Raises NotSavedError for one from an archive.
    """
    arns = {
        association.lambda_function_arn
        for behavior in distribution.behaviors
        for association in behavior.lambda_function_associations
    }
    for function in sorted((site.lambdas.loaded(arn) for arn in arns), key=lambda f: f.name):
        folder = site.lambdas.local_folder(function.name)
        if folder is None:
            raise NotSavedError(
                f"The code of {function.name} is an archive, which a test can't run. Start "
                f"localfront with its folder: --edge {function.name}=DIR."
            )
        options = {
            "name": function.name,
            "handler": function.handler,
            "runtime": function.runtime,
            "timeout": function.timeout,
            "memory_mb": function.memory_mb,
        }
        arguments = ", ".join(f"{name}={value!r}" for name, value in options.items())
        yield f"edge_function({str(folder.resolve())!r}, {arguments})"


def viewer_functions(
    distribution: Distribution, site: ActiveSite
) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """CloudFront Functions by name, and the contents of their stores by ARN.

    A function has its description and its code, or the code's file.
    """
    found, stores = {}, {}
    arns = {f.function_arn for b in distribution.behaviors for f in b.function_associations}
    for arn in sorted(arns):
        function = site.functions.loaded(arn)
        file = site.file_of(arn)
        store = function.store
        store_arn = function.store_arn
        associated = [{"KeyValueStoreARN": store_arn}] if store else []
        if store:
            stores[store_arn] = dict(store.values)
        found[function.name] = {
            "file": str(file.resolve()) if file else "",
            "code": "" if file else function.code.decode(),
            "described": _described(function.name, arn, function.runtime, associated),
        }
    return found, stores


def _described(name: str, arn: str, runtime: str, stores: list[Any]) -> dict[str, Any]:
    associations = {"Quantity": len(stores), "Items": stores}
    config = {"Comment": "", "Runtime": runtime, "KeyValueStoreAssociations": associations}
    metadata = {"FunctionARN": arn, "Stage": "LIVE"}
    summary = {"Name": name, "FunctionConfig": config, "FunctionMetadata": metadata}
    return {"ETag": "saved", "FunctionSummary": summary}


def _dicts_with(value: Any, name: str) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if name in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _dicts_with(item, name)
